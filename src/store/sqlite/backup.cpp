#include "store/sqlite/backup.h"

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

constexpr int pages_a_step = 2'000;

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

// Removed again unless it is kept.
class PartialFile {
 public:
  explicit PartialFile(std::string path) : path_(std::move(path)) {
    const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
      throw StoreUnavailable("the backup " + path_ + " can't be written (" + std::generic_category().message(errno) +
                             "): check that its folder exists and that this user may write there");
    }
    ::close(file);
  }
  ~PartialFile() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  // On the disk, then under its name; never over a file that appeared meanwhile.
  void keep(const std::string& name) {
    sync(path_);
    if (::link(path_.c_str(), name.c_str()) != 0) {
      throw StoreUnavailable("the backup can't be named " + name + " (" + std::generic_category().message(errno) + ")");
    }
    const auto folder = std::filesystem::absolute(name).parent_path().string();
    sync(folder);
  }

 private:
  static void sync(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!synced) throw StoreUnavailable("the backup could not be brought to the disk: check it, then run it again");
  }

  std::string path_;
};

void check(const std::string& path) {
  SqliteConnection copy(path, false);
  copy.run_script(sqlite::use_rollback_journal);
  const auto found = copy.value<std::string>(sqlite::check_integrity).value_or("no answer");
  if (found == "ok") return;
  throw StoreUnavailable("the copy is damaged (" + found + "), so no backup was made: check the disk and the database");
}

}  // namespace

BackupResult back_up_sqlite(const std::string& from, const std::string& to,
                            const std::function<void(int done, int total)>& progress) {
  if (std::filesystem::exists(to)) throw StoreUnavailable(to + " is there already: give a new name");
  const std::string partial = to + ".partial";
  PartialFile file(partial);
  {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(from.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, Close> source(opened);
    sqlite3* made = nullptr;
    const int made_code = sqlite3_open_v2(partial.c_str(), &made, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, Close> copy(made);
    const auto fail = [&](sqlite3* side) {
      throw StoreUnavailable(std::string("the backup failed (") + sqlite3_errmsg(side) +
                             "): check the disk and its free space, then run it again");
    };
    if (code != SQLITE_OK) fail(opened);
    if (made_code != SQLITE_OK) fail(made);
    sqlite3_busy_timeout(opened, 10'000);
    // A transaction that is open all along keeps the copy at one moment; else each write beside it would begin it anew.
    const std::string begin(sqlite::begin_reading);
    const std::string look(sqlite::list_tables);
    if (sqlite3_exec(opened, begin.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_exec(opened, look.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      fail(opened);
    }
    sqlite3_backup* backup = sqlite3_backup_init(made, "main", opened, "main");
    if (backup == nullptr) fail(made);
    int step = SQLITE_OK;
    while (step == SQLITE_OK) {
      step = sqlite3_backup_step(backup, pages_a_step);
      const int total = sqlite3_backup_pagecount(backup);
      progress(total - sqlite3_backup_remaining(backup), total);
    }
    if (sqlite3_backup_finish(backup) != SQLITE_OK || step != SQLITE_DONE) fail(made);
  }
  check(partial);
  file.keep(to);
  return {static_cast<std::int64_t>(std::filesystem::file_size(to))};
}

}  // namespace adfill
