#include "store/postgres/receipts.h"

#include "sql/postgres.h"
#include "store/day_hash.h"
#include "store/day_results.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

PreviousReceipt read_previous(Rows& row) {
  PreviousReceipt previous;
  previous.asked = row.next<Asked>();
  previous.as_of = row.next<Instant>();
  previous.report_id = row.next<std::string>();
  previous.attribution = row.next<std::string>();
  previous.rows = row.next_integer();
  previous.stored.impressions = row.next_integer();
  previous.stored.clicks = row.next_integer();
  previous.stored.cost = row.next<Micros>();
  const auto impressions = row.next_integer_or_null();
  const auto clicks = row.next_integer_or_null();
  const auto cost = row.next<std::optional<Micros>>();
  if (impressions && clicks && cost) previous.platform = Totals{*impressions, *clicks, *cost};
  return previous;
}

DayKey read_key(Rows& row) {
  const auto integration = row.next<IntegrationId>();
  const auto type = row.next<CollectionType>();
  return {integration, type, row.next<Day>()};
}

}  // namespace

void Receipts::add(const HeldChunk& held, const DaySnapshot& day, std::optional<Instant> pinned_at) {
  using Number = std::optional<std::int64_t>;
  const auto& platform = day.platform;
  integrations_.add(held.integration);
  types_.add(held.type);
  dates_.add(day.day);
  advertisers_.add(held.advertiser);
  sources_.add(held.source);
  accounts_.add(held.account_id);
  asked_.add(day.asked);
  as_of_.add(day.as_of);
  attempts_.add(held.token);
  reports_.add(day.report_id);
  rows_.add(day.rows_read);
  impressions_.add(day.totals_read.impressions);
  clicks_.add(day.totals_read.clicks);
  costs_.add(day.totals_read.cost);
  platform_impressions_.add(platform ? Number(platform->impressions) : Number());
  platform_clicks_.add(platform ? Number(platform->clicks) : Number());
  platform_costs_.add(platform ? std::optional(platform->cost) : std::nullopt);
  differences_.add(to_string(
      classify_difference(day.totals_read, platform, day.rows_read, day.inside_window, currency_unit(held.currency))));
  absent_.add(0);
  moving_.add(day.moving);
  rows_hashes_.add(hash_of_rows(day, held.currency).value());
  attributions_.add(day.attribution);
  const DayResults results = results_of(day);
  conversions_.add(results.conversions);
  conversion_values_.add(results.conversion_value);
  pinned_at_.add(pinned_at);
  ++count_;
}

template <class... Others>
Rows Receipts::give(Transaction& transaction, std::string_view sql, const Others&... others) const {
  return transaction.db.query(
      sql, ":integrations", integrations_, ":types", types_, ":dates", dates_, ":advertisers", advertisers_, ":asked",
      asked_, ":as_of", as_of_, ":attempts", attempts_, ":reports", reports_, ":rows", rows_, ":impressions",
      impressions_, ":clicks", clicks_, ":costs", costs_, ":platform_impressions", platform_impressions_,
      ":platform_clicks", platform_clicks_, ":platform_costs", platform_costs_, ":differences", differences_,
      ":rows_absent", absent_, ":inside_window", moving_, ":rows_hashes", rows_hashes_, ":attributions", attributions_,
      ":conversions", conversions_, ":conversion_values", conversion_values_, ":pinned_at", pinned_at_, others...);
}

std::map<DayKey, std::optional<PreviousReceipt>> Receipts::write(Transaction& transaction) const {
  std::map<DayKey, std::optional<PreviousReceipt>> written;
  if (dates_.empty()) return written;
  Rows made = give(transaction, statement::write_coverage, ":sources", sources_, ":accounts", accounts_, ":now",
                   transaction.now());
  std::size_t count = 0;
  for (; made.step(); ++count) written.emplace(read_key(made), std::nullopt);
  if (count == count_) return written;
  Rows replaced = give(transaction, statement::replace_coverage);
  while (replaced.step()) {
    const DayKey key = read_key(replaced);
    written.emplace(key, read_previous(replaced));
  }
  return written;
}

void write_receipts(Transaction& transaction, std::vector<DaysToMerge>& chunks) {
  Receipts receipts;
  for (const DaysToMerge& chunk : chunks) {
    for (const DaySnapshot* day : chunk.days) receipts.add(*chunk.held, *day);
  }
  const auto written = receipts.write(transaction);
  for (DaysToMerge& chunk : chunks) {
    std::erase_if(chunk.days, [&](const DaySnapshot* day) {
      const auto found = written.find({chunk.held->integration, chunk.held->type, day->day});
      if (found == written.end()) return true;
      if (found->second) chunk.before.emplace(day->day, *found->second);
      return false;
    });
  }
}

}  // namespace adfill::postgres
