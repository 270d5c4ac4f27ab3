#include "sql/sqlite.h"
#include "store/overview_rows.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"
#include "store/suspicion_rows.h"

namespace adfill {

namespace sqlite = sql::sqlite;

std::vector<AttemptRecord> SqliteStore::attempts(JobId job) {
  return read([&](SqliteConnection& db) {
    auto attempts = read_attempts(db.query(sqlite::list_attempts, ":job", job));
    read_given_up(db.query(sqlite::list_given_up, ":job", job), attempts);
    return attempts;
  });
}

std::vector<FreshnessRecord> SqliteStore::freshness(const IntegrationFilter& filter, Day since) {
  const auto page = integrations(filter);
  return read([&](SqliteConnection& db) {
    std::vector<FreshnessRecord> records;
    for (const auto& integration : page) records.emplace_back().integration = integration;
    const auto places = make_places(records);
    std::vector<IntegrationId> ids;
    ids.reserve(page.size());
    for (const auto& integration : page) ids.push_back(integration.id);
    const auto listed = listed_text(ids);
    read_freshness(db.query(sqlite::list_freshness, ":integrations", listed), places);
    read_recent_days(db.query(sqlite::list_recent_days, ":integrations", listed, ":since", since), places);
    mark_suspect_days(read_suspect_days(db.query(sqlite::list_suspect_days, ":integrations", listed)), places);
    return records;
  });
}

OverviewRecord SqliteStore::overview(const Sight& sight, Instant since, Duration step) {
  return read([&](SqliteConnection& db) {
    OverviewRecord record;
    const auto seen = sight_text(sight);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(step).count();
    record.integrations = read_counts<IntegrationStatus>(db.query(sqlite::count_integrations, ":sight", seen));
    record.open_jobs = read_counts<JobStatus>(db.query(sqlite::count_open_jobs, ":sight", seen));
    record.collected = read_pieces(db.query(sqlite::sum_collected, ":sight", seen, ":since", since, ":step", seconds));
    return record;
  });
}

}  // namespace adfill
