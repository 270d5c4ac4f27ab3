#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

void SqliteStore::close_scope(const std::string& scope, Instant until, const std::string& reason) {
  // Promised: after a restart, too, a throttled scope is left alone.
  write(Durability::promised, [&](Transaction& transaction) { close_scope_until(transaction, scope, until, reason); });
}

std::vector<ThrottledScope> SqliteStore::closed_scopes() {
  return read([&](SqliteConnection& db) {
    auto row = db.query(sqlite::closed_scopes, ":now", options_.now());
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

}  // namespace adfill
