// What is old goes, a little at a time: changes with their rows, finished jobs with their chunks.

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <tuple>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// So much a transaction: it is over before anybody has waited for it.
constexpr int changes_at_once = 100;
constexpr std::int64_t rows_at_once = 5'000;
constexpr int jobs_at_once = 20;

struct OldChange {
  std::int64_t id = 0;
  IntegrationId integration;
  CollectionType type = CollectionType::ads;
  Day day;
  Instant at;
};

// In the order in which receipts are locked.
std::vector<OldChange> old_changes(Transaction& transaction, Instant horizon) {
  auto row = transaction.db.query(statement::list_old_changes, ":horizon", horizon, ":limit", changes_at_once);
  std::vector<OldChange> changes;
  std::int64_t rows = 0;
  while (rows < rows_at_once && row.step()) {
    OldChange& change = changes.emplace_back();
    change.id = row.next_integer();
    change.integration = row.next<IntegrationId>();
    change.type = row.next<CollectionType>();
    change.day = row.next<Day>();
    change.at = row.next<Instant>();
    rows += row.next_integer();
  }
  std::ranges::sort(changes, {}, [](const OldChange& change) {
    return std::tuple(change.integration, to_string(change.type), change.day, change.id);
  });
  return changes;
}

int forget_changes(Transaction& transaction, Instant horizon) {
  const auto changes = old_changes(transaction, horizon);
  for (const OldChange& change : changes) {
    transaction.db.run(statement::history_begins, ":integration", change.integration, ":type", change.type, ":date",
                       change.day, ":since", change.at);
    transaction.db.run(statement::forget_change, ":id", change.id);
  }
  return static_cast<int>(changes.size());
}

int forget_jobs(Transaction& transaction, Instant horizon) {
  const auto jobs = transaction.db.values<JobId>(statement::list_old_jobs, ":horizon", horizon, ":limit", jobs_at_once);
  for (const JobId job : jobs) {
    transaction.db.run(statement::roll_up_job, ":job", job);
    transaction.db.run(statement::delete_job, ":job", job);
  }
  return static_cast<int>(jobs.size());
}

}  // namespace

Pruned PostgresStore::prune(const RetentionRules& rules) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    Pruned pruned;
    if (!transaction.db.value<bool>(statement::prune_alone).value_or(false)) return pruned;
    pruned.changes = forget_changes(transaction, transaction.now - rules.history);
    if (pruned.changes == 0) pruned.jobs = forget_jobs(transaction, transaction.now - rules.jobs);
    pruned.more = pruned.changes > 0 || pruned.jobs > 0;
    return pruned;
  });
}

}  // namespace adfill::postgres
