#include "store/postgres/jobs.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

#include <array>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

void insert_job(Transaction& transaction, JobId job, IntegrationId integration, const PlannedJob& planned) {
  must(!planned.chunks.empty(), "a planned job has chunks");
  transaction.db.send(statement::insert_job, ":id", job, ":integration", integration, ":type", planned.type, ":mode",
                      planned.mode, ":since", planned.range.since, ":until", planned.range.until, ":newest_first",
                      planned.newest_first, ":chunks_total", planned.chunks.size(), ":now", transaction.now());
  Array ids;
  Array since;
  Array until;
  for (const DayRange& range : planned.chunks) {
    ids.add(ChunkId{transaction.new_uuid()});
    since.add(range.since);
    until.add(range.until);
  }
  transaction.db.send(statement::insert_chunk, ":ids", ids, ":job", job, ":integration", integration, ":since", since,
                      ":until", until, ":type", planned.type, ":now", transaction.now());
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

std::vector<Answer> find_open_jobs(Transaction& transaction, IntegrationId integration,
                                   const std::vector<PlannedJob>& jobs) {
  std::vector<Answer> open;
  open.reserve(jobs.size());
  for (const PlannedJob& planned : jobs) {
    open.push_back(transaction.db.ask(statement::find_open_job, ":integration", integration, ":type", planned.type,
                                      ":mode", planned.mode, ":since", planned.range.since, ":until",
                                      planned.range.until));
  }
  return open;
}

SentJobs insert_jobs(Transaction& transaction, IntegrationId integration, const std::vector<PlannedJob>& jobs,
                     const std::vector<Answer>& open, const std::string& who) {
  SentJobs sent;
  for (std::size_t at = 0; at < jobs.size(); ++at) {
    Rows found = transaction.db.take(open.at(at));
    const bool is_open = found.step();
    const JobId id = is_open ? found.next<JobId>() : JobId{transaction.new_uuid()};
    if (!is_open) {
      insert_job(transaction, id, integration, jobs[at]);
      write_audit(transaction, who, "job.enqueue", id.to_string());
    }
    sent.all_new = sent.all_new && !is_open;
    sent.any_new = sent.any_new || !is_open;
    sent.ids.push_back(id);
    sent.records.push_back(transaction.db.ask(statement::read_job, ":job", id));
  }
  transaction.db.send(statement::release_next, ":integrations", array_of(std::array{integration}), ":window",
                      transaction.window, ":now", transaction.now());
  return sent;
}

EnqueuedJobs take_jobs(Transaction& transaction, const SentJobs& sent) {
  EnqueuedJobs enqueued;
  enqueued.all_new = sent.all_new;
  enqueued.any_new = sent.any_new;
  for (const Answer& record : sent.records) {
    Rows row = transaction.db.take(record);
    must(row.step(), "a job that was just found or made is there");
    enqueued.jobs.push_back(read_job_row(row));
  }
  return enqueued;
}

std::optional<EnqueuedJobs> PostgresStore::enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                                   const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) -> std::optional<EnqueuedJobs> {
    const Answer locked =
        transaction.db.ask(statement::lock_integration, ":integrations", array_of(std::array{integration}));
    const auto open = find_open_jobs(transaction, integration, jobs);
    if (!transaction.db.take(locked).step()) return std::nullopt;
    const SentJobs sent = insert_jobs(transaction, integration, jobs, open, who);
    transaction.commit();  // in the same round trip
    return take_jobs(transaction, sent);
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
