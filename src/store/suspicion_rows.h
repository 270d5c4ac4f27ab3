// What the statements of suspicions tell, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "store/alerts.h"
#include "store/suspicions.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace adfill {

// From list_account_days: every account once at least, without a day where it has none.
template <class Columns>
[[nodiscard]] std::vector<AccountDays> read_account_days(Columns row) {
  std::vector<AccountDays> accounts;
  while (row.step()) {
    const auto integration = row.template next<IntegrationId>();
    const auto advertiser = row.template next<AdvertiserId>();
    const auto source = row.template next<Source>();
    auto time_zone = row.template next<std::string>();
    if (accounts.empty() || accounts.back().integration != integration)
      accounts.push_back({integration, advertiser, source, std::move(time_zone)});
    const auto day = row.template next<std::optional<Day>>();
    if (!day) continue;
    DayFigures& figures = accounts.back().days.emplace_back();
    figures.day = *day;
    figures.as_of = row.template next<Instant>();
    figures.totals.impressions = row.next_integer();
    figures.totals.clicks = row.next_integer();
    figures.totals.cost = row.template next<Micros>();
    figures.conversions = row.template next<std::optional<Micros>>();
    figures.conversion_value = row.template next<std::optional<Micros>>();
  }
  return accounts;
}

// From list_suspicions.
template <class Columns>
[[nodiscard]] std::vector<Suspicion> read_suspicions(Columns row) {
  std::vector<Suspicion> suspicions;
  while (row.step()) {
    Suspicion& suspicion = suspicions.emplace_back();
    suspicion.alert = row.template next<AlertId>();
    suspicion.integration = row.template next<IntegrationId>();
    suspicion.advertiser = row.template next<AdvertiserId>();
    suspicion.since = row.template next<Day>();
  }
  return suspicions;
}

// From list_suspect_days.
template <class Columns>
[[nodiscard]] std::vector<SuspectDay> read_suspect_days(Columns row) {
  std::vector<SuspectDay> days;
  while (row.step()) {
    SuspectDay& day = days.emplace_back();
    day.integration = row.template next<IntegrationId>();
    day.type = row.template next<CollectionType>();
    day.day = row.template next<Day>();
    day.lasts = row.template next<bool>();
    day.pinned = row.template next<bool>();
  }
  return days;
}

// Marks those of one account's type; `days` are in order.
inline void mark_suspect(std::vector<CoverageRecord>& days, const std::vector<SuspectDay>& suspect,
                         CollectionType type) {
  for (const auto& found : suspect) {
    if (found.type != type) continue;
    const auto at = std::ranges::lower_bound(days, found.day, {}, &CoverageRecord::day);
    if (at != days.end() && at->day == found.day) at->suspect = true;
  }
}

// Those that wait to be collected again, of one type.
[[nodiscard]] inline std::vector<Day> days_to_collect_again(const std::vector<SuspectDay>& suspect,
                                                            CollectionType type) {
  std::vector<Day> days;
  for (const auto& day : suspect) {
    if (day.type == type && !day.lasts && !day.pinned) days.push_back(day.day);
  }
  return days;
}

}  // namespace adfill
