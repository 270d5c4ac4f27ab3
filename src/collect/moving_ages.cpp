#include "collect/moving_ages.h"

#include "core/time_zone.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>

namespace adfill {

namespace {

// An age that so many days were seen at is known half by what they showed.
constexpr double days_of_doubt = 5;
constexpr double touched_rows = 0.01;

double expected_of_any(int age) {
  return 0.1 / (static_cast<double>(age) * age);
}

double part(std::int64_t before, std::int64_t after) {
  const auto most = static_cast<double>(std::max(std::abs(before), std::abs(after)));
  return most == 0 ? 0 : std::abs(static_cast<double>(after) - static_cast<double>(before)) / most;
}

// Since when all that moved is known: what was forgotten last of any day makes those before it unlike the others.
std::optional<Instant> nothing_forgotten_since(const CollectedDays& days) {
  std::optional<Instant> since;
  for (const auto& day : days.covered) since = std::max(since, day.history_since);
  return since;
}

// A day with much in it tells more than one with little. 1: as much as an average day.
std::map<Day, double> weights(const CollectedDays& days) {
  double all = 0;
  for (const auto& day : days.covered) all += static_cast<double>(day.cost.value);
  std::map<Day, double> weights;
  for (const auto& day : days.covered) {
    const auto count = static_cast<double>(days.covered.size());
    weights[day.day] = all == 0 ? 1 : static_cast<double>(day.cost.value) * count / all;
  }
  return weights;
}

}  // namespace

double moved_share(const DayChange& change) {
  const double most = std::max({part(change.before.cost.value, change.after.cost.value),
                                part(change.before.impressions, change.after.impressions),
                                part(change.before.clicks, change.after.clicks)});
  if (most > 0) return most;
  const auto rows = static_cast<double>(std::max<std::int64_t>({change.rows_before, change.rows, 1}));
  const auto touched = static_cast<double>(change.rows_added + change.rows_changed + change.rows_removed);
  return touched_rows * std::min(1.0, touched / rows);
}

MovingAges::MovingAges(int window_days) : a_day_(static_cast<std::size_t>(window_days) + 1) {
  for (int age = 1; age <= window_days; ++age) a_day_[static_cast<std::size_t>(age)] = expected_of_any(age);
}

MovingAges::MovingAges(int window_days, const CollectedDays& days, const std::string& time_zone)
    : MovingAges(window_days) {
  const auto age_at = [&](Day day, Instant at) { return day_in_zone(at, time_zone).number() - day.number(); };
  const auto known_since = nothing_forgotten_since(days);
  const auto weight = weights(days);
  std::map<Day, int> known_from;  // age at which the day was known first
  std::vector<double> seen(a_day_.size());
  std::vector<double> moved(a_day_.size());
  for (const auto& day : days.covered) {
    const auto since = std::max(day.first_at, known_since);
    // Of a pinned day somebody has taken back what moved.
    if (!since || day.pinned || day.day < days.changes_since) continue;
    const int from = age_at(day.day, *since);
    known_from[day.day] = from;
    const int until = std::min(age_at(day.day, day.as_of), window_days);
    for (int age = std::max(from, 0) + 1; age <= until; ++age) {
      seen[static_cast<std::size_t>(age)] += weight.at(day.day);
    }
  }
  for (const auto& change : days.changes) {
    const auto known = known_from.find(change.day);
    if (known == known_from.end()) continue;
    const int before = age_at(change.day, change.previous_as_of);
    // Two looks at a day of its age tell of that age.
    const int after = std::max(age_at(change.day, change.at), before + 1);
    const double each = moved_share(change) / (after - before) * weight.at(change.day);
    for (int age = std::max({before, known->second, 0}) + 1; age <= std::min(after, window_days); ++age) {
      moved[static_cast<std::size_t>(age)] += each;
    }
  }
  for (std::size_t age = 1; age < a_day_.size(); ++age) {
    a_day_[age] = (a_day_[age] * days_of_doubt + moved[age]) / (days_of_doubt + seen[age]);
  }
}

double MovingAges::share(int from, int until) const {
  double share = 0;
  const int last = std::min(until, static_cast<int>(a_day_.size()) - 1);
  for (int age = std::max(from, 0) + 1; age <= last; ++age) share += a_day_[static_cast<std::size_t>(age)];
  return std::min(share, 1.0);
}

}  // namespace adfill
