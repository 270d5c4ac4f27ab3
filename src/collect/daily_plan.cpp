#include "collect/daily_plan.h"

#include "core/time_zone.h"

#include <algorithm>
#include <vector>

namespace adfill {

namespace {

// A try that began a little later than the one before counts as the next day's.
constexpr Duration slack = std::chrono::hours(2);
constexpr int most_doublings = 5;

bool is_open(const CollectedDays& days, Day day) {
  return std::ranges::any_of(days.open, [day](const DayRange& range) { return range.contains(day); });
}

// Looked at for the last time when the platform no longer changed it.
bool is_settled(const DailyRules& rules, const CollectedDays& days, Day day) {
  const auto at = std::ranges::lower_bound(days.covered, day, {}, &CollectedDays::Covered::day);
  if (at == days.covered.end() || at->day != day) return false;
  return day_in_zone(at->as_of, rules.time_zone) >= day.plus(rules.window_days);
}

// Cancelled days are nobody's wish; days that failed wait longer each time.
bool may_be_tried(const CollectedDays& days, Day day, Instant now) {
  int failures = 0;
  Instant last{};
  for (const auto& chunk : days.failed) {
    if (!chunk.range.contains(day)) continue;
    if (chunk.cancelled) return false;
    ++failures;
    last = std::max(last, chunk.at);
  }
  if (failures == 0) return true;
  const Duration wait = std::chrono::days(1LL << std::min(failures - 1, most_doublings));
  return now >= last + wait - slack;
}

// In order, newest last.
std::vector<Day> wanted_days(const DailyRules& rules, const CollectedDays& days, Reach reach) {
  const Day window_start = std::max(rules.today.plus(-rules.window_days), rules.earliest);
  const Day first = days.covered.empty() ? window_start : std::max(days.covered.front().day, rules.earliest);
  std::vector<Day> wanted;
  for (Day day = std::min(first, window_start); day < rules.today; day = day.plus(1)) {
    if (day >= window_start) {
      if (reach == Reach::everything || !is_open(days, day)) wanted.push_back(day);
    } else if (!is_settled(rules, days, day) && !is_open(days, day) && may_be_tried(days, day, rules.now)) {
      wanted.push_back(day);
    }
  }
  return wanted;
}

std::vector<DayRange> runs_of(const std::vector<Day>& days) {
  std::vector<DayRange> runs;
  for (const Day day : days) {
    if (!runs.empty() && runs.back().until.plus(1) == day) {
      runs.back().until = day;
    } else {
      runs.push_back({day, day});
    }
  }
  return runs;
}

}  // namespace

std::optional<PlannedJob> plan_daily(const DailyRules& rules, const CollectedDays& days, Reach reach) {
  PlannedJob job{.type = rules.type, .mode = JobMode::daily};
  if (!rules.plan.has_days) {
    if (reach == Reach::due && !days.open.empty()) return std::nullopt;
    job.range = {rules.today.plus(-1), rules.today.plus(-1)};
    job.chunks.push_back(job.range);
    return job;
  }
  const auto wanted = wanted_days(rules, days, reach);
  if (wanted.empty()) return std::nullopt;
  job.range = {wanted.front(), wanted.back()};
  job.newest_first = true;
  const auto runs = runs_of(wanted);
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    for (const DayRange& chunk : plan_chunks(*run, rules.plan.chunks, true)) job.chunks.push_back(chunk);
  }
  return job;
}

}  // namespace adfill
