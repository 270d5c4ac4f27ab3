// What the statements of the nightly check tell, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "store/checks.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace adfill {

// Which schedule's check it is, and when that falls due.
struct TakenCheck {
  ScheduleId schedule;
  Instant next_due_at;  // of the schedule
  DueCheck check;
};

// From list_due_checks.
template <class Columns>
[[nodiscard]] std::vector<TakenCheck> read_due_checks(Columns row) {
  std::vector<TakenCheck> taken;
  while (row.step()) {
    TakenCheck& due = taken.emplace_back();
    due.schedule = row.template next<ScheduleId>();
    due.next_due_at = row.template next<Instant>();
    due.check.integration = row.template next<IntegrationId>();
    due.check.source = row.template next<Source>();
    due.check.type = row.template next<CollectionType>();
  }
  return taken;
}

// Behind the schedule's next daily job, but not twice in a night.
[[nodiscard]] inline Instant next_check(const TakenCheck& taken, Instant now) {
  constexpr Duration behind_job = std::chrono::minutes(30);
  constexpr Duration apart = std::chrono::hours(20);
  return std::max(taken.next_due_at + behind_job, now + apart);
}

// From list_settled_days.
template <class Columns>
[[nodiscard]] std::vector<SettledDay> read_settled_days(Columns row) {
  std::vector<SettledDay> days;
  while (row.step()) {
    SettledDay& day = days.emplace_back();
    day.day = row.template next<Day>();
    const auto as_of = row.template next<Instant>();
    const auto checked_at = row.template next<std::optional<Instant>>();
    day.seen_at = checked_at ? std::max(as_of, *checked_at) : as_of;
    day.told.impressions = row.next_integer();
    day.told.clicks = row.next_integer();
    day.told.cost = row.template next<Micros>();
  }
  return days;
}

}  // namespace adfill
