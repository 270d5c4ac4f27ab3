#include "collect/daily_looks.h"

#include <algorithm>
#include <limits>

namespace adfill {

namespace {

constexpr double impossible = std::numeric_limits<double>::infinity();

// The least that the days so far cost, less their worth, when the last of them is looked at and when it is not.
struct Least {
  double looked = impossible;
  double passed = 0;
  bool run_goes_on = false;  // looked at: the day before is, too
};

Least after(const Least& before, const PossibleLook& day, double report) {
  Least least;
  least.passed = day.need == PossibleLook::Need::now ? impossible : std::min(before.looked, before.passed);
  if (day.need == PossibleLook::Need::never) return least;
  least.run_goes_on = before.looked <= before.passed + report;
  least.looked = std::min(before.looked, before.passed + report) + day.pages;
  if (day.need == PossibleLook::Need::perhaps) least.looked -= day.worth;
  return least;
}

}  // namespace

std::vector<Day> choose_looks(const std::vector<PossibleLook>& days, double report) {
  std::vector<Least> least(1);
  least.reserve(days.size() + 1);
  for (const auto& day : days) least.push_back(after(least.back(), day, report));
  // Back from the end, along what was cheapest.
  std::vector<Day> chosen;
  bool looked = least.back().looked < least.back().passed;
  for (std::size_t at = days.size(); at > 0; --at) {
    if (looked) chosen.push_back(days[at - 1].day);
    looked = looked ? least[at].run_goes_on : least[at - 1].looked < least[at - 1].passed;
  }
  std::ranges::reverse(chosen);
  return chosen;
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

}  // namespace adfill
