#include "store/postgres/records.h"

#include "sql/postgres.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

IntegrationRecord read_integration_row(Rows& row) {
  IntegrationRecord record;
  record.id = row.next<IntegrationId>();
  record.advertiser = row.next<AdvertiserId>();
  record.advertiser_name = row.next<std::string>();
  record.source = row.next<Source>();
  record.account_id = row.next<std::string>();
  record.account_name = row.next<std::string>();
  record.currency = row.next<std::string>();
  record.time_zone = row.next<std::string>();
  record.status = row.next<IntegrationStatus>();
  record.last_error = row.next<std::string>();
  record.last_error_at = row.next<std::optional<Instant>>();
  record.created_at = row.next<Instant>();
  record.updated_at = row.next<Instant>();
  record.credentials_expire_at = row.next<std::optional<Instant>>();
  record.attribution = row.next<std::string>();
  record.keep_thumbnails = row.next<bool>();
  return record;
}

JobRecord read_job_row(Rows& row) {
  JobRecord record;
  record.id = row.next<JobId>();
  record.integration = row.next<IntegrationId>();
  record.advertiser_name = row.next<std::string>();
  record.source = row.next<Source>();
  record.account_id = row.next<std::string>();
  record.account_name = row.next<std::string>();
  record.mode = row.next<JobMode>();
  record.type = row.next<CollectionType>();
  record.status = row.next<JobStatus>();
  record.range.since = row.next<Day>();
  record.range.until = row.next<Day>();
  record.newest_first = row.next<bool>();
  record.chunks_total = row.next<int>();
  record.chunks_completed = row.next<int>();
  record.chunks_failed = row.next<int>();
  record.rows = row.next_integer();
  record.error_message = row.next<std::string>();
  record.created_at = row.next<Instant>();
  record.started_at = row.next<std::optional<Instant>>();
  record.completed_at = row.next<std::optional<Instant>>();
  record.updated_at = row.next<Instant>();
  return record;
}

ChunkRecord read_chunk_row(Rows& row) {
  ChunkRecord record;
  record.id = row.next<ChunkId>();
  record.job = row.next<JobId>();
  record.chunk_index = row.next<int>();
  record.range.since = row.next<Day>();
  record.range.until = row.next<Day>();
  record.type = row.next<CollectionType>();
  record.status = row.next<ChunkStatus>();
  record.retry_count = row.next<int>();
  record.max_retries = row.next<int>();
  record.lost_count = row.next<int>();
  record.days_done = row.next<int>();
  record.rows = row.next_integer();
  record.error_message = row.next<std::string>();
  record.notice = row.next<std::string>();
  record.last_error_at = row.next<std::optional<Instant>>();
  record.due_at = row.next<std::optional<Instant>>();
  record.cancelled_at = row.next<std::optional<Instant>>();
  record.created_at = row.next<Instant>();
  record.started_at = row.next<std::optional<Instant>>();
  record.completed_at = row.next<std::optional<Instant>>();
  record.updated_at = row.next<Instant>();
  // Creatives have no days: their one listing stands for the whole range.
  if (record.type == CollectionType::creatives) {
    record.days_done = record.status == ChunkStatus::completed ? record.range.length() : 0;
  }
  return record;
}

std::optional<JobRecord> read_job_record(Connection& db, JobId id) {
  auto row = db.query(statement::read_job, ":job", id);
  return row.step() ? std::optional(read_job_row(row)) : std::nullopt;
}

namespace {

// An array as a text, "{1,2}": a filter that may be NULL is one parameter like any other.
template <class Ids>
std::string braced(const Ids& ids) {
  std::string text = "{";
  for (const auto& id : ids) {
    if (text.size() > 1) text += ',';
    text += id.to_string();
  }
  return text + '}';
}

}  // namespace

std::optional<std::string> sight_text(const Sight& sight) {
  return sight ? std::optional(braced(*sight)) : std::nullopt;
}

std::string listed_text(const std::vector<IntegrationId>& integrations) {
  return braced(integrations);
}

std::vector<AdvertiserId> parse_sight(std::string_view text) {
  constexpr std::size_t uuid_length = 36;
  std::vector<AdvertiserId> advertisers;
  for (std::size_t at = 1; at + uuid_length < text.size(); at += uuid_length + 1) {
    if (const auto id = AdvertiserId::parse(text.substr(at, uuid_length))) advertisers.push_back(*id);
  }
  return advertisers;
}

}  // namespace adfill::postgres
