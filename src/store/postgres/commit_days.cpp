#include "sql/postgres.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// Writes the receipts of those days of which no equal or newer snapshot is there, and returns their snapshots in order.
// The other days are done, whoever filled them.
std::vector<const DaySnapshot*> write_coverage(Transaction& transaction, const HeldChunk& held,
                                               const std::vector<const DaySnapshot*>& ordered) {
  using Number = std::optional<std::int64_t>;
  ArrayText dates, asked, as_of, reports, rows, impressions, clicks, costs, platform_impressions, platform_clicks,
      platform_costs, differences, absent, inside_window;
  for (const DaySnapshot* day : ordered) {
    const auto& platform = day->platform;
    dates.add(day->day);
    asked.add(day->asked);
    as_of.add(day->as_of);
    reports.add(day->report_id);
    rows.add(day->rows_read);
    impressions.add(day->totals_read.impressions);
    clicks.add(day->totals_read.clicks);
    costs.add(day->totals_read.cost);
    platform_impressions.add(platform ? Number(platform->impressions) : Number());
    platform_clicks.add(platform ? Number(platform->clicks) : Number());
    platform_costs.add(platform ? std::optional(platform->cost) : std::nullopt);
    differences.add(to_string(classify_difference(day->totals_read, platform, day->rows_read, day->inside_window,
                                                  currency_unit(held.currency))));
    absent.add(0);
    inside_window.add(day->inside_window);
  }
  const auto written = transaction.db.values<Day>(
      statement::write_coverage, ":integration", held.integration, ":type", held.type, ":advertiser", held.advertiser,
      ":source", held.source, ":account", held.account_id, ":attempt", held.token, ":dates", dates, ":asked", asked,
      ":as_of", as_of, ":reports", reports, ":rows", rows, ":impressions", impressions, ":clicks", clicks, ":costs",
      costs, ":platform_impressions", platform_impressions, ":platform_clicks", platform_clicks, ":platform_costs",
      platform_costs, ":differences", differences, ":rows_absent", absent, ":inside_window", inside_window);
  std::vector<const DaySnapshot*> ours;
  std::ranges::copy_if(ordered, std::back_inserter(ours),
                       [&](const DaySnapshot* day) { return std::ranges::find(written, day->day) != written.end(); });
  return ours;
}

bool all_days_done(Transaction& transaction, const HeldChunk& held) {
  return transaction.db.value<int>(statement::count_days_done, ":integration", held.integration, ":type", held.type,
                                   ":since", held.range.since, ":until", held.range.until, ":job_asked",
                                   held.job_asked) == held.range.length();
}

void count_progress(Transaction& transaction, const HeldChunk& held, std::int64_t rows) {
  transaction.db.run(statement::chunk_progressed, ":chunk", held.chunk, ":rows", rows, ":now", transaction.now);
  transaction.db.run(statement::job_counts_rows, ":job", held.job, ":rows", rows, ":now", transaction.now);
}

// By date; of two snapshots of a day the newer one only.
std::vector<const DaySnapshot*> in_order(const std::vector<DaySnapshot>& days) {
  std::vector<const DaySnapshot*> ordered;
  ordered.reserve(days.size());
  for (const DaySnapshot& day : days) ordered.push_back(&day);
  std::ranges::sort(ordered, {}, [](const DaySnapshot* day) { return std::pair(day->day, -day->asked.number); });
  const auto twice = std::ranges::unique(ordered, {}, [](const DaySnapshot* day) { return day->day; });
  ordered.erase(twice.begin(), twice.end());
  return ordered;
}

CommitResult without_effect(CommitResult::State state, std::string problem) {
  CommitResult result;
  result.state = state;
  result.problem = std::move(problem);
  return result;
}

}  // namespace

CommitResult PostgresStore::commit_days(const DaysCommit& commit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto held = check_token(transaction, commit.token);
    if (!held) return without_effect(CommitResult::State::stale, {});
    must(held->type != CollectionType::creatives, "creatives have no days");
    CommitResult result;
    for (const DaySnapshot& day : commit.days) {
      must(held->range.contains(day.day), "an attempt commits days of its own chunk");
    }
    const auto ours = write_coverage(transaction, *held, in_order(commit.days));
    result.days_committed = static_cast<int>(ours.size());
    result.days_left_alone = static_cast<int>(commit.days.size() - ours.size());
    const MergedDays merged = merge_days(transaction, *held, ours);
    if (!merged.problem.empty()) {
      transaction.give_up();
      return without_effect(CommitResult::State::inexact, merged.problem);
    }
    for (const auto& [day, absent] : merged.absent_by_day) {
      transaction.db.run(statement::coverage_counts_absent, ":integration", held->integration, ":type", held->type,
                         ":date", day, ":rows_absent", absent);
      result.rows_absent += absent;
    }
    result.rows_written = merged.written;
    result.rows_unchanged = merged.unchanged;
    result.rows_removed = merged.removed;
    std::int64_t rows = 0;
    for (const DaySnapshot* day : ours) rows += day->rows_read;
    if (result.days_committed > 0) count_progress(transaction, *held, rows);
    if (all_days_done(transaction, *held)) {
      result.chunk_completed = true;
      result.job_ended = complete_chunk(transaction, *held, {});
    }
    return result;
  });
}

}  // namespace adfill::postgres
