#include "store/postgres/jobs.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

JobId insert_job(Transaction& transaction, IntegrationId integration, const PlannedJob& planned) {
  must(!planned.chunks.empty(), "a planned job has chunks");
  const JobId job{transaction.new_uuid()};
  transaction.db.run(statement::insert_job, ":id", job, ":integration", integration, ":type", planned.type, ":mode",
                     planned.mode, ":since", planned.range.since, ":until", planned.range.until, ":newest_first",
                     planned.newest_first, ":asked", draw_number(transaction), ":chunks_total", planned.chunks.size(),
                     ":now", transaction.now);
  ArrayText ids;
  ArrayText since;
  ArrayText until;
  for (const DayRange& range : planned.chunks) {
    ids.add(ChunkId{transaction.new_uuid()});
    since.add(range.since);
    until.add(range.until);
  }
  transaction.db.run(statement::insert_chunk, ":ids", ids, ":job", job, ":integration", integration, ":since", since,
                     ":until", until, ":type", planned.type, ":now", transaction.now);
  return job;
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
  (void)transaction.db.query(statement::lock_job, ":job", job);
  transaction.db.run(statement::reopen_job, ":job", job, ":chunks", chunks, ":now", transaction.now);
  release_next(transaction, integration);
}

}  // namespace

EnqueuedJobs insert_jobs(Transaction& transaction, IntegrationId integration, const std::vector<PlannedJob>& jobs,
                         const std::string& who) {
  EnqueuedJobs enqueued;
  for (const PlannedJob& planned : jobs) {
    const auto open = transaction.db.value<JobId>(statement::find_open_job, ":integration", integration, ":type",
                                                  planned.type, ":mode", planned.mode, ":since", planned.range.since,
                                                  ":until", planned.range.until);
    const JobId id = open ? *open : insert_job(transaction, integration, planned);
    enqueued.all_new = enqueued.all_new && !open;
    enqueued.any_new = enqueued.any_new || !open;
    if (!open) write_audit(transaction, who, "job.enqueue", id.to_string());
    const auto record = read_job_record(transaction.db, id);
    must(record.has_value(), "a job that was just found or made is there");
    enqueued.jobs.push_back(*record);
  }
  release_next(transaction, integration);
  return enqueued;
}

std::optional<EnqueuedJobs> PostgresStore::enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                                   const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) -> std::optional<EnqueuedJobs> {
    if (!lock_integration(transaction, integration)) return std::nullopt;
    return insert_jobs(transaction, integration, jobs, who);
  });
}

Outcome PostgresStore::retry_job(JobId job, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto state = job_state(transaction, job);
    if (!state) return Outcome::not_found;
    if (transaction.db.value<int>(statement::has_open_twin, ":job", job) != 0) return Outcome::refused;
    const int chunks = transaction.db.run(statement::retry_chunks_of_job, ":job", job, ":now", transaction.now);
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
    if (transaction.db.run(statement::retry_chunk, ":chunk", chunk, ":now", transaction.now) == 0)
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
    transaction.db.run(statement::drop_released_of_job, ":job", job);
    const int chunks = transaction.db.run(statement::cancel_chunks, ":job", job, ":now", transaction.now, ":message",
                                          "cancelled by " + who);
    if (transaction.db.run(statement::cancel_job, ":job", job, ":chunks", chunks, ":now", transaction.now) == 0) {
      transaction.give_up();  // its last chunk ended while this waited for it
      return Outcome::refused;
    }
    transaction.db.run(statement::end_attempts_of_job, ":job", job, ":now", transaction.now);
    lock_integration(transaction, state->integration);
    transaction.db.run(statement::drop_late_released_of_job, ":job", job, ":now", transaction.now);
    if (transaction.db.value<bool>(statement::has_released_of_job, ":job", job, ":now", transaction.now) == true) {
      throw TryAgain("a chunk was claimed while its job was cancelled");  // its token is taken first, then
    }
    release_next(transaction, state->integration);
    settle_integration(transaction, state->integration);
    write_audit(transaction, who, "job.cancel", job.to_string());
    return Outcome::done;
  });
}

}  // namespace adfill::postgres
