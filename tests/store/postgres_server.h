// A PostgreSQL server of the test program: made in a fresh folder, reached by a socket there, without fsync, stopped
// and removed at the program's end (or with it, when it is killed). Each test gets a database of its own, made from one
// that has the schema already.
#pragma once

#include "store/conformance/world.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

struct pg_conn;

namespace adfill {

class PostgresServer {
 public:
  // The program's server; started at the first call.
  [[nodiscard]] static PostgresServer& shared();

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The URL of a new database with adfill's schema; `empty`: without.
  [[nodiscard]] std::string new_database(bool empty = false);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // How often the server's log has these words.
  [[nodiscard]] int logged(const std::string& words) const;

  // As if its machine had lost power, until start().
  void kill();
  void start();

 private:
  [[nodiscard]] std::string url_of(const std::string& database) const;

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int databases_ = 0;
};

// Runs a program as the user postgres when this is root, in `folder`, and ends it with this program. Returns its
// process.
[[nodiscard]] pid_t start_program(const std::filesystem::path& folder, const std::vector<std::string>& arguments);

// A fresh database with a store on it.
[[nodiscard]] conformance::Home postgres_home();
// A store on that database, migrated.
[[nodiscard]] conformance::Home home_at(const std::string& url);

// A connection that looks at the database as a user would, with plain SQL.
class PostgresShell {
 public:
  explicit PostgresShell(const std::string& url);
  ~PostgresShell();
  PostgresShell(const PostgresShell&) = delete;
  PostgresShell& operator=(const PostgresShell&) = delete;

  // All rows, columns joined by '|'; of the last statement where there are several.
  std::vector<std::string> run(const std::string& statement);
  [[nodiscard]] pg_conn* connection() { return connection_; }

 private:
  pg_conn* connection_ = nullptr;
};

// How many sessions of the shell's database wait for a lock.
[[nodiscard]] int waiting_for_locks(PostgresShell& shell);

}  // namespace adfill
