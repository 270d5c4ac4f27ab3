#include "collect/receipts.h"

#include "core/time_zone.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace adfill {

namespace {

constexpr CollectionType types_with_days[] = {CollectionType::ads, CollectionType::demographics};
constexpr int days_a_page = 92;

std::vector<IntegrationRecord> find_integrations(Store& store, std::optional<IntegrationId> only) {
  if (only) {
    const auto found = store.integration(*only);
    return found ? std::vector{*found} : std::vector<IntegrationRecord>{};
  }
  std::vector<IntegrationRecord> all;
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    const auto page = store.integrations(filter);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(filter.limit)) return all;
    filter.after = page.back().id;
  }
}

struct StoredDay {
  std::int64_t rows = 0;
  Totals totals{};
};

std::map<std::string, StoredDay> read_stored(Store& store, IntegrationId integration, CollectionType type,
                                             DayRange range) {
  PerformanceFilter filter;
  filter.integration = integration;
  filter.type = type;
  filter.since = range.since;
  filter.until = range.until;
  filter.group = PerformanceGroup::day;
  std::map<std::string, StoredDay> stored;
  for (const auto& day : store.performance(filter)) {
    // A day comes once a currency; a receipt sums them all.
    auto& sum = stored[day.key];
    sum.rows += day.rows;
    (void)sum.totals.add(totals_of(day.metrics));
  }
  return stored;
}

bool agrees(const CoverageRecord& receipt, const StoredDay& stored) {
  return stored.rows == receipt.rows && stored.totals == receipt.stored;
}

std::vector<CoverageRecord> covered_days(Store& store, IntegrationId integration, CollectionType type,
                                         const VerifyRequest& request) {
  auto days = store.coverage(integration, type);
  std::erase_if(days, [&request](const CoverageRecord& day) {
    return day.state == DayState::gap || (request.since && day.day < *request.since) ||
           (request.until && day.day > *request.until);
  });
  return days;
}

// The days that do not agree, as they are stored.
std::map<Day, StoredDay> find_changed(Store& store, IntegrationId integration, CollectionType type,
                                      const std::vector<CoverageRecord>& receipts) {
  std::map<Day, StoredDay> changed;
  for (std::size_t next = 0; next < receipts.size();) {
    const DayRange page{receipts[next].day, receipts[next].day.plus(days_a_page - 1)};
    auto stored = read_stored(store, integration, type, page);
    for (; next < receipts.size() && page.contains(receipts[next].day); ++next) {
      const auto& receipt = receipts[next];
      if (receipt.rows_absent > 0) continue;
      const auto& day = stored[receipt.day.to_string()];
      if (!agrees(receipt, day)) changed[receipt.day] = day;
    }
  }
  return changed;
}

void verify_type(Store& store, const IntegrationRecord& integration, CollectionType type, const VerifyRequest& request,
                 Verified& verified) {
  const auto receipts = covered_days(store, integration.id, type, request);
  for (const auto& receipt : receipts) ++(receipt.rows_absent > 0 ? verified.not_compared : verified.days);
  const auto changed = find_changed(store, integration.id, type, receipts);
  if (changed.empty()) return;
  // Receipts and rows are read one after the other: what a commit has changed in between agrees now.
  for (const auto& receipt : covered_days(store, integration.id, type, request)) {
    if (!changed.contains(receipt.day) || receipt.rows_absent > 0) continue;
    const auto day = read_stored(store, integration.id, type, {receipt.day, receipt.day})[receipt.day.to_string()];
    if (agrees(receipt, day)) continue;
    verified.changed.push_back({integration, type, receipt, day.rows, day.totals});
  }
}

Freshness freshness_of(Store& store, const IntegrationRecord& integration, CollectionType type, Instant now) {
  Freshness fresh;
  fresh.integration = integration;
  fresh.type = type;
  for (const auto& day : store.coverage(integration.id, type)) {
    if (day.state == DayState::gap) {
      ++fresh.gaps;
      continue;
    }
    if (day.state == DayState::mismatch) ++fresh.mismatches;
    ++fresh.days;
    fresh.newest = day.day;
    fresh.as_of = day.as_of;
  }
  if (fresh.newest && is_time_zone(integration.time_zone)) {
    const Day yesterday = day_in_zone(now, integration.time_zone).plus(-1);
    fresh.days_behind = std::max(0, yesterday.number() - fresh.newest->number());
  }
  return fresh;
}

}  // namespace

std::optional<Verified> verify_receipts(Store& store, const VerifyRequest& request) {
  const auto integrations = find_integrations(store, request.integration);
  if (request.integration && integrations.empty()) return std::nullopt;
  Verified verified;
  for (const auto& integration : integrations) {
    for (const auto type : types_with_days) verify_type(store, integration, type, request, verified);
  }
  return verified;
}

std::vector<Freshness> read_freshness(Store& store, std::optional<IntegrationId> only) {
  const Instant now = store.now();
  std::vector<Freshness> all;
  for (const auto& integration : find_integrations(store, only)) {
    for (const auto type : types_with_days) all.push_back(freshness_of(store, integration, type, now));
  }
  return all;
}

}  // namespace adfill
