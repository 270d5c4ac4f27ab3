#include "collect/moving_ages.h"

#include <doctest/doctest.h>

#include <vector>

using namespace adfill;

namespace {

const Day today(2026, 3, 31);
constexpr int window = 28;

Instant at(Day day) {
  return Instant(std::chrono::days(day.number())) + std::chrono::hours(4);
}

// Sixty days, each looked at every day since it was yesterday, up to the window's end.
CollectedDays seen_daily() {
  CollectedDays days;
  for (Day day = today.plus(-60); day < today; day = day.plus(1)) {
    CollectedDays::Covered covered{.day = day, .as_of = at(std::min(today, day.plus(window)))};
    covered.rows = 10;
    covered.cost = Micros{1'000'000};
    covered.first_at = at(day.plus(1));
    days.covered.push_back(covered);
  }
  return days;
}

DayChange change(Day day, int age, std::int64_t before, std::int64_t after, int unseen = 1) {
  DayChange change;
  change.day = day;
  change.at = at(day.plus(age));
  change.previous_as_of = at(day.plus(age - unseen));
  change.before.cost = Micros{before};
  change.after.cost = Micros{after};
  return change;
}

}  // namespace

TEST_CASE("of an unknown account much is expected to move in the first days, little later, nothing after the window") {
  const MovingAges ages(window);
  CHECK(ages.share(1, 2) > 0.02);
  CHECK(ages.share(2, 3) > ages.share(3, 4));
  CHECK(ages.share(9, 10) < 0.002);
  CHECK(ages.share(9, 28) == doctest::Approx(ages.share(9, 15) + ages.share(15, 28)));
  CHECK(ages.share(28, 40) == 0);
  CHECK(ages.share(5, 5) == 0);
}

TEST_CASE("an account whose days are looked at and do not move is expected to move less and less") {
  const auto days = seen_daily();
  const MovingAges known(window, days, "UTC");
  const MovingAges unknown(window);
  CHECK(known.share(1, 2) < unknown.share(1, 2) / 5);
  CHECK(known.share(9, 10) < unknown.share(9, 10) / 5);
  // What was seen once only tells less.
  CollectedDays once;
  once.covered.push_back(days.covered.front());
  CHECK(MovingAges(window, once, "UTC").share(9, 10) > unknown.share(9, 10) / 2);
}

TEST_CASE("an account whose days move late is expected to move late again, at that age only") {
  auto days = seen_daily();
  for (const auto& day : days.covered) {
    if (day.day.plus(20) < today) days.changes.push_back(change(day.day, 20, 1'000'000, 1'050'000));
  }
  const MovingAges ages(window, days, "UTC");
  CHECK(ages.share(19, 20) > 0.03);
  CHECK(ages.share(18, 19) < 0.001);
  CHECK(ages.share(20, 21) < 0.001);
}

TEST_CASE("what moved between two looks that lie days apart may have moved on any of them") {
  auto days = seen_daily();
  for (const auto& day : days.covered) {
    if (day.day.plus(14) < today) days.changes.push_back(change(day.day, 14, 1'000'000, 1'070'000, 7));
  }
  const MovingAges ages(window, days, "UTC");
  CHECK(ages.share(7, 8) == doctest::Approx(ages.share(13, 14)).epsilon(0.2));
  CHECK(ages.share(7, 14) > 0.04);
  CHECK(ages.share(14, 21) < 0.005);
}

TEST_CASE("days whose changes are forgotten do not pass for days that did not move") {
  auto days = seen_daily();
  const MovingAges known(window, days, "UTC");
  // Of one day changes are forgotten up to five days ago: of the others it is not known what was forgotten either.
  days.covered[10].history_since = at(today.plus(-5));
  const MovingAges forgotten(window, days, "UTC");
  CHECK(forgotten.share(1, 2) > known.share(1, 2) * 3);
  // And a day older than those whose changes are told says nothing.
  days = seen_daily();
  days.changes_since = today;
  CHECK(MovingAges(window, days, "UTC").share(1, 28) == doctest::Approx(MovingAges(window).share(1, 28)));
}

TEST_CASE("which part of a day moved is that of the figure that moved most; rows alone count a little") {
  CHECK(moved_share(change(today, 2, 90, 100)) == doctest::Approx(0.1));
  CHECK(moved_share(change(today, 2, 100, 90)) == doctest::Approx(0.1));
  CHECK(moved_share(change(today, 2, 0, 90)) == 1);
  auto clicks = change(today, 2, 100, 99);
  clicks.before.clicks = 4;
  clicks.after.clicks = 5;
  CHECK(moved_share(clicks) == doctest::Approx(0.2));
  auto rows = change(today, 2, 100, 100);
  CHECK(moved_share(rows) == 0);
  rows.rows_before = rows.rows = 10;
  rows.rows_changed = 5;
  CHECK(moved_share(rows) == doctest::Approx(0.005));
}
