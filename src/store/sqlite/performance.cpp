#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"
#include "store/suspicion_rows.h"

#include <algorithm>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// The wall for one answer: coverage of a century. A single stray date must not fill memory with gaps.
constexpr int gap_rows_at_most = 36'525;

std::string_view group_text(PerformanceGroup group) {
  switch (group) {
    case PerformanceGroup::total:
      return "total";
    case PerformanceGroup::day:
      return "day";
    case PerformanceGroup::source:
      return "source";
    case PerformanceGroup::campaign:
      return "campaign";
    case PerformanceGroup::ad:
      return "ad";
    case PerformanceGroup::gender:
      return "gender";
    case PerformanceGroup::age:
      return "age";
  }
  must(false, "every group has a text");
  return {};
}

std::vector<PerformanceRecord> read_groups(Statement row) {
  std::vector<PerformanceRecord> records;
  while (row.step()) {
    PerformanceRecord& record = records.emplace_back();
    record.key = row.next<std::string>();
    record.name = row.next<std::string>();
    record.currency = row.next<std::string>();
    record.rows = row.next_integer();
    record.metrics.impressions = row.next_integer();
    record.metrics.clicks = row.next_integer();
    record.metrics.cost = row.next<Micros>();
    record.metrics.conversions = row.next<Micros>();
    record.metrics.conversion_value = row.next<Micros>();
  }
  return records;
}

std::optional<IntegrationRecord> visible_integration(SqliteConnection& db, IntegrationId id, const Sight& sight) {
  auto row = db.query(sqlite::read_integration, ":integration", id);
  if (!row.step()) return std::nullopt;
  auto record = read_integration_row(row);
  const bool seen = !sight || std::ranges::find(*sight, record.advertiser) != sight->end();
  return seen ? std::optional(std::move(record)) : std::nullopt;
}

Difference read_difference(std::string_view text) {
  for (const Difference value :
       {Difference::not_asked, Difference::none, Difference::rounding, Difference::moving, Difference::unexplained}) {
    if (to_string(value) == text) return value;
  }
  throw StoreUnavailable("the database holds a difference that adfill did not write ('" + std::string(text) + "')");
}

CoverageRecord read_coverage_row(Statement& row) {
  CoverageRecord record;
  record.day = row.next<Day>();
  record.asked = row.next<Asked>();
  record.as_of = row.next<Instant>();
  record.report_id = row.next<std::string>();
  record.rows = row.next_integer();
  record.stored.impressions = row.next_integer();
  record.stored.clicks = row.next_integer();
  record.stored.cost = row.next<Micros>();
  const auto impressions = row.next_integer_or_null();
  const auto clicks = row.next_integer_or_null();
  const auto cost = row.next_integer_or_null();
  if (impressions && clicks && cost) record.platform = Totals{*impressions, *clicks, Micros{*cost}};
  record.difference = read_difference(row.next_text());
  record.rows_absent = row.next_integer();
  const bool inside_window = row.next<bool>();
  record.state = record.difference == Difference::unexplained ? DayState::mismatch
                 : inside_window                              ? DayState::moving
                                                              : DayState::fresh;
  record.rows_hash = row.next_integer_or_null();
  record.attribution = row.next<std::string>();
  record.attempt = row.next<ChunkToken>();
  record.pinned_at = row.next<std::optional<Instant>>();
  return record;
}

CoverageRecord gap(Day day) {
  CoverageRecord record;
  record.day = day;
  record.state = DayState::gap;
  return record;
}

}  // namespace

std::vector<CoverageRecord> SqliteStore::coverage(IntegrationId integration, CollectionType type) {
  return read([&](SqliteConnection& db) {
    std::vector<CoverageRecord> days;
    {
      auto row = db.query(sqlite::list_coverage, ":integration", integration, ":type", type);
      while (row.step()) {
        CoverageRecord covered = read_coverage_row(row);
        if (!days.empty() && covered.day.number() - days.front().day.number() <= gap_rows_at_most) {
          for (Day day = days.back().day.plus(1); day < covered.day; day = day.plus(1)) days.push_back(gap(day));
        }
        days.push_back(std::move(covered));
      }
    }
    mark_suspect(days,
                 read_suspect_days(db.query(sqlite::list_suspect_days, ":integrations", listed_text({integration}))),
                 type);
    return days;
  });
}

std::vector<PerformanceRecord> SqliteStore::performance(const PerformanceFilter& filter) {
  if (!knows_group(filter.type, filter.group)) return {};
  return read([&](SqliteConnection& db) -> std::vector<PerformanceRecord> {
    const bool ads = filter.type == CollectionType::ads;
    const std::string since = filter.since ? filter.since->to_string() : "0001-01-01";
    const std::string until = filter.until ? filter.until->to_string() : "9999-12-31";
    const auto group = group_text(filter.group);
    if (!filter.integration) {
      return read_groups(db.query(ads ? sqlite::ads_performance : sqlite::demographics_performance, ":group", group,
                                  ":since", since, ":until", until, ":sight", sight_text(filter.sight)));
    }
    const auto account = visible_integration(db, *filter.integration, filter.sight);
    if (!account) return {};
    return read_groups(db.query(ads ? sqlite::ads_performance_of_account : sqlite::demographics_performance_of_account,
                                ":group", group, ":since", since, ":until", until, ":advertiser", account->advertiser,
                                ":source", account->source, ":account", account->account_id));
  });
}

}  // namespace adfill
