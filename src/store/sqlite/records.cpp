#include "store/sqlite/records.h"

#include "sql/sqlite.h"

namespace adfill {

namespace sqlite = sql::sqlite;

IntegrationRecord read_integration_row(Statement& row) {
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

JobRecord read_job_row(Statement& row) {
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

ChunkRecord read_chunk_row(Statement& row) {
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

std::optional<JobRecord> read_job_record(SqliteConnection& db, JobId id) {
  auto row = db.query(sqlite::read_job, ":job", id);
  return row.step() ? std::optional(read_job_row(row)) : std::nullopt;
}

std::optional<std::string> sight_text(const Sight& sight) {
  if (!sight) return std::nullopt;
  std::string text = "[";
  for (const AdvertiserId& advertiser : *sight) {
    if (text.size() > 1) text += ',';
    text += '"' + advertiser.to_string() + '"';
  }
  return text + ']';
}

std::string json_texts(const std::vector<std::string>& texts) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string json = "[";
  for (const auto& text : texts) {
    json.append(json.size() > 1 ? ",\"" : "\"");
    for (const char letter : text) {
      const auto byte = static_cast<unsigned char>(letter);
      if (byte < 0x20) {
        json.append("\\u00").append({digits[byte >> 4U], digits[byte & 15U]});
      } else {
        if (letter == '"' || letter == '\\') json += '\\';
        json += letter;
      }
    }
    json += '"';
  }
  return json + ']';
}

std::optional<std::string> json_texts(const std::optional<std::vector<std::string>>& texts) {
  return texts ? std::optional(json_texts(*texts)) : std::nullopt;
}

std::string listed_text(const std::vector<IntegrationId>& integrations) {
  std::string text = "[";
  for (const auto& integration : integrations) {
    if (text.size() > 1) text += ',';
    text += '"' + integration.to_string() + '"';
  }
  return text + ']';
}

std::vector<AdvertiserId> parse_sight(std::string_view text) {
  constexpr std::size_t uuid_length = 36;
  std::vector<AdvertiserId> advertisers;
  for (auto at = text.find('"'); at != std::string_view::npos; at = text.find('"', at + uuid_length + 2)) {
    if (const auto id = AdvertiserId::parse(text.substr(at + 1, uuid_length))) advertisers.push_back(*id);
  }
  return advertisers;
}

}  // namespace adfill
