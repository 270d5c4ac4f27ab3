#include "collect/slices.h"

#include <doctest/doctest.h>

#include <set>

using namespace adfill;

namespace {

std::vector<Day> days(Day first, int count) {
  std::vector<Day> all;
  for (int number = 0; number < count; ++number) all.push_back(first.plus(number));
  return all;
}

// Every open day is wanted by exactly one slice, and lies inside what that slice asks for.
void check_covers(const std::deque<Slice>& slices, const std::vector<Day>& open_days) {
  std::multiset<Day> wanted;
  for (const auto& slice : slices) {
    for (const auto day : slice.wanted) {
      CHECK(slice.range.contains(day));
      wanted.insert(day);
    }
  }
  CHECK(std::vector<Day>(wanted.begin(), wanted.end()) == open_days);
}

const Day first(2026, 1, 1);

}  // namespace

TEST_CASE("a chunk without anything learned is one slice") {
  const auto slices = cut_slices(days(first, 90), {}, std::nullopt);

  REQUIRE(slices.size() == 1);
  CHECK(slices[0].range == DayRange{first, first.plus(89)});
  check_covers(slices, days(first, 90));
}

TEST_CASE("slices are no longer than the size that was learned, and nearly equal") {
  const auto slices = cut_slices(days(first, 90), {}, 20);

  REQUIRE(slices.size() == 5);
  for (const auto& slice : slices) CHECK(slice.range.length() == 18);
  check_covers(slices, days(first, 90));
}

TEST_CASE("days that are done already are not asked for again") {
  auto open = days(first, 3);
  for (const auto day : days(first.plus(10), 4)) open.push_back(day);

  const auto slices = cut_slices(open, {}, std::nullopt);

  REQUIRE(slices.size() == 2);
  CHECK(slices[0].range == DayRange{first, first.plus(2)});
  CHECK(slices[1].range == DayRange{first.plus(10), first.plus(13)});
  check_covers(slices, open);
}

TEST_CASE("a report that the platform still has is read for the days that are open, the rest is asked for anew") {
  const RunningReport report{.report_id = "r1", .range = {first, first.plus(29)}, .asked = {7}, .started_at = {}};
  const auto open = days(first.plus(20), 40);

  const auto slices = cut_slices(open, {report}, std::nullopt);

  REQUIRE(slices.size() == 2);
  CHECK(slices[0].report->report_id == "r1");
  CHECK(slices[0].range == report.range);
  CHECK(slices[0].wanted == days(first.plus(20), 10));
  CHECK(!slices[1].report);
  CHECK(slices[1].range == DayRange{first.plus(30), first.plus(59)});
  check_covers(slices, open);
}

TEST_CASE("a report none of whose days is open is left alone") {
  const RunningReport report{.report_id = "r1", .range = {first, first.plus(9)}, .asked = {7}, .started_at = {}};

  const auto slices = cut_slices(days(first.plus(10), 5), {report}, std::nullopt);

  REQUIRE(slices.size() == 1);
  CHECK(!slices[0].report);
}

TEST_CASE("shrinking goes down to single days and loses none") {
  for (int length = 2; length <= 90; ++length) {
    std::deque<Slice> slices = cut_slices(days(first, length), {}, std::nullopt);
    std::vector<Day> asked_for;
    while (!slices.empty()) {
      if (slices.front().range.length() == 1) {
        asked_for.push_back(slices.front().range.since);
        slices.pop_front();
        continue;
      }
      const int longest = shrunk_length(slices.front());
      slices = shrink_slices(slices);
      for (const auto& slice : slices) CHECK(slice.range.length() <= longest);
    }
    CHECK(asked_for == days(first, length));
  }
}

TEST_CASE("what was too large is learned for the slices behind it, but reports that run are still read") {
  const RunningReport report{
      .report_id = "r1", .range = {first.plus(60), first.plus(89)}, .asked = {7}, .started_at = {}};
  std::deque<Slice> slices = cut_slices(days(first, 90), {report}, 30);
  slices.push_back(slices.front());
  slices.pop_front();

  const auto smaller = shrink_slices(slices);

  CHECK(smaller.front().report->report_id == "r1");
  CHECK(smaller.size() == 5);
  check_covers(smaller, days(first, 90));
}

TEST_CASE("days that the platform no longer keeps are dropped, the others are still asked for") {
  const RunningReport old{.report_id = "r1", .range = {first, first.plus(29)}, .asked = {7}, .started_at = {}};
  const auto slices = cut_slices(days(first, 90), {old}, 30);

  const auto left = drop_days_before(slices, first.plus(10), 30);

  check_covers(left, days(first.plus(10), 80));
  for (const auto& slice : left) {
    CHECK(slice.range.since >= first.plus(10));
    CHECK(!slice.report);
  }
}

TEST_CASE("a slice size is remembered when it has worked, not when it is merely tried") {
  SliceSize size(std::nullopt);
  const auto whole = cut_slices(days(first, 90), {}, size.longest());
  CHECK(!size.worked(whole.front()));

  size.too_large(whole.front());
  CHECK(size.longest() == 45);
  const auto halves = cut_slices(days(first, 90), {}, size.longest());
  CHECK(size.worked(halves[0]) == 45);
  CHECK(!size.worked(halves[1]));
}

TEST_CASE("a slice size grows again after some successes, but not to what has failed") {
  SliceSize size(2);
  const auto slices = cut_slices(days(first, 30), {}, 2);
  for (int number = 0; number < 5; ++number) CHECK(!size.worked(slices[static_cast<std::size_t>(number)]));
  CHECK(size.longest() == 4);

  const auto larger = cut_slices(days(first, 4), {}, 4);
  size.too_large(larger.front());
  CHECK(size.longest() == 2);
  for (int number = 0; number < 20; ++number) CHECK(!size.worked(slices[0]));
  CHECK(size.longest() == 2);
}

TEST_CASE("the short rest of a run teaches nothing about the size") {
  SliceSize size(10);
  for (int number = 0; number < 20; ++number) CHECK(!size.worked(cut_slices(days(first, 2), {}, 10).front()));
  CHECK(size.longest() == 10);
}

TEST_CASE("a single day that is too large is asked for in ever finer parts, and so are the days behind it") {
  std::deque<Slice> slices = cut_slices(days(first, 3), {}, 1);
  SliceSize size(1);
  std::vector<DayPart> asked{slices.front().part};
  while (can_shrink(slices.front(), DayPart::ads)) {
    size.too_large(slices.front());
    slices = shrink_slices(slices);
    asked.push_back(slices.front().part);
    CHECK(size.part() == slices.front().part);
    check_covers(slices, days(first, 3));
  }
  CHECK(asked == std::vector<DayPart>{DayPart::whole, DayPart::campaigns, DayPart::ad_sets, DayPart::ads});
  CHECK(size.longest() == 1);
  CHECK_FALSE(can_shrink(slices.front(), DayPart::ads));
}

TEST_CASE("a single day of figures that have no parts can't shrink") {
  const auto slices = cut_slices(days(first, 2), {}, 1);
  CHECK_FALSE(can_shrink(slices.front(), DayPart::whole));
  CHECK(can_shrink(cut_slices(days(first, 2), {}, 2).front(), DayPart::whole));
}
