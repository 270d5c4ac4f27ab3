#include "store/sqlite/sqlite_connection.h"

#include "sql/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace adfill {

namespace {

// What a user can do about it; the place and SQLite's own words are put before.
std::string_view advice(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full: make room, adfill goes on by itself";
    case SQLITE_IOERR:
      return "reading or writing failed: check the disk and its free space, adfill goes on by itself";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process holds it for too long: end that one, or try again";
    case SQLITE_CANTOPEN:
      return "it can't be opened: check that its folder exists and that this user may write there";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "it can't be written: check the permissions of the file and its folder";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is damaged, or no SQLite database: put a backup in its place";
    case SQLITE_NOMEM:
      return "memory ran out: give the process more, or work on fewer chunks at once";
    case SQLITE_TOOBIG:
      return "a text is too long for SQLite: ask for a shorter range";
    default:
      return "run `adfill migrate up`, then try again";
  }
}

[[noreturn]] void fail(sqlite3* connection, int code) {
  const std::string words = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  must((code & 0xff) != SQLITE_CONSTRAINT && (code & 0xff) != SQLITE_MISUSE && (code & 0xff) != SQLITE_RANGE,
       words.c_str());
  const char* path = connection != nullptr ? sqlite3_db_filename(connection, "main") : nullptr;
  const std::string file = path != nullptr && *path != '\0' ? std::string(" ") + path : std::string();
  if (words == "integer overflow") {
    throw StoreUnavailable("a sum is larger than adfill can hold exactly: ask for a shorter range or a finer group");
  }
  throw StoreUnavailable("the database" + file + " refused (" + words + "): " + std::string(advice(code)));
}

// Only where there is none. A file that is there must not be opened and closed beside SQLite: a close() drops every
// lock that this process has on it (POSIX), and another process that ends then takes the log away under our feet.
void make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return;
  if (file < 0) {
    throw StoreUnavailable("the database " + path + " can't be opened (" + std::generic_category().message(errno) +
                           "): check that its folder exists and that this user may write there");
  }
  ::close(file);
}

constexpr auto busy_limit = std::chrono::milliseconds(10'000);

// Of processes that make a file at once, SQLite refuses those that come second there without waiting: each holds what
// the other waits for. Behind the refusal they hold nothing.
void use_write_ahead_log(sqlite3* connection) {
  const std::string sql(sql::sqlite::use_write_ahead_log);
  const auto deadline = std::chrono::steady_clock::now() + busy_limit;
  int code = SQLITE_OK;
  while (((code = sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr)) & 0xff) == SQLITE_BUSY &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (code != SQLITE_OK) fail(connection, code);
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)), column_(other.column_) {}

int Statement::position(const char* name) const {
  const int position = sqlite3_bind_parameter_index(statement_, name);
  must(position > 0, "a statement has the parameters that are given to it");
  return position;
}

int Statement::parameters() const {
  return sqlite3_bind_parameter_count(statement_);
}

void Statement::bind_integer(int position, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, position, value); code != SQLITE_OK) fail(connection_, code);
}

void Statement::bind_text(int position, std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  const int code = sqlite3_bind_text64(statement_, position, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(connection_, code);
}

void Statement::bind_kept(int position, std::string_view text) {
  const char* bytes = text.data() == nullptr ? "" : text.data();
  const int code = sqlite3_bind_text64(statement_, position, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(connection_, code);
}

void Statement::bind_null(int position) {
  if (const int code = sqlite3_bind_null(statement_, position); code != SQLITE_OK) fail(connection_, code);
}

bool Statement::step() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(connection_, code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
}

std::string_view Statement::next_text() {
  const int column = column_++;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Statement::next_integer() {
  return sqlite3_column_int64(statement_, column_++);
}

std::optional<std::int64_t> Statement::next_integer_or_null() {
  const bool null = next_is_null();
  const std::int64_t value = next_integer();
  return null ? std::nullopt : std::optional(value);
}

bool Statement::next_is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

void Statement::not_readable(std::string_view text) const {
  throw UnreadableValue("the database holds a value that adfill did not write ('" + std::string(text) + "' as " +
                        sqlite3_column_name(statement_, column_ - 1) + "): correct it, or put a backup in its place");
}

void SqliteConnection::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void SqliteConnection::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

SqliteConnection::SqliteConnection(const std::string& path, bool read_only) {
  if (path != ":memory:") make_private_file(path);
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) fail(opened, code);
  sqlite3_busy_timeout(opened, static_cast<int>(busy_limit.count()));
  run_script(sql::sqlite::use_larger_pages);
  use_write_ahead_log(opened);
  for (const std::string_view setting :
       {sql::sqlite::use_foreign_keys, sql::sqlite::use_memory_for_sorting, sql::sqlite::use_cache,
        sql::sqlite::checkpoint_less_often, sql::sqlite::limit_log_file}) {
    run_script(setting);
  }
  if (read_only) run_script(sql::sqlite::refuse_writes);
}

SqliteConnection::~SqliteConnection() {
  prepared_.clear();
}

Statement SqliteConnection::statement(std::string_view sql) {
  auto& prepared = prepared_[sql.data()];
  if (!prepared) {
    sqlite3_stmt* fresh = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &fresh, nullptr);
    if (code != SQLITE_OK) fail(connection_.get(), code);
    prepared.reset(fresh);
  }
  must(sqlite3_stmt_busy(prepared.get()) == 0, "a statement is not run again while its rows are being read");
  return {*connection_, *prepared};
}

void SqliteConnection::run_script(std::string_view script) {
  const std::string terminated(script);
  const int code = sqlite3_exec(connection_.get(), terminated.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(connection_.get(), code);
}

void SqliteConnection::set_full_synchronous(bool full) {
  if (full_synchronous_ == full) return;
  run_script(full ? sql::sqlite::synchronous_full : sql::sqlite::synchronous_normal);
  full_synchronous_ = full;
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}
std::int64_t SqliteConnection::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_.get());
}
int SqliteConnection::changes() const {
  return sqlite3_changes(connection_.get());
}

}  // namespace adfill
