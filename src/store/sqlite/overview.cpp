#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

#include <map>
#include <utility>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

using Places = std::map<std::pair<IntegrationId, CollectionType>, TypeFreshness*>;

// The accounts with nothing told of them yet, and where it is to be told.
Places make_places(std::vector<FreshnessRecord>& records) {
  Places places;
  for (auto& record : records) {
    for (const auto type : {CollectionType::ads, CollectionType::demographics}) {
      record.types.emplace_back().type = type;
    }
    for (auto& type : record.types) places[{record.integration.id, type.type}] = &type;
  }
  return places;
}

template <class Row>
TypeFreshness& place_of(const Places& places, Row& row) {
  const auto integration = row.template next<IntegrationId>();
  const auto type = row.template next<CollectionType>();
  return *places.at({integration, type});
}

// As statements take them: a JSON array of ids.
std::string listed_text(const std::vector<FreshnessRecord>& records) {
  std::string text = "[";
  for (const auto& record : records) {
    if (text.size() > 1) text += ',';
    text += '"' + record.integration.id.to_string() + '"';
  }
  return text + ']';
}

}  // namespace

std::vector<AttemptRecord> SqliteStore::attempts(JobId job) {
  return read([&](SqliteConnection& db) {
    auto row = db.query(sqlite::list_attempts, ":job", job);
    std::vector<AttemptRecord> records;
    while (row.step()) {
      AttemptRecord& record = records.emplace_back();
      record.chunk = row.next<ChunkId>();
      record.started_at = row.next<Instant>();
      record.ended_at = row.next<std::optional<Instant>>();
      record.outcome = row.next<std::string>();
      record.failure_kind = row.next<std::string>();
      record.failure_code = row.next<std::string>();
      record.message = row.next<std::string>();
      record.trace_id = row.next<std::string>();
    }
    return records;
  });
}

std::vector<FreshnessRecord> SqliteStore::freshness(const IntegrationFilter& filter, Day since) {
  const auto page = integrations(filter);
  return read([&](SqliteConnection& db) {
    std::vector<FreshnessRecord> records;
    for (const auto& integration : page) records.emplace_back().integration = integration;
    const auto places = make_places(records);
    const auto listed = listed_text(records);
    auto row = db.query(sqlite::list_freshness, ":integrations", listed);
    while (row.step()) {
      auto& type = place_of(places, row);
      type.days = row.next<int>();
      type.mismatches = row.next<int>();
      type.first = row.next<Day>();
      type.newest = row.next<Day>();
      type.as_of = row.next<Instant>();
    }
    auto day = db.query(sqlite::list_recent_days, ":integrations", listed, ":since", since);
    while (day.step()) {
      RecentDay& recent = place_of(places, day).recent.emplace_back();
      recent.day = day.next<Day>();
      const bool unexplained = day.next<bool>();
      const bool inside_window = day.next<bool>();
      recent.state = unexplained ? DayState::mismatch : inside_window ? DayState::moving : DayState::fresh;
    }
    return records;
  });
}

OverviewRecord SqliteStore::overview(const Sight& sight, Instant since, Duration step) {
  return read([&](SqliteConnection& db) {
    OverviewRecord record;
    const auto seen = sight_text(sight);
    auto integration = db.query(sqlite::count_integrations, ":sight", seen);
    while (integration.step()) {
      const auto status = integration.next<IntegrationStatus>();
      record.integrations[status] = integration.next_integer();
    }
    auto job = db.query(sqlite::count_open_jobs, ":sight", seen);
    while (job.step()) {
      const auto status = job.next<JobStatus>();
      record.open_jobs[status] = job.next_integer();
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(step).count();
    auto piece = db.query(sqlite::sum_collected, ":sight", seen, ":since", since, ":step", seconds);
    while (piece.step()) {
      CollectedPiece& collected = record.collected.emplace_back();
      collected.begins = Instant(std::chrono::seconds(piece.next_integer()));
      collected.chunks = piece.next_integer();
      collected.rows = piece.next_integer();
    }
    return record;
  });
}

}  // namespace adfill
