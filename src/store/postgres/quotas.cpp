#include "sql/postgres.h"
#include "store/outlook_rows.h"
#include "store/postgres/postgres_home.h"
#include "store/recent_calls.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

void PostgresStore::close_scope(const std::string& scope, Instant until, const std::string& reason) {
  // Promised: after a restart, too, a throttled scope is left alone.
  write(Durability::promised, [&](Transaction& transaction) { close_scope_until(transaction, scope, until, reason); });
}

std::vector<ThrottledScope> PostgresStore::closed_scopes() {
  return read([](Transaction& transaction) {
    auto row = transaction.db.query(statement::closed_scopes, ":now", transaction.now());
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

void PostgresStore::count_calls(const std::map<std::string, CallCount>& made) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    const Day today = day_of_calls(transaction.now());
    for (const auto& [scope, count] : made) {
      transaction.db.send(statement::count_calls, ":scope", scope, ":date", today, ":calls", count.calls, ":refused",
                          count.refused);
    }
    transaction.db.send(statement::forget_old_calls, ":oldest", today.plus(-calls_kept_days));
  });
}

std::map<std::string, CallCount> PostgresStore::recent_calls() {
  return read([](Transaction& transaction) {
    auto row = transaction.db.query(statement::sum_calls, ":since", first_recent_day(transaction.now()));
    std::map<std::string, CallCount> calls;
    while (row.step()) {
      CallCount& count = calls[row.next<std::string>()];
      count.calls = row.next_integer();
      count.refused = row.next_integer();
    }
    return calls;
  });
}

void PostgresStore::save_outlooks(WorkerId worker, const std::vector<ScopeOutlook>& outlooks) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    for (const auto& outlook : outlooks) {
      for (const auto& limit : outlook.limits) {
        transaction.db.send(statement::save_outlook, ":scope", outlook.scope, ":limit_name", limit.name, ":worker",
                            worker, ":tier", outlook.tier, ":usage", tenths_of(limit.usage_percent), ":capacity",
                            tenths_of(limit.capacity), ":learned", limit.learned, ":now", transaction.now());
      }
    }
    transaction.db.send(statement::forget_old_outlooks, ":oldest", transaction.now() - outlooks_kept);
  });
}

std::vector<ScopeOutlook> PostgresStore::outlooks() {
  return read([](Transaction& transaction) {
    auto row = transaction.db.query(statement::list_outlooks, ":since", transaction.now() - outlooks_kept);
    std::vector<ScopeOutlook> outlooks;
    while (row.step()) {
      ScopeOutlook outlook;
      outlook.scope = row.next<std::string>();
      outlook.worker = row.next<WorkerId>();
      outlook.tier = row.next<std::string>();
      outlook.read_at = row.next<Instant>();
      ScopeOutlook::Limit limit;
      limit.name = row.next<std::string>();
      limit.usage_percent = static_cast<double>(row.next_integer()) / 10;
      limit.capacity = static_cast<double>(row.next_integer()) / 10;
      limit.learned = row.next<bool>();
      add_outlook_row(outlooks, std::move(outlook), std::move(limit));
    }
    return outlooks;
  });
}

}  // namespace adfill::postgres
