#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

std::vector<WorkerRecord> list_workers(SqliteConnection& db, Instant now) {
  auto row = db.query(sqlite::list_workers, ":now", now);
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

std::vector<IntegrationRecord> SqliteStore::integrations(const IntegrationFilter& filter) {
  return read([&](SqliteConnection& db) {
    auto row =
        db.query(sqlite::list_integrations, ":sight", sight_text(filter.sight), ":status", filter.status, ":search",
                 filter.search, ":nothing_since", filter.nothing_since, ":after", filter.after, ":limit", filter.limit);
    std::vector<IntegrationRecord> records;
    while (row.step()) records.push_back(read_integration_row(row));
    return records;
  });
}

std::optional<IntegrationRecord> SqliteStore::integration(IntegrationId id) {
  return read([&](SqliteConnection& db) {
    auto row = db.query(sqlite::read_integration, ":integration", id);
    return row.step() ? std::optional(read_integration_row(row)) : std::nullopt;
  });
}

std::optional<IntegrationId> SqliteStore::find_integration(const std::string& advertiser_name, Source source,
                                                           const std::string& account_id) {
  return read([&](SqliteConnection& db) {
    return db.value<IntegrationId>(sqlite::find_integration, ":advertiser", advertiser_name, ":source", source,
                                   ":account", account_id);
  });
}

std::vector<JobRecord> SqliteStore::jobs(const JobFilter& filter) {
  return read([&](SqliteConnection& db) {
    const auto sight = sight_text(filter.sight);
    auto row =
        filter.integration
            ? db.query(sqlite::list_jobs_of_integration, ":integration", *filter.integration, ":sight", sight,
                       ":status", filter.status, ":mode", filter.mode, ":type", filter.type, ":search", filter.search,
                       ":after", filter.after, ":limit", filter.limit)
            : db.query(sqlite::list_jobs, ":sight", sight, ":status", filter.status, ":mode", filter.mode, ":type",
                       filter.type, ":search", filter.search, ":after", filter.after, ":limit", filter.limit);
    std::vector<JobRecord> records;
    while (row.step()) records.push_back(read_job_row(row));
    return records;
  });
}

std::optional<JobRecord> SqliteStore::job(JobId id) {
  return read([&](SqliteConnection& db) { return read_job_record(db, id); });
}

std::vector<ChunkRecord> SqliteStore::chunks(JobId job) {
  return read([&](SqliteConnection& db) {
    auto row = db.query(sqlite::list_chunks, ":job", job);
    std::vector<ChunkRecord> records;
    while (row.step()) records.push_back(read_chunk_row(row));
    return records;
  });
}

std::optional<JobId> SqliteStore::job_of_chunk(ChunkId chunk) {
  return read([&](SqliteConnection& db) { return db.value<JobId>(sqlite::job_of_chunk, ":chunk", chunk); });
}

QueueRecord SqliteStore::queue() {
  QueueRecord record = read([&](SqliteConnection& db) {
    QueueRecord counts;
    auto open = db.query(sqlite::count_open_chunks);
    must(open.step(), "counting gives a row");
    counts.pending = open.next_integer();
    counts.processing = open.next_integer();
    auto ended = db.query(sqlite::count_ended_chunks);
    must(ended.step(), "counting gives a row");
    counts.completed = ended.next_integer();
    counts.failed = ended.next_integer();
    const Instant now = options_.now();
    auto released = db.query(sqlite::count_released_and_oldest, ":now", now);
    must(released.step(), "counting gives a row");
    counts.released = released.next_integer();
    counts.oldest_due = released.next<std::optional<Instant>>();
    counts.counted_at = now;
    counts.workers = list_workers(db, now);
    return counts;
  });
  record.throttled = closed_scopes();
  record.calls = recent_calls();
  return record;
}

}  // namespace adfill
