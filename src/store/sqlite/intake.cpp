// Chunks that somebody put in by plain SQL, taken into the queue: a transaction a job, so that no lock is held for
// long.

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

struct UnseenJob {
  JobId job;
  IntegrationId integration;
};

std::vector<UnseenJob> list_unseen(SqliteConnection& db) {
  auto row = db.query(sqlite::list_unseen_jobs);
  std::vector<UnseenJob> jobs;
  while (row.step()) {
    UnseenJob& unseen = jobs.emplace_back();
    unseen.job = row.next<JobId>();
    unseen.integration = row.next<IntegrationId>();
  }
  return jobs;
}

// Returns how many chunks were released.
int take_in_job(Transaction& transaction, const UnseenJob& unseen) {
  if (transaction.db.run(sqlite::see_chunks, ":job", unseen.job, ":now", transaction.now) == 0) return 0;
  transaction.db.run(sqlite::number_new_job, ":job", unseen.job, ":asked", draw_number(transaction));
  transaction.db.run(sqlite::open_ended_job, ":job", unseen.job, ":now", transaction.now);
  transaction.db.run(sqlite::fail_chunks_of_ended_job, ":job", unseen.job, ":now", transaction.now);
  transaction.db.run(sqlite::recount_job, ":job", unseen.job);
  transaction.db.run(sqlite::restate_job, ":job", unseen.job);
  const int released = release_next(transaction, unseen.integration);
  (void)finalise_job(transaction, unseen.job, unseen.integration);
  return released;
}

}  // namespace

int SqliteStore::take_in() {
  int released = 0;
  for (const UnseenJob& unseen : read(list_unseen)) {
    released +=
        write(Durability::repeatable, [&unseen](Transaction& transaction) { return take_in_job(transaction, unseen); });
  }
  return released;
}

}  // namespace adfill
