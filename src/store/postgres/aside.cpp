#include "store/postgres/aside.h"

#include <optional>

namespace adfill::postgres {

namespace statement = sql::postgres;

Aside::Aside(Transaction& transaction, const DaysToMerge& chunk, const std::map<Day, Moved>& moved)
    : transaction_(transaction), advertiser_(chunk.held->advertiser) {
  Array dates, asked, previous_asked, previous_as_of, reports, attributions, previous_rows, previous_impressions,
      previous_clicks, previous_costs, platform_impressions, platform_clicks, platform_costs, rows, impressions, clicks,
      costs, added, changed, removed;
  using Number = std::optional<std::int64_t>;
  for (const DaySnapshot* day : chunk.days) {
    const auto moves = moved.find(day->day);
    const auto before = chunk.before.find(day->day);
    if (moves == moved.end() || before == chunk.before.end()) continue;
    const PreviousReceipt& receipt = before->second;
    const auto& platform = receipt.platform;
    dates.add(day->day);
    asked.add(day->asked);
    previous_asked.add(receipt.asked);
    previous_as_of.add(receipt.as_of);
    reports.add(receipt.report_id);
    attributions.add(receipt.attribution);
    previous_rows.add(receipt.rows);
    previous_impressions.add(receipt.stored.impressions);
    previous_clicks.add(receipt.stored.clicks);
    previous_costs.add(receipt.stored.cost);
    platform_impressions.add(platform ? Number(platform->impressions) : Number());
    platform_clicks.add(platform ? Number(platform->clicks) : Number());
    platform_costs.add(platform ? std::optional(platform->cost) : std::nullopt);
    rows.add(day->rows_read);
    impressions.add(day->totals_read.impressions);
    clicks.add(day->totals_read.clicks);
    costs.add(day->totals_read.cost);
    added.add(moves->second.added);
    changed.add(moves->second.changed);
    removed.add(moves->second.removed);
  }
  if (dates.empty()) return;
  Rows row = transaction.db.query(
      statement::insert_day_change, ":integration", chunk.held->integration, ":type", chunk.held->type, ":attempt",
      chunk.held->token, ":now", transaction.now(), ":dates", dates, ":asked", asked, ":previous_asked", previous_asked,
      ":previous_as_of", previous_as_of, ":reports", reports, ":attributions", attributions, ":previous_rows",
      previous_rows, ":previous_impressions", previous_impressions, ":previous_clicks", previous_clicks,
      ":previous_costs", previous_costs, ":platform_impressions", platform_impressions, ":platform_clicks",
      platform_clicks, ":platform_costs", platform_costs, ":rows", rows, ":impressions", impressions, ":clicks", clicks,
      ":costs", costs, ":added", added, ":changed", changed, ":removed", removed);
  while (row.step()) {
    const Day day = row.next<Day>();
    changes_[day] = row.next_integer();
  }
}

}  // namespace adfill::postgres
