#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

std::vector<WorkerRecord> list_workers(Connection& db, Instant now) {
  auto row = db.query(statement::list_workers, ":now", now);
  std::vector<WorkerRecord> workers;
  while (row.step()) {
    WorkerRecord& worker = workers.emplace_back();
    worker.id = row.next<WorkerId>();
    worker.host = row.next<std::string>();
    worker.process_id = row.next<int>();
    worker.started_at = row.next<Instant>();
    worker.lease_until = row.next<Instant>();
    worker.chunks = row.next<int>();
  }
  return workers;
}

}  // namespace

std::vector<IntegrationRecord> PostgresStore::integrations(const IntegrationFilter& filter) {
  return read([&](Connection& db) {
    auto row =
        db.query(statement::list_integrations, ":sight", sight_text(filter.sight), ":status", filter.status, ":search",
                 filter.search, ":nothing_since", filter.nothing_since, ":after", filter.after, ":limit", filter.limit);
    std::vector<IntegrationRecord> records;
    while (row.step()) records.push_back(read_integration_row(row));
    return records;
  });
}

std::optional<IntegrationRecord> PostgresStore::integration(IntegrationId id) {
  return read([&](Connection& db) {
    auto row = db.query(statement::read_integration, ":integration", id);
    return row.step() ? std::optional(read_integration_row(row)) : std::nullopt;
  });
}

std::optional<IntegrationId> PostgresStore::find_integration(const std::string& advertiser_name, Source source,
                                                             const std::string& account_id) {
  return read([&](Connection& db) {
    return db.value<IntegrationId>(statement::find_integration, ":advertiser", advertiser_name, ":source", source,
                                   ":account", account_id);
  });
}

std::vector<JobRecord> PostgresStore::jobs(const JobFilter& filter) {
  return read([&](Connection& db) {
    const auto sight = sight_text(filter.sight);
    auto row =
        filter.integration
            ? db.query(statement::list_jobs_of_integration, ":integration", *filter.integration, ":sight", sight,
                       ":status", filter.status, ":mode", filter.mode, ":type", filter.type, ":search", filter.search,
                       ":after", filter.after, ":limit", filter.limit)
            : db.query(statement::list_jobs, ":sight", sight, ":status", filter.status, ":mode", filter.mode, ":type",
                       filter.type, ":search", filter.search, ":after", filter.after, ":limit", filter.limit);
    std::vector<JobRecord> records;
    while (row.step()) records.push_back(read_job_row(row));
    return records;
  });
}

std::optional<JobRecord> PostgresStore::job(JobId id) {
  return read([&](Connection& db) { return read_job_record(db, id); });
}

std::vector<ChunkRecord> PostgresStore::chunks(JobId job) {
  return read([&](Connection& db) {
    auto row = db.query(statement::list_chunks, ":job", job);
    std::vector<ChunkRecord> records;
    while (row.step()) records.push_back(read_chunk_row(row));
    return records;
  });
}

std::optional<JobId> PostgresStore::job_of_chunk(ChunkId chunk) {
  return read([&](Connection& db) { return db.value<JobId>(statement::job_of_chunk, ":chunk", chunk); });
}

QueueRecord PostgresStore::queue() {
  QueueRecord record = counted_.known().value_or(QueueRecord{});
  if (!record.counted_at) record = count_queue();
  record.workers = read([](Transaction& transaction) { return list_workers(transaction.db, transaction.now()); });
  record.throttled = closed_scopes();
  record.calls = recent_calls();
  return record;
}

QueueRecord PostgresStore::count_queue() {
  const auto began = CountedQueue::Clock::now();
  const QueueRecord counts = read([](Transaction& transaction) {
    Connection& db = transaction.db;
    QueueRecord counts;
    auto open = db.query(statement::count_open_chunks);
    must(open.step(), "counting gives a row");
    counts.pending = open.next_integer();
    counts.processing = open.next_integer();
    auto ended = db.query(statement::count_ended_chunks);
    must(ended.step(), "counting gives a row");
    counts.completed = ended.next_integer();
    counts.failed = ended.next_integer();
    auto released = db.query(statement::count_released_and_oldest, ":now", transaction.now());
    must(released.step(), "counting gives a row");
    counts.released = released.next_integer();
    counts.oldest_due = released.next<std::optional<Instant>>();
    counts.counted_at = transaction.now();
    return counts;
  });
  counted_.counted(counts, CountedQueue::Clock::now() - began);
  return counts;
}

}  // namespace adfill::postgres
