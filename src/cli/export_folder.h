// An export to a folder: files that appear whole under their names, SHA256SUMS, and last of all manifest.json. Whoever
// sees the manifest sees a complete export; what a killed one leaves has none.
#pragma once

#include "net/sha256.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct ExportedFile {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256;
};

// A file being written as NAME.part; gone when it is not finished.
class PartFile {
 public:
  // All throw CommandError, which names the file and what is wrong.
  PartFile(const std::filesystem::path& folder, std::string name);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void write(std::string_view text);
  // On disk, under its name.
  ExportedFile finish();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::filesystem::path part_;
  std::string name_;
  int file_ = -1;
  std::int64_t bytes_ = 0;
  Sha256 hash_;
};

// Makes the folder where there is none. Throws CommandError where it holds a complete export.
void open_export_folder(const std::filesystem::path& folder);
// Writes SHA256SUMS, which `sha256sum -c` reads, and then manifest.json.
void close_export_folder(const std::filesystem::path& folder, const std::vector<ExportedFile>& files,
                         const boost::json::object& manifest);

}  // namespace adfill
