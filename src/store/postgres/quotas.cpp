#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

void PostgresStore::close_scope(const std::string& scope, Instant until, const std::string& reason) {
  // Promised: after a restart, too, a throttled scope is left alone.
  write(Durability::promised, [&](Transaction& transaction) { close_scope_until(transaction, scope, until, reason); });
}

std::vector<ThrottledScope> PostgresStore::closed_scopes() {
  return read([](Transaction& transaction) {
    auto row = transaction.db.query(statement::closed_scopes, ":now", transaction.now);
    std::vector<ThrottledScope> scopes;
    while (row.step()) {
      ThrottledScope& scope = scopes.emplace_back();
      scope.scope = row.next<std::string>();
      scope.until = row.next<Instant>();
      scope.reason = row.next<std::string>();
    }
    return scopes;
  });
}

}  // namespace adfill::postgres
