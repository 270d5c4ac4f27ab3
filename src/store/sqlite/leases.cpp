// Who is alive, and what becomes of the chunks of those who are not. The authority is the database: a worker lives
// until its lease is over, and on SQLite the one process that holds the lock file is the only one that works.

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// A worker that slept so long (a laptop's lid) still finds its row.
constexpr Duration dead_worker_kept = std::chrono::hours(1);

// Who puts a job in by plain SQL puts its chunks in with statements of their own.
constexpr Duration chunks_may_follow = std::chrono::minutes(10);

// True when the chunk failed for good.
bool take_back(Transaction& transaction, ChunkToken token, const RetryRule& retry) {
  const auto held = check_token(transaction, token);
  must(held.has_value(), "a token that was just read is valid");
  const Failure failure(Failure::Kind::worker_lost, "its worker was lost while it worked on this chunk");
  AttemptFacts facts;
  facts.retry_count = held->retry_count;
  facts.max_retries = held->max_retries;
  facts.lost_count = held->lost_count;
  const Uuid chance = transaction.new_uuid();  // the end of it: it may begin with the time
  facts.jitter_ppm = (chance.bytes[13] * 65536U + chance.bytes[14] * 256U + chance.bytes[15]) % 1'000'000U;
  const Verdict verdict = decide(failure, facts, retry, transaction.now);
  apply_verdict(transaction, *held, failure, verdict, 0);
  return verdict.action == Verdict::Action::fail;
}

// Jobs that were put in by plain SQL get their number and their counts.
void number_jobs(Transaction& transaction) {
  for (const JobId job : transaction.db.values<JobId>(sqlite::list_unnumbered_jobs)) {
    transaction.db.run(sqlite::number_job, ":job", job, ":asked", draw_number(transaction));
    transaction.db.run(sqlite::recount_job, ":job", job);
  }
}

void end_jobs(Transaction& transaction) {
  struct Ended {
    JobId job;
    IntegrationId integration;
  };
  std::vector<Ended> all;
  {
    auto row = transaction.db.query(sqlite::list_ended_jobs, ":oldest", transaction.now - chunks_may_follow);
    while (row.step()) {
      Ended& ended = all.emplace_back();
      ended.job = row.next<JobId>();
      ended.integration = row.next<IntegrationId>();
    }
  }
  for (const Ended& ended : all) (void)finalise_job(transaction, ended.job, ended.integration);
}

int mend_windows(Transaction& transaction) {
  transaction.db.run(sqlite::mend_processing, ":now", transaction.now);
  transaction.db.run(sqlite::mend_released);
  int released = 0;
  for (const auto integration :
       transaction.db.values<IntegrationId>(sqlite::list_short_windows, ":window", transaction.window)) {
    released += release_next(transaction, integration);
  }
  return released;
}

}  // namespace

bool SqliteStore::become_worker_process() {
  if (in_memory()) return true;
  int lock = -1;
  {
    const std::lock_guard guard(writing_);
    if (worker_lock_ >= 0) return true;
    const std::string path = options_.path + ".worker-lock";
    lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
      throw StoreUnavailable("the lock file " + path +
                             " can't be opened: check that this user may write in its folder");
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
      ::close(lock);
      return false;
    }
    worker_lock_ = lock;
  }
  // The last process may have been killed by one of these chunks, so each counts as lost.
  write(Durability::promised, [this](Transaction& transaction) {
    for (const ChunkToken token : transaction.db.values<ChunkToken>(sqlite::list_tokens)) {
      take_back(transaction, token, options_.retry);
    }
    transaction.db.run(sqlite::delete_workers);
  });
  return true;
}

void SqliteStore::register_worker(WorkerId worker, const std::string& host, int process_id, Duration lease) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(sqlite::announce_worker, ":worker", worker, ":host", host, ":process_id", process_id, ":now",
                       transaction.now, ":lease_until", transaction.now + lease);
  });
}

std::vector<ChunkToken> SqliteStore::heartbeat(WorkerId worker, Duration lease) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(sqlite::prolong_lease, ":worker", worker, ":now", transaction.now, ":lease_until",
                       transaction.now + lease);
    return transaction.db.values<ChunkToken>(sqlite::list_tokens_of_worker, ":worker", worker);
  });
}

void SqliteStore::unregister_worker(WorkerId worker) {
  write(Durability::promised, [&](Transaction& transaction) {
    const Failure failure(Failure::Kind::shutdown, "its worker stopped");
    Verdict verdict;
    verdict.action = Verdict::Action::hand_back;
    for (const ChunkToken token : transaction.db.values<ChunkToken>(sqlite::list_tokens_of_worker, ":worker", worker)) {
      apply_verdict(transaction, *check_token(transaction, token), failure, verdict, 0);
    }
    transaction.db.run(sqlite::delete_worker, ":worker", worker);
  });
}

SweepResult SqliteStore::sweep() {
  const int taken_in = take_in();
  return write(Durability::repeatable, [this, taken_in](Transaction& transaction) {
    SweepResult result;
    for (const ChunkToken token :
         transaction.db.values<ChunkToken>(sqlite::list_lost_tokens, ":now", transaction.now)) {
      result.failed += take_back(transaction, token, options_.retry) ? 1 : 0;
      ++result.taken_back;
    }
    transaction.db.run(sqlite::forget_dead_workers, ":oldest", transaction.now - dead_worker_kept);
    number_jobs(transaction);
    result.windows_mended = taken_in + mend_windows(transaction);
    end_jobs(transaction);
    return result;
  });
}

}  // namespace adfill
