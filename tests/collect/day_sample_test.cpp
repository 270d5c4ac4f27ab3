#include "collect/day_sample.h"

#include <doctest/doctest.h>

#include <set>

using namespace adfill;

namespace {

const Instant now = parse_rfc3339("2026-03-31T04:00:00Z").value();
const Day first(2025, 1, 1);
constexpr Totals told{100, 10, Micros{1'000'000}};

std::vector<SettledDay> settled(int count, Duration unseen = std::chrono::days(30)) {
  std::vector<SettledDay> days;
  for (int day = 0; day < count; ++day) days.push_back({first.plus(day), now - unseen, told});
  return days;
}

}  // namespace

TEST_CASE("a sample is an unbroken run of days that are there and that the platform still has") {
  Random random(3);
  auto days = settled(200);
  std::erase_if(days, [](const SettledDay& day) { return day.day == first.plus(90); });
  const Day earliest = first.plus(50);
  for (int night = 0; night < 200; ++night) {
    const auto sample = choose_sample(days, earliest, now, random);
    REQUIRE(sample);
    CHECK(sample->length() <= sample_days);
    CHECK(sample->length() >= 20);  // between the gap and either end there are more
    CHECK(sample->since >= earliest);
    CHECK(sample->until < first.plus(200));
    CHECK_FALSE(sample->contains(first.plus(90)));
  }
  CHECK_FALSE(choose_sample(days, first.plus(200), now, random));
  CHECK_FALSE(choose_sample({}, first, now, random));
  CHECK(choose_sample(settled(1), first, now, random) == DayRange{first, first});
}

TEST_CASE("days that were not seen for long are compared before others: all of two years within fifty nights") {
  Random random(5);
  auto days = settled(730);
  std::set<Day> seen;
  int nights = 0;
  for (Instant night = now; seen.size() < days.size(); night += std::chrono::days(1)) {
    ++nights;
    const auto sample = choose_sample(days, first, night, random);
    REQUIRE(sample);
    for (auto& day : days) {
      if (!sample->contains(day.day)) continue;
      day.seen_at = night;
      seen.insert(day.day);
    }
    REQUIRE(nights <= 50);
  }
  MESSAGE("nights until all days were compared: ", nights);
  CHECK(nights >= 27);
}

TEST_CASE("a day has changed when the platform tells something else of it than it told then") {
  const auto days = settled(5);
  std::vector<DayTotals> totals;
  for (int day = 0; day < 4; ++day) totals.push_back({first.plus(day), told});
  totals[1].totals.cost.value += 1;
  totals[3].totals.clicks -= 1;
  const auto compared = compare(days, {first.plus(1), first.plus(4)}, totals);
  CHECK(compared.changed == std::vector{first.plus(1), first.plus(3)});
  // The fifth it does not mention, which proves nothing.
  CHECK(compared.same == std::vector{first.plus(2), first.plus(4)});
}
