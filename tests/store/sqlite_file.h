// A SQLite file of a test: in a fresh folder, opened by the store, and looked into with plain SQL as a user would.
#pragma once

#include "store/conformance/world.h"

#include <filesystem>
#include <string>
#include <vector>

struct sqlite3;

namespace adfill {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file() const { return (path_ / "adfill.db").string(); }

 private:
  std::filesystem::path path_;
};

// Opens the store on that file and brings its schema up.
[[nodiscard]] conformance::Home home_in(const std::string& path);

class Shell {
 public:
  explicit Shell(const std::string& path);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // All rows, columns joined by '|'.
  std::vector<std::string> run(const std::string& statement);
  [[nodiscard]] sqlite3* connection() { return connection_; }

 private:
  sqlite3* connection_ = nullptr;
};

}  // namespace adfill
