#include "store/sqlite/jobs.h"

#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

JobId insert_job(Transaction& transaction, IntegrationId integration, const PlannedJob& planned) {
  must(!planned.chunks.empty(), "a planned job has chunks");
  const JobId job{transaction.new_uuid()};
  transaction.db.run(sqlite::insert_job, ":id", job, ":integration", integration, ":type", planned.type, ":mode",
                     planned.mode, ":since", planned.range.since, ":until", planned.range.until, ":newest_first",
                     planned.newest_first, ":asked", draw_number(transaction), ":chunks_total", planned.chunks.size(),
                     ":now", transaction.now);
  int index = 0;
  for (const DayRange& range : planned.chunks) {
    transaction.db.run(sqlite::insert_chunk, ":id", ChunkId{transaction.new_uuid()}, ":job", job, ":integration",
                       integration, ":chunk_index", index++, ":since", range.since, ":until", range.until, ":type",
                       planned.type, ":now", transaction.now);
  }
  return job;
}

struct JobState {
  IntegrationId integration;
  JobStatus status = JobStatus::pending;
};

std::optional<JobState> job_state(Transaction& transaction, JobId job) {
  auto row = transaction.db.query(sqlite::job_state, ":job", job);
  if (!row.step()) return std::nullopt;
  const auto integration = row.next<IntegrationId>();
  return JobState{integration, row.next<JobStatus>()};
}

// Opens the job for chunks that are no longer failed.
void reopen(Transaction& transaction, JobId job, IntegrationId integration, int chunks) {
  transaction.db.run(sqlite::reopen_job, ":job", job, ":chunks", chunks, ":now", transaction.now);
  release_next(transaction, integration);
}

}  // namespace

EnqueuedJobs insert_jobs(Transaction& transaction, IntegrationId integration, const std::vector<PlannedJob>& jobs,
                         const std::string& who) {
  EnqueuedJobs enqueued;
  for (const PlannedJob& planned : jobs) {
    const auto open =
        transaction.db.value<JobId>(sqlite::find_open_job, ":integration", integration, ":type", planned.type, ":mode",
                                    planned.mode, ":since", planned.range.since, ":until", planned.range.until);
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

std::optional<EnqueuedJobs> SqliteStore::enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                                 const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) -> std::optional<EnqueuedJobs> {
    if (transaction.db.value<int>(sqlite::integration_exists, ":integration", integration) == 0) return std::nullopt;
    return insert_jobs(transaction, integration, jobs, who);
  });
}

Outcome SqliteStore::retry_job(JobId job, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto state = job_state(transaction, job);
    if (!state) return Outcome::not_found;
    if (transaction.db.value<int>(sqlite::has_open_twin, ":job", job) != 0) return Outcome::refused;
    const int chunks = transaction.db.run(sqlite::retry_chunks_of_job, ":job", job, ":now", transaction.now);
    if (chunks == 0) return Outcome::refused;
    reopen(transaction, job, state->integration, chunks);
    write_audit(transaction, who, "job.retry", job.to_string());
    return Outcome::done;
  });
}

Outcome SqliteStore::retry_chunk(ChunkId chunk, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto job = transaction.db.value<JobId>(sqlite::job_of_chunk, ":chunk", chunk);
    if (!job) return Outcome::not_found;
    if (transaction.db.value<int>(sqlite::has_open_twin, ":job", *job) != 0) return Outcome::refused;
    if (transaction.db.run(sqlite::retry_chunk, ":chunk", chunk, ":now", transaction.now) == 0) return Outcome::refused;
    reopen(transaction, *job, job_state(transaction, *job)->integration, 1);
    write_audit(transaction, who, "chunk.retry", chunk.to_string());
    return Outcome::done;
  });
}

Outcome SqliteStore::cancel_job(JobId job, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto state = job_state(transaction, job);
    if (!state) return Outcome::not_found;
    if (is_final(state->status)) return Outcome::refused;
    transaction.db.run(sqlite::end_attempts_of_job, ":job", job, ":now", transaction.now);
    transaction.db.run(sqlite::drop_released_of_job, ":job", job);
    const int chunks = transaction.db.run(sqlite::cancel_chunks, ":job", job, ":now", transaction.now, ":message",
                                          "cancelled by " + who);
    transaction.db.run(sqlite::cancel_job, ":job", job, ":chunks", chunks, ":now", transaction.now);
    release_next(transaction, state->integration);
    settle_integration(transaction, state->integration);
    write_audit(transaction, who, "job.cancel", job.to_string());
    return Outcome::done;
  });
}

}  // namespace adfill
