#include "store/sqlite/sqlite_store.h"

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

#include <unistd.h>

namespace adfill {

namespace {

// As many as the store's threads in collect: more could not be busy at once.
constexpr int readers_at_most = 4;

}  // namespace

std::unique_ptr<Store> open_sqlite_store(SqliteOptions options) {
  return std::make_unique<SqliteStore>(std::move(options));
}

SqliteStore::SqliteStore(SqliteOptions options) : options_(std::move(options)), writer_(options_.path, false) {
  must(options_.now && options_.new_uuid && options_.window >= 1, "a store gets a clock, ids and a window");
  refuse_newer_schema();
}

// Closing its descriptor gives the worker lock up.
SqliteStore::~SqliteStore() {
  if (worker_lock_ >= 0) ::close(worker_lock_);
}

Instant SqliteStore::now() {
  return options_.now();
}

std::unique_ptr<SqliteConnection> SqliteStore::borrow_reader() {
  std::unique_lock lock(reading_);
  reader_given_back_.wait(lock, [this] { return !idle_readers_.empty() || readers_ < readers_at_most; });
  if (idle_readers_.empty()) {
    auto opened = std::make_unique<SqliteConnection>(options_.path, true);
    ++readers_;
    return opened;
  }
  auto idle = std::move(idle_readers_.back());
  idle_readers_.pop_back();
  return idle;
}

void SqliteStore::give_back_reader(std::unique_ptr<SqliteConnection> reader) {
  {
    const std::lock_guard lock(reading_);
    idle_readers_.push_back(std::move(reader));
  }
  reader_given_back_.notify_one();
}

}  // namespace adfill
