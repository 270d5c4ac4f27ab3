#include "collect/day_sample.h"

#include <algorithm>
#include <map>

namespace adfill {

namespace {

constexpr std::size_t sample_length = sample_days;

// Squared, so that a day that was not seen for months comes long before one of last week.
double likelihood(const SettledDay& day, Instant now) {
  const auto hours = static_cast<double>(std::max(now - day.seen_at, Duration(std::chrono::hours(1))) /
                                         Duration(std::chrono::hours(1)));
  return hours * hours;
}

std::size_t draw(const std::vector<SettledDay>& days, std::size_t first, Instant now, Random& random) {
  double all = 0;
  for (std::size_t at = first; at < days.size(); ++at) all += likelihood(days[at], now);
  double left = random.fraction() * all;
  for (std::size_t at = first; at < days.size(); ++at) {
    left -= likelihood(days[at], now);
    if (left < 0) return at;
  }
  return days.size() - 1;
}

}  // namespace

std::optional<DayRange> choose_sample(const std::vector<SettledDay>& days, Day earliest, Instant now, Random& random) {
  const auto kept = std::ranges::lower_bound(days, earliest, {}, &SettledDay::day);
  if (kept == days.end()) return std::nullopt;
  const auto first = static_cast<std::size_t>(kept - days.begin());
  const std::size_t drawn = draw(days, first, now, random);
  // The unbroken run that it belongs to, as far as a sample reaches.
  std::size_t since = drawn;
  std::size_t end = drawn + 1;
  while (since > first && drawn - since + 1 < sample_length && days[since - 1].day == days[since].day.plus(-1)) --since;
  while (end < days.size() && end - drawn < sample_length && days[end].day == days[end - 1].day.plus(1)) ++end;
  // Of it the days around the drawn one that were not seen for longest.
  const std::size_t length = std::min(sample_length, end - since);
  std::size_t from = since;
  double most = -1;
  for (std::size_t start = since; start + length <= end; ++start) {
    double sum = 0;
    for (std::size_t at = start; at < start + length; ++at) sum += likelihood(days[at], now);
    if (sum > most) from = start;
    most = std::max(most, sum);
  }
  return DayRange{days[from].day, days[from + length - 1].day};
}

Compared compare(const std::vector<SettledDay>& days, DayRange sample, const std::vector<DayTotals>& totals) {
  std::map<Day, Totals> told;
  for (const auto& day : totals) told[day.day] = day.totals;
  Compared compared;
  for (const auto& day : days) {
    if (!sample.contains(day.day)) continue;
    const auto now = told.find(day.day);
    const bool same = now == told.end() || now->second == day.told;
    (same ? compared.same : compared.changed).push_back(day.day);
  }
  return compared;
}

}  // namespace adfill
