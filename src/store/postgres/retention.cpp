// What is old goes, a little at a time: changes with their rows, finished jobs with their chunks.

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/retention_rows.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

int forget_changes(Transaction& transaction, Instant horizon) {
  const auto changes = read_old_changes(
      transaction.db.query(statement::list_old_changes, ":horizon", horizon, ":limit", changes_at_once));
  for (const OldChange& change : changes) {
    transaction.db.send(statement::history_begins, ":integration", change.integration, ":type", change.type, ":date",
                        change.day, ":since", change.at);
    transaction.db.send(statement::forget_change, ":id", change.id);
  }
  return static_cast<int>(changes.size());
}

int forget_jobs(Transaction& transaction, Instant horizon) {
  const auto jobs = transaction.db.values<JobId>(statement::list_old_jobs, ":horizon", horizon, ":limit", jobs_at_once);
  for (const JobId job : jobs) {
    transaction.db.send(statement::roll_up_job, ":job", job);
    transaction.db.send(statement::delete_job, ":job", job);
  }
  return static_cast<int>(jobs.size());
}

}  // namespace

Pruned PostgresStore::prune(const RetentionRules& rules) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    Pruned pruned;
    if (!transaction.db.value<bool>(statement::prune_alone).value_or(false)) return pruned;
    pruned.changes = forget_changes(transaction, transaction.now() - rules.history);
    if (pruned.changes == 0) pruned.jobs = forget_jobs(transaction, transaction.now() - rules.jobs);
    pruned.more = pruned.changes > 0 || pruned.jobs > 0;
    return pruned;
  });
}

}  // namespace adfill::postgres
