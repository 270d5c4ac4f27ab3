#include "collect/receipts.h"

#include <algorithm>
#include <map>
#include <utility>

namespace adfill {

namespace {

constexpr CollectionType types_with_days[] = {CollectionType::ads, CollectionType::demographics};
// A day is read row by row, with all that was sent of it.
constexpr std::int64_t rows_a_page = 20'000;
constexpr std::size_t days_a_page = 92;

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

bool agrees(const CoverageRecord& receipt, const StoredDay& stored) {
  return stored.rows == receipt.rows && stored.totals == receipt.stored && stored.rows_absent == receipt.rows_absent &&
         (!receipt.rows_hash || stored.rows_hash == *receipt.rows_hash);
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

// How many receipts from `next` on are looked at together.
std::size_t page_length(const std::vector<CoverageRecord>& receipts, std::size_t next) {
  std::size_t length = 0;
  std::int64_t rows = 0;
  while (next + length < receipts.size() && length < days_a_page && (length == 0 || rows < rows_a_page)) {
    rows += receipts[next + length].rows + receipts[next + length].rows_absent;
    ++length;
  }
  return length;
}

// The days that do not agree, as they are stored.
std::map<Day, StoredDay> find_changed(Store& store, IntegrationId integration, CollectionType type,
                                      const std::vector<CoverageRecord>& receipts) {
  std::map<Day, StoredDay> changed;
  for (std::size_t next = 0; next < receipts.size();) {
    const std::size_t end = next + page_length(receipts, next);
    std::map<Day, StoredDay> stored;
    for (auto& day : store.stored_days(integration, type, {receipts[next].day, receipts[end - 1].day})) {
      stored.emplace(day.day, day);
    }
    for (; next < end; ++next) {
      const StoredDay& day = stored[receipts[next].day];
      if (!agrees(receipts[next], day)) changed[receipts[next].day] = day;
    }
  }
  return changed;
}

void verify_type(Store& store, const IntegrationRecord& integration, CollectionType type, const VerifyRequest& request,
                 Verified& verified) {
  const auto receipts = covered_days(store, integration.id, type, request);
  verified.days += static_cast<std::int64_t>(receipts.size());
  for (const auto& receipt : receipts) {
    verified.without_hash += receipt.rows_hash ? 0 : 1;
    verified.suspect += receipt.suspect ? 1 : 0;
  }
  const auto changed = find_changed(store, integration.id, type, receipts);
  if (changed.empty()) return;
  // Receipts and rows are read one after the other: what a commit has changed in between agrees now.
  for (const auto& receipt : covered_days(store, integration.id, type, request)) {
    if (!changed.contains(receipt.day)) continue;
    const auto days = store.stored_days(integration.id, type, {receipt.day, receipt.day});
    const StoredDay stored = days.empty() ? StoredDay{} : days.front();
    if (!agrees(receipt, stored)) verified.changed.push_back({integration, type, receipt, stored});
  }
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

}  // namespace adfill
