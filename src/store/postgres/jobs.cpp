#include "store/postgres/jobs.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

#include <array>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// Sends what makes the job with its chunks, unless one of its range is open.
void insert_job(Transaction& transaction, JobId job, IntegrationId integration, const PlannedJob& planned) {
  must(!planned.chunks.empty(), "a planned job has chunks");
  transaction.db.send(statement::insert_job, ":id", job, ":integration", integration, ":type", planned.type, ":mode",
                      planned.mode, ":since", planned.range.since, ":until", planned.range.until, ":newest_first",
                      planned.newest_first, ":chunks_total", planned.chunks.size(), ":now", transaction.given_now());
  Array ids;
  Array since;
  Array until;
  for (const DayRange& range : planned.chunks) {
    ids.add(ChunkId{transaction.new_uuid()});
    since.add(range.since);
    until.add(range.until);
  }
  transaction.db.send(statement::insert_chunk, ":ids", ids, ":job", job, ":since", since, ":until", until);
}

struct JobState {
  IntegrationId integration;
  JobStatus status = JobStatus::pending;
};

std::optional<JobState> job_state(Transaction& transaction, JobId job) {
  auto row = transaction.db.query(statement::job_state, ":job", job);
  if (!row.step()) return std::nullopt;
  const auto integration = row.next<IntegrationId>();
  return JobState{integration, row.next<JobStatus>()};
}

// Opens the job for chunks that are no longer failed.
void reopen(Transaction& transaction, JobId job, IntegrationId integration, int chunks) {
  transaction.db.send(statement::lock_job, ":job", job);
  transaction.db.send(statement::reopen_job, ":job", job, ":chunks", chunks, ":now", transaction.now());
  release_next(transaction, integration);
}

}  // namespace

SentJobs send_jobs(Transaction& transaction, IntegrationId integration, const std::vector<PlannedJob>& jobs,
                   const std::string& who) {
  SentJobs sent;
  for (const PlannedJob& planned : jobs) {
    const JobId id{transaction.new_uuid()};
    insert_job(transaction, id, integration, planned);
    transaction.db.send(statement::audit_new_job, ":job", id, ":who", who);
    sent.ids.push_back(id);
    sent.records.push_back(transaction.db.ask(statement::read_open_job, ":integration", integration, ":type",
                                              planned.type, ":mode", planned.mode, ":since", planned.range.since,
                                              ":until", planned.range.until));
  }
  transaction.db.send(statement::release_next, ":integrations", array_of(std::array{integration}), ":window",
                      transaction.window, ":now", transaction.given_now());
  return sent;
}

EnqueuedJobs take_jobs(Transaction& transaction, const SentJobs& sent) {
  EnqueuedJobs enqueued;
  for (std::size_t at = 0; at < sent.ids.size(); ++at) {
    Rows row = transaction.db.take(sent.records.at(at));
    must(row.step(), "a job that was just found or made is there");
    enqueued.jobs.push_back(read_job_row(row));
    const bool is_new = enqueued.jobs.back().id == sent.ids[at];
    enqueued.all_new = enqueued.all_new && is_new;
    enqueued.any_new = enqueued.any_new || is_new;
  }
  return enqueued;
}

std::optional<EnqueuedJobs> PostgresStore::enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                                   const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) -> std::optional<EnqueuedJobs> {
    const Answer locked =
        transaction.db.ask(statement::lock_integration, ":integrations", array_of(std::array{integration}));
    const SentJobs sent = send_jobs(transaction, integration, jobs, who);
    const bool tells = tell_turn_.take();
    tells ? transaction.commit_and_tell_work() : transaction.commit();  // all in one round trip
    if (!transaction.db.take(locked).step()) return std::nullopt;
    EnqueuedJobs enqueued = take_jobs(transaction, sent);
    enqueued.told = tells;
    return enqueued;
  });
}

Outcome PostgresStore::retry_job(JobId job, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto state = job_state(transaction, job);
    if (!state) return Outcome::not_found;
    if (transaction.db.value<int>(statement::has_open_twin, ":job", job) != 0) return Outcome::refused;
    const int chunks = transaction.db.run(statement::retry_chunks_of_job, ":job", job, ":now", transaction.now());
    if (chunks == 0) return Outcome::refused;
    reopen(transaction, job, state->integration, chunks);
    write_audit(transaction, who, "job.retry", job.to_string());
    return Outcome::done;
  });
}

Outcome PostgresStore::retry_chunk(ChunkId chunk, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto job = transaction.db.value<JobId>(statement::job_of_chunk, ":chunk", chunk);
    if (!job) return Outcome::not_found;
    if (transaction.db.value<int>(statement::has_open_twin, ":job", *job) != 0) return Outcome::refused;
    if (transaction.db.run(statement::retry_chunk, ":chunk", chunk, ":now", transaction.now()) == 0)
      return Outcome::refused;
    reopen(transaction, *job, job_state(transaction, *job)->integration, 1);
    write_audit(transaction, who, "chunk.retry", chunk.to_string());
    return Outcome::done;
  });
}

Outcome PostgresStore::cancel_job(JobId job, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto state = job_state(transaction, job);
    if (!state) return Outcome::not_found;
    if (is_final(state->status)) return Outcome::refused;
    transaction.db.send(statement::drop_released_of_job, ":job", job);
    const int chunks = transaction.db.run(statement::cancel_chunks, ":job", job, ":now", transaction.now(), ":message",
                                          "cancelled by " + who);
    if (transaction.db.run(statement::cancel_job, ":job", job, ":chunks", chunks, ":now", transaction.now()) == 0) {
      transaction.give_up();  // its last chunk ended while this waited for it
      return Outcome::refused;
    }
    transaction.db.send(statement::end_attempts_of_job, ":job", job, ":now", transaction.now());
    lock_integration(transaction, state->integration);
    transaction.db.send(statement::drop_late_released_of_job, ":job", job, ":now", transaction.now());
    if (transaction.db.value<bool>(statement::has_released_of_job, ":job", job, ":now", transaction.now()) == true) {
      throw TryAgain("a chunk was claimed while its job was cancelled");  // its token is taken first, then
    }
    release_next(transaction, state->integration);
    settle_integration(transaction, state->integration);
    write_audit(transaction, who, "job.cancel", job.to_string());
    return Outcome::done;
  });
}

}  // namespace adfill::postgres
