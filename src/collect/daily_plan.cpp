#include "collect/daily_plan.h"

#include "collect/daily_looks.h"
#include "collect/moving_ages.h"
#include "core/time_zone.h"

#include <algorithm>
#include <vector>

namespace adfill {

namespace {

// A try that began a little later than the one before counts as the next day's.
constexpr Duration slack = std::chrono::hours(2);
constexpr int most_doublings = 5;
// Yesterday and the day before: what most accounts' figures move most in.
constexpr int always_seen_days = 2;
// A look is worth its calls when this part of an average day's figures is expected to have moved.
constexpr double worth_a_look = 0.005;

bool is_open(const CollectedDays& days, Day day) {
  return std::ranges::any_of(days.open, [day](const DayRange& range) { return range.contains(day); });
}

// nullptr: nobody has it.
const CollectedDays::Covered* find_covered(const CollectedDays& days, Day day) {
  const auto at = std::ranges::lower_bound(days.covered, day, {}, &CollectedDays::Covered::day);
  return at == days.covered.end() || at->day != day ? nullptr : &*at;
}

// Looked at for the last time when the platform no longer changed it.
bool is_settled(const DailyRules& rules, const CollectedDays::Covered* day) {
  return day && day_in_zone(day->as_of, rules.time_zone) >= day->day.plus(rules.window_days);
}

// What made its figures doubtful is over, and nobody has asked for them since.
bool is_suspect(const CollectedDays& days, Day day) {
  return std::ranges::binary_search(days.suspect, day);
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

// What a look at each day of an account costs and brings.
class Looks {
 public:
  Looks(const DailyRules& rules, const CollectedDays& days)
      : rules_(rules), ages_(rules.window_days, days, rules.time_zone) {
    double rows = 0;
    double cost = 0;
    for (const auto& day : days.covered) {
      if (day.day < rules.today.plus(-rules.window_days)) continue;
      ++count_;
      rows += static_cast<double>(day.rows);
      cost += static_cast<double>(day.cost.value);
    }
    if (count_ > 0) average_cost_ = cost / count_;
    // Where a day takes several pages, all of them are one look.
    if (count_ > 0) calls_a_look_ = std::max(1.0, rows / count_ / rules.plan.calls.rows_a_page);
  }

  [[nodiscard]] double report() const { return rules_.plan.calls.report / calls_a_look_; }

  // Of a day that was looked at before.
  [[nodiscard]] PossibleLook look(const CollectedDays::Covered& day) const {
    const Day seen = day_in_zone(day.as_of, rules_.time_zone);
    const int age = rules_.today.number() - day.day.number();
    const int unseen = rules_.today.number() - seen.number();
    PossibleLook look{.day = day.day, .need = PossibleLook::Need::perhaps};
    look.pages = static_cast<double>(day.rows) / rules_.plan.calls.rows_a_page / calls_a_look_;
    if (age <= always_seen_days || unseen >= longest_unseen_days) look.need = PossibleLook::Need::now;
    const double weight = average_cost_ > 0 ? static_cast<double>(day.cost.value) / average_cost_ : 1;
    look.worth = weight * ages_.share(age - unseen, age) / worth_a_look;
    // It has to be looked at once a week: the later in that week, the less is lost by doing so now.
    look.worth += look.pages * unseen / longest_unseen_days;
    return look;
  }

 private:
  const DailyRules& rules_;
  MovingAges ages_;
  int count_ = 0;
  double average_cost_ = 0;
  double calls_a_look_ = 1;
};

// In order, newest last.
std::vector<Day> wanted_days(const DailyRules& rules, const CollectedDays& days, Reach reach) {
  using Need = PossibleLook::Need;
  const Looks looks(rules, days);
  const Day window_start = std::max(rules.today.plus(-rules.window_days), rules.earliest);
  const Day first = days.covered.empty() ? window_start : std::max(days.covered.front().day, rules.earliest);
  std::vector<PossibleLook> possible;
  for (Day day = std::min(first, window_start); day < rules.today; day = day.plus(1)) {
    PossibleLook& look = possible.emplace_back(PossibleLook{.day = day});
    const bool in_window = day >= window_start;
    if (in_window && reach == Reach::everything) {
      look.need = Need::now;
      continue;
    }
    const auto* covered = find_covered(days, day);
    if (is_open(days, day) || (covered && covered->pinned)) continue;
    const bool suspect = is_suspect(days, day);
    const bool settled = is_settled(rules, covered) && !suspect;
    if (!in_window && (settled || !may_be_tried(days, day, rules.now))) continue;
    if (covered) look = looks.look(*covered);
    if (!covered || suspect) look.need = Need::now;
  }
  return choose_looks(possible, looks.report());
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
