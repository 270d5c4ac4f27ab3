// The receipts of days, of one chunk or of several, with one statement.
#include "sql/postgres.h"
#include "store/day_hash.h"
#include "store/postgres/figures.h"

#include <set>
#include <tuple>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

using DayKey = std::tuple<IntegrationId, CollectionType, Day>;

// The receipts as arrays.
struct Receipts {
  ArrayText integrations, types, dates, advertisers, sources, accounts, asked, as_of, attempts, reports, rows,
      impressions, clicks, costs, platform_impressions, platform_clicks, platform_costs, differences, absent,
      inside_window, rows_hashes, attributions;

  void add(const HeldChunk& held, const DaySnapshot& day) {
    using Number = std::optional<std::int64_t>;
    const auto& platform = day.platform;
    integrations.add(held.integration);
    types.add(held.type);
    dates.add(day.day);
    advertisers.add(held.advertiser);
    sources.add(held.source);
    accounts.add(held.account_id);
    asked.add(day.asked);
    as_of.add(day.as_of);
    attempts.add(held.token);
    reports.add(day.report_id);
    rows.add(day.rows_read);
    impressions.add(day.totals_read.impressions);
    clicks.add(day.totals_read.clicks);
    costs.add(day.totals_read.cost);
    platform_impressions.add(platform ? Number(platform->impressions) : Number());
    platform_clicks.add(platform ? Number(platform->clicks) : Number());
    platform_costs.add(platform ? std::optional(platform->cost) : std::nullopt);
    differences.add(to_string(classify_difference(day.totals_read, platform, day.rows_read, day.inside_window,
                                                  currency_unit(held.currency))));
    absent.add(0);
    inside_window.add(day.moving);
    rows_hashes.add(hash_of_rows(day, held.currency).value());
    attributions.add(day.attribution);
  }
};

}  // namespace

void write_coverage(Transaction& transaction, std::vector<DaysToMerge>& chunks) {
  Receipts all;
  for (const DaysToMerge& chunk : chunks) {
    for (const DaySnapshot* day : chunk.days) all.add(*chunk.held, *day);
  }
  if (all.dates.empty()) return;
  Rows row = transaction.db.query(
      statement::write_coverage, ":integrations", all.integrations, ":types", all.types, ":dates", all.dates,
      ":advertisers", all.advertisers, ":sources", all.sources, ":accounts", all.accounts, ":asked", all.asked,
      ":as_of", all.as_of, ":attempts", all.attempts, ":reports", all.reports, ":rows", all.rows, ":impressions",
      all.impressions, ":clicks", all.clicks, ":costs", all.costs, ":platform_impressions", all.platform_impressions,
      ":platform_clicks", all.platform_clicks, ":platform_costs", all.platform_costs, ":differences", all.differences,
      ":rows_absent", all.absent, ":inside_window", all.inside_window, ":rows_hashes", all.rows_hashes, ":attributions",
      all.attributions);
  std::set<DayKey> written;
  while (row.step()) {
    const auto integration = row.next<IntegrationId>();
    const auto type = row.next<CollectionType>();
    written.emplace(integration, type, row.next<Day>());
  }
  for (DaysToMerge& chunk : chunks) {
    std::erase_if(chunk.days, [&](const DaySnapshot* day) {
      return !written.contains({chunk.held->integration, chunk.held->type, day->day});
    });
  }
}

}  // namespace adfill::postgres
