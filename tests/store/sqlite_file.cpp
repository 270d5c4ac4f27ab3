#include "store/sqlite_file.h"

#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

namespace adfill {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "adfill-store-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::filesystem::remove_all(path_);
}

conformance::Home home_in(const std::string& path) {
  return {"SQLite file", [path](const conformance::StoreSetup& setup) {
            auto store = open_sqlite_store({path, setup.now, setup.new_uuid, setup.window, setup.retry});
            store->migrate_up();
            return store;
          }};
}

Shell::Shell(const std::string& path) {
  REQUIRE(sqlite3_open(path.c_str(), &connection_) == SQLITE_OK);
}
Shell::~Shell() {
  sqlite3_close(connection_);
}

std::vector<std::string> Shell::run(const std::string& statement) {
  std::vector<std::string> rows;
  const auto collect = [](void* into, int columns, char** values, char** /*names*/) {
    std::string row;
    for (int column = 0; column < columns; ++column) {
      row += (column > 0 ? "|" : "") + std::string(values[column] != nullptr ? values[column] : "");
    }
    static_cast<std::vector<std::string>*>(into)->push_back(row);
    return 0;
  };
  char* error = nullptr;
  const int code = sqlite3_exec(connection_, statement.c_str(), collect, &rows, &error);
  CAPTURE(statement);
  REQUIRE_MESSAGE(code == SQLITE_OK, (error != nullptr ? error : ""));
  return rows;
}

}  // namespace adfill
