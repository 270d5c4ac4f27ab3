#include "sql/sqlite.h"
#include "store/checks_rows.h"
#include "store/sqlite/sqlite_home.h"

#include <utility>

namespace adfill {

namespace sqlite = sql::sqlite;

std::vector<DueCheck> SqliteStore::take_checks(int limit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    std::vector<DueCheck> checks;
    for (auto& taken :
         read_due_checks(transaction.db.query(sqlite::list_due_checks, ":now", transaction.now, ":limit", limit))) {
      transaction.db.run(sqlite::take_check, ":schedule", taken.schedule, ":check_due_at",
                         next_check(taken, transaction.now));
      taken.check.scopes =
          transaction.db.values<std::string>(sqlite::list_scopes, ":integration", taken.check.integration);
      checks.push_back(std::move(taken.check));
    }
    return checks;
  });
}

std::vector<SettledDay> SqliteStore::settled_days(IntegrationId integration, CollectionType type) {
  return read([&](SqliteConnection& db) {
    return read_settled_days(db.query(sqlite::list_settled_days, ":integration", integration, ":type", type));
  });
}

void SqliteStore::note_checked(IntegrationId integration, CollectionType type, const std::vector<Day>& days) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    for (const Day day : days) {
      transaction.db.run(sqlite::note_check, ":integration", integration, ":type", type, ":date", day, ":now",
                         transaction.now);
    }
  });
}

}  // namespace adfill
