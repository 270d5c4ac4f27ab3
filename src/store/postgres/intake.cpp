// Chunks that somebody put in by plain SQL, taken into the queue: a transaction a job, so that no lock is held for
// long.

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <array>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

struct UnseenJob {
  JobId job;
  IntegrationId integration;
};

std::vector<UnseenJob> list_unseen(Connection& db) {
  Rows row = db.query(statement::list_unseen_jobs);
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
  if (transaction.db.run(statement::see_chunks, ":job", unseen.job, ":now", transaction.now()) == 0) return 0;
  transaction.db.send(statement::lock_job, ":job", unseen.job);
  transaction.db.send(statement::number_new_job, ":job", unseen.job, ":asked", draw_number(transaction));
  transaction.db.send(statement::open_ended_job, ":job", unseen.job, ":now", transaction.now());
  transaction.db.send(statement::fail_chunks_of_ended_job, ":job", unseen.job, ":now", transaction.now());
  transaction.db.send(statement::recount_job, ":jobs", array_of(std::array{unseen.job}));
  transaction.db.send(statement::restate_job, ":job", unseen.job);
  const int released = release_next(transaction, unseen.integration);
  (void)finalise_job(transaction, unseen.job, unseen.integration);
  return released;
}

}  // namespace

int PostgresStore::take_in() {
  int released = 0;
  for (const UnseenJob& unseen : read(list_unseen)) {
    released +=
        write(Durability::repeatable, [&unseen](Transaction& transaction) { return take_in_job(transaction, unseen); });
  }
  return released;
}

}  // namespace adfill::postgres
