#include "export_folder.h"

#include "settings.h"

#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace adfill {

namespace {

constexpr const char* manifest_name = "manifest.json";
constexpr const char* sums_name = "SHA256SUMS";

std::string last_error() {
  return std::system_category().message(errno);
}

// Names in it stay when the power goes.
void sync_folder(const std::filesystem::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  const auto problem = last_error();
  if (opened >= 0) ::close(opened);
  if (!synced) throw CommandError("The folder " + folder.string() + " can't be written: " + problem + ".");
}

void write_whole(const std::filesystem::path& folder, const char* name, const std::string& text) {
  PartFile file(folder, name);
  file.write(text);
  file.finish();
}

}  // namespace

PartFile::PartFile(const std::filesystem::path& folder, std::string name)
    : path_(folder / name), part_(folder / (name + ".part")), name_(std::move(name)) {
  constexpr mode_t mode = 0644;
  file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file_ < 0) fail();
}

PartFile::~PartFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(part_.c_str());
}

void PartFile::write(std::string_view text) {
  hash_.add(text);
  bytes_ += static_cast<std::int64_t>(text.size());
  while (!text.empty()) {
    const auto written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

ExportedFile PartFile::finish() {
  if (::fsync(file_) != 0) fail();
  if (::rename(part_.c_str(), path_.c_str()) != 0) fail();
  ::close(std::exchange(file_, -1));
  return {.name = name_, .bytes = bytes_, .sha256 = hash_.hex()};
}

void PartFile::fail() const {
  throw CommandError(path_.string() + " can't be written: " + last_error() + "; the export is not complete.");
}

void open_export_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw CommandError("The folder " + folder.string() + " can't be made: " + error.message() + ".");
  if (std::filesystem::exists(folder / manifest_name)) {
    throw CommandError("The folder " + folder.string() +
                       " holds a complete export already. Name another folder, or remove its manifest.json first.");
  }
}

void close_export_folder(const std::filesystem::path& folder, const std::vector<ExportedFile>& files,
                         const boost::json::object& manifest) {
  std::string sums;
  for (const auto& file : files) sums += file.sha256 + "  " + file.name + "\n";
  write_whole(folder, sums_name, sums);
  sync_folder(folder);
  write_whole(folder, manifest_name, boost::json::serialize(manifest) + "\n");
  sync_folder(folder);
}

}  // namespace adfill
