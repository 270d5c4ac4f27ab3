// Who is alive, and what becomes of the chunks of those who are not. The authority is the database: its clock says when
// a lease is over, and a token that was taken away commits nothing, however alive its worker may feel.
//
// Every machine sweeps. A sweep is a row of short transactions, one a lost chunk and one a short window, so that it
// holds no lock while it waits for another; rows that somebody else is at are passed by.

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <array>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// A worker that slept so long (a laptop's lid) still finds its row.
constexpr Duration dead_worker_kept = std::chrono::hours(1);

// Who puts a job in by plain SQL puts its chunks in with statements of their own.
constexpr Duration chunks_may_follow = std::chrono::minutes(10);

// True when the chunk failed for good.
bool take_back(Transaction& transaction, ChunkToken token, const RetryRule& retry) {
  const auto held = check_token(transaction, token);
  must(held.has_value(), "a token that was just taken hold of is valid");
  const Failure failure(Failure::Kind::worker_lost, "its worker was lost while it worked on this chunk");
  AttemptFacts facts;
  facts.retry_count = held->retry_count;
  facts.max_retries = held->max_retries;
  facts.lost_count = held->lost_count;
  const Uuid chance = transaction.new_uuid();  // the end of it: it may begin with the time
  facts.jitter_ppm = (chance.bytes[13] * 65536U + chance.bytes[14] * 256U + chance.bytes[15]) % 1'000'000U;
  const Verdict verdict = decide(failure, facts, retry, transaction.now());
  apply_verdict(transaction, *held, failure, verdict, 0);
  return verdict.action == Verdict::Action::fail;
}

// Jobs that were put in by plain SQL get their number and their counts.
void number_jobs(Transaction& transaction) {
  for (const JobId job : transaction.db.values<JobId>(statement::list_unnumbered_jobs)) {
    transaction.db.send(statement::number_job, ":job", job, ":asked", draw_number(transaction));
    transaction.db.send(statement::recount_job, ":jobs", array_of(std::array{job}));
  }
}

struct OpenJob {
  JobId job;
  IntegrationId integration;
};

// Jobs that look as if all their chunks had ended, though they were not told.
std::vector<OpenJob> list_ended_jobs(Transaction& transaction, JobId after, std::optional<JobId> until) {
  Rows row = transaction.db.query(statement::list_ended_jobs, ":after", after, ":until", until, ":oldest",
                                  transaction.now() - chunks_may_follow);
  std::vector<OpenJob> jobs;
  while (row.step()) {
    OpenJob& ended = jobs.emplace_back();
    ended.job = row.next<JobId>();
    ended.integration = row.next<IntegrationId>();
  }
  return jobs;
}

struct TakenBack {
  ChunkToken token;
  bool failed = false;
};

constexpr int most_races = 10;  // more in a row, and the next sweep sees to it

// The next chunk behind `after` whose worker's lease is over.
std::optional<TakenBack> take_back_next(Transaction& transaction, ChunkToken after, const RetryRule& retry) {
  for (int race = 0; race < most_races; ++race) {
    const auto token =
        transaction.db.value<ChunkToken>(statement::list_lost_tokens, ":after", after, ":now", transaction.now(),
                                         ":database_started", transaction.database_started());
    if (!token) return std::nullopt;
    const auto lost = transaction.db.value<bool>(statement::is_lost, ":token", *token, ":now", transaction.now(),
                                                 ":database_started", transaction.database_started());
    if (lost == true) return TakenBack{*token, take_back(transaction, *token, retry)};
  }
  return std::nullopt;
}

}  // namespace

bool PostgresStore::become_worker_process() {
  return true;
}

void PostgresStore::register_worker(WorkerId worker, const std::string& host, int process_id, Duration lease) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::announce_worker, ":worker", worker, ":host", host, ":process_id", process_id, ":now",
                        transaction.now(), ":lease_until", transaction.now() + lease);
  });
}

std::vector<ChunkToken> PostgresStore::heartbeat(WorkerId worker, Duration lease) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::prolong_lease, ":worker", worker, ":now", transaction.now(), ":lease_until",
                        transaction.now() + lease);
    return transaction.db.values<ChunkToken>(statement::list_tokens_of_worker, ":worker", worker);
  });
}

void PostgresStore::unregister_worker(WorkerId worker) {
  write(Durability::promised, [&](Transaction& transaction) {
    const Failure failure(Failure::Kind::shutdown, "its worker stopped");
    Verdict verdict;
    verdict.action = Verdict::Action::hand_back;
    for (const ChunkToken token :
         transaction.db.values<ChunkToken>(statement::list_tokens_of_worker, ":worker", worker)) {
      const auto held = check_token(transaction, token);
      if (held) apply_verdict(transaction, *held, failure, verdict, 0);  // else its own commit was first
    }
    transaction.db.send(statement::delete_worker, ":worker", worker);
  });
}

int PostgresStore::mend() {
  const SweepPages::Page jobs = sweep_pages_.next_jobs();
  const SweepPages::Page chunks = sweep_pages_.next_chunks();
  std::optional<JobId> last_job;
  std::optional<ChunkId> last_chunk;
  const auto short_windows = write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::forget_dead_workers, ":oldest", transaction.now() - dead_worker_kept,
                        ":database_started", transaction.database_started());
    number_jobs(transaction);
    transaction.db.send(statement::mend_processing, ":now", transaction.now());
    last_chunk = transaction.db.value<ChunkId>(statement::released_page_end, ":after", ChunkId{chunks.after}, ":rows",
                                               SweepPages::rows);
    transaction.db.send(statement::mend_released, ":after", ChunkId{chunks.after}, ":until", last_chunk);
    transaction.db.send(statement::mend_parked, ":after", ChunkId{chunks.after}, ":until", last_chunk, ":now",
                        transaction.now());
    last_job = transaction.db.value<JobId>(statement::open_jobs_page_end, ":after", JobId{jobs.after}, ":rows",
                                           SweepPages::rows);
    return transaction.db.values<IntegrationId>(statement::list_short_windows, ":after", JobId{jobs.after}, ":until",
                                                last_job, ":window", transaction.window);
  });
  int released = 0;
  for (const IntegrationId integration : short_windows) {
    released += write(Durability::repeatable,
                      [integration](Transaction& transaction) { return release_next(transaction, integration); });
  }
  const auto ended = write(Durability::repeatable, [&](Transaction& transaction) {
    return list_ended_jobs(transaction, JobId{jobs.after}, last_job);
  });
  for (const OpenJob& open : ended) {
    write(Durability::repeatable, [&open](Transaction& transaction) {
      transaction.db.send(statement::lock_job, ":job", open.job);
      lock_integration(transaction, open.integration);
      (void)finalise_job(transaction, open.job, open.integration);
    });
  }
  sweep_pages_.swept(last_job ? last_job->uuid : Uuid{}, last_chunk ? last_chunk->uuid : Uuid{});
  return released;
}

SweepResult PostgresStore::sweep() {
  SweepResult result;
  const auto next = [this](ChunkToken after) {
    return write(Durability::repeatable,
                 [this, after](Transaction& transaction) { return take_back_next(transaction, after, retry_); });
  };
  for (auto taken = next({}); taken; taken = next(taken->token)) {
    result.failed += taken->failed ? 1 : 0;
    ++result.taken_back;
  }
  result.windows_mended += take_in();
  result.windows_mended += mend();
  if (counted_.worth_counting_ahead()) (void)count_queue();
  return result;
}

}  // namespace adfill::postgres
