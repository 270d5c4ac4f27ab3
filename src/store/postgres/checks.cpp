#include "sql/postgres.h"
#include "store/checks_rows.h"
#include "store/postgres/postgres_home.h"

#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

std::vector<DueCheck> PostgresStore::take_checks(int limit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    std::vector<DueCheck> checks;
    for (auto& taken : read_due_checks(
             transaction.db.query(statement::list_due_checks, ":now", transaction.now(), ":limit", limit))) {
      transaction.db.send(statement::take_check, ":schedule", taken.schedule, ":check_due_at",
                          next_check(taken, transaction.now()));
      Array integrations;
      integrations.add(taken.check.integration);
      auto row = transaction.db.query(statement::list_scopes, ":integrations", integrations);
      while (row.step()) {
        (void)row.next<IntegrationId>();
        taken.check.scopes.push_back(row.next<std::string>());
      }
      checks.push_back(std::move(taken.check));
    }
    return checks;
  });
}

std::vector<SettledDay> PostgresStore::settled_days(IntegrationId integration, CollectionType type) {
  return read([&](Connection& db) {
    return read_settled_days(db.query(statement::list_settled_days, ":integration", integration, ":type", type));
  });
}

void PostgresStore::note_checked(IntegrationId integration, CollectionType type, const std::vector<Day>& days) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    for (const Day day : days) {
      transaction.db.send(statement::note_check, ":integration", integration, ":type", type, ":date", day, ":now",
                          transaction.now());
    }
  });
}

}  // namespace adfill::postgres
