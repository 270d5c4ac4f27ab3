#include "sql/postgres.h"
#include "store/overview_rows.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"
#include "store/suspicion_rows.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

std::vector<AttemptRecord> PostgresStore::attempts(JobId job) {
  return read([&](Connection& db) {
    auto attempts = read_attempts(db.query(statement::list_attempts, ":job", job));
    read_given_up(db.query(statement::list_given_up, ":job", job), attempts);
    return attempts;
  });
}

std::vector<FreshnessRecord> PostgresStore::freshness(const IntegrationFilter& filter, Day since) {
  const auto page = integrations(filter);
  return read([&](Connection& db) {
    std::vector<FreshnessRecord> records;
    for (const auto& integration : page) records.emplace_back().integration = integration;
    const auto places = make_places(records);
    std::vector<IntegrationId> ids;
    ids.reserve(page.size());
    for (const auto& integration : page) ids.push_back(integration.id);
    const auto listed = listed_text(ids);
    read_freshness(db.query(statement::list_freshness, ":integrations", listed), places);
    read_recent_days(db.query(statement::list_recent_days, ":integrations", listed, ":since", since), places);
    mark_suspect_days(read_suspect_days(db.query(statement::list_suspect_days, ":integrations", listed)), places);
    return records;
  });
}

OverviewRecord PostgresStore::overview(const Sight& sight, Instant since, Duration step) {
  return read([&](Connection& db) {
    OverviewRecord record;
    const auto seen = sight_text(sight);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(step).count();
    record.integrations = read_counts<IntegrationStatus>(db.query(statement::count_integrations, ":sight", seen));
    record.open_jobs = read_counts<JobStatus>(db.query(statement::count_open_jobs, ":sight", seen));
    record.collected =
        read_pieces(db.query(statement::sum_collected, ":sight", seen, ":since", since, ":step", seconds));
    return record;
  });
}

}  // namespace adfill::postgres
