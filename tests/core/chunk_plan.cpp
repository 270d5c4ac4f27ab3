#include "core/chunk_plan.h"

#include "core/must.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace adfill;

namespace {

DayRange any_range() {
  const auto since = Day(*rc::gen::inRange<std::int32_t>(-10'000, 40'000));
  const auto length = *rc::gen::oneOf(rc::gen::inRange<std::int32_t>(1, 3654), rc::gen::inRange<std::int32_t>(1, 40));
  return {since, since.plus(length - 1)};
}

std::size_t chunks_of_two_years(int target_days) {
  const DayRange two_years{Day(2024, 1, 1), Day(2025, 12, 31)};
  ChunkRule rule;
  rule.target_days = target_days;
  return plan_chunks(two_years, rule).size();
}

}  // namespace

TEST_CASE("chunks have no gap and no overlap and differ by a day at most") {
  CHECK(rc::check([] {
    const DayRange range = any_range();
    ChunkRule rule;
    rule.target_days = *rc::gen::inRange(1, 400);
    if (*rc::gen::arbitrary<bool>()) rule.hard_limit_days = *rc::gen::inRange(1, 400);
    const auto chunks = plan_chunks(range, rule);

    RC_ASSERT(chunks.front().since == range.since);
    RC_ASSERT(chunks.back().until == range.until);
    std::int32_t shortest = chunks.front().length();
    std::int32_t longest = shortest;
    for (std::size_t index = 0; index < chunks.size(); ++index) {
      RC_ASSERT(chunks[index].since <= chunks[index].until);
      if (index > 0) RC_ASSERT(chunks[index].since == chunks[index - 1].until.plus(1));
      shortest = std::min(shortest, chunks[index].length());
      longest = std::max(longest, chunks[index].length());
    }
    RC_ASSERT(longest - shortest <= 1);
    if (rule.hard_limit_days) RC_ASSERT(longest <= *rule.hard_limit_days);

    const auto rounded = std::max(1, (2 * range.length() + rule.target_days) / (2 * rule.target_days));
    const auto at_least =
        rule.hard_limit_days ? (range.length() + *rule.hard_limit_days - 1) / *rule.hard_limit_days : 1;
    RC_ASSERT(chunks.size() == static_cast<std::size_t>(std::max(rounded, at_least)));
  }));
}

TEST_CASE("newest first is the same plan the other way round") {
  CHECK(rc::check([] {
    const DayRange range = any_range();
    ChunkRule rule;
    rule.target_days = *rc::gen::inRange(1, 120);
    auto chunks = plan_chunks(range, rule, true);
    RC_ASSERT(chunks.front().until == range.until);
    std::reverse(chunks.begin(), chunks.end());
    RC_ASSERT(chunks == plan_chunks(range, rule));
  }));
}

TEST_CASE("two years are 8 chunks at 90 days, 12 at 60 and 24 at 30") {
  CHECK(chunks_of_two_years(90) == 8);
  CHECK(chunks_of_two_years(60) == 12);
  CHECK(chunks_of_two_years(30) == 24);
}

TEST_CASE("a range shorter than the target is one chunk") {
  const DayRange one_day{Day(2024, 2, 29), Day(2024, 2, 29)};
  const auto chunks = plan_chunks(one_day, ChunkRule{});
  REQUIRE(chunks.size() == 1);
  CHECK(chunks.front() == one_day);
}

TEST_CASE("a hard limit is never passed where the target would round it down") {
  const DayRange range{Day(2024, 1, 1), Day(2024, 1, 1).plus(129)};
  ChunkRule rule;
  rule.target_days = 90;
  CHECK(plan_chunks(range, rule).size() == 1);
  rule.hard_limit_days = 90;
  CHECK(plan_chunks(range, rule).size() == 2);
}

TEST_CASE("a range that ends before it begins can't be planned") {
  const DayRange backwards{Day(2024, 1, 2), Day(2024, 1, 1)};
  CHECK_THROWS_AS((void)plan_chunks(backwards, ChunkRule{}), Bug);
  ChunkRule empty;
  empty.target_days = 0;
  const DayRange one_day{Day(2024, 1, 1), Day(2024, 1, 1)};
  CHECK_THROWS_AS((void)plan_chunks(one_day, empty), Bug);
}
