#include "collect/daily_plan.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace adfill;

namespace {

const Day today(2026, 3, 31);

DailyRules rules() {
  DailyRules given;
  given.today = today;
  given.earliest = today.plus(-1000);
  given.time_zone = "Asia/Seoul";
  given.now = parse_rfc3339("2026-03-30T19:00:00Z").value();
  return given;
}

CollectedDays covered(Day since, Day until) {
  CollectedDays days;
  for (Day day = since; day <= until; day = day.plus(1)) {
    days.covered.push_back({day, rules().now - std::chrono::days(1)});
  }
  return days;
}

// "since..until" of each chunk, ages in days before today.
std::string chunks(const std::optional<PlannedJob>& job) {
  if (!job) return "nothing";
  std::string text;
  for (const auto& range : job->chunks) {
    if (!text.empty()) text += ' ';
    text += std::to_string(today.number() - range.since.number());
    if (range.length() > 1) text += "-" + std::to_string(today.number() - range.until.number());
  }
  return text;
}

std::string plan_of(const CollectedDays& days, Reach reach = Reach::due) {
  return chunks(plan_daily(rules(), days, reach));
}

CollectedDays::Failed failed(int oldest, int newest, Duration ago, bool cancelled = false) {
  return {{today.plus(-oldest), today.plus(-newest)}, rules().now - ago, cancelled};
}

}  // namespace

TEST_CASE("a daily job covers the restatement window up to yesterday") {
  const auto job = plan_daily(rules(), covered(today.plus(-100), today.plus(-2)), Reach::due);
  REQUIRE(job);
  CHECK(chunks(job) == "28-1");
  CHECK(job->mode == JobMode::daily);
  CHECK(job->range == DayRange{today.plus(-28), today.plus(-1)});
  CHECK(plan_of({}) == "28-1");
}

TEST_CASE("days missed while nobody collected come in by themselves") {
  auto days = covered(today.plus(-100), today.plus(-50));
  CHECK(plan_of(days) == "49-1");
  days = covered(today.plus(-100), today.plus(-1));
  std::erase_if(days.covered, [](const auto& day) { return day.day == today.plus(-60) || day.day == today.plus(-61); });
  CHECK(plan_of(days) == "28-1 61-60");
  CHECK(plan_daily(rules(), days, Reach::due)->range == DayRange{today.plus(-61), today.plus(-1)});
}

TEST_CASE("a day that left the window while nobody collected gets its last look") {
  auto days = covered(today.plus(-100), today.plus(-1));
  // The 40th day back was seen last when it was 27 days old, and still changed then.
  days.covered[60].as_of = rules().now - std::chrono::days(13);
  CHECK(plan_of(days) == "28-1 40");
  days.covered[60].as_of = rules().now - std::chrono::days(12);
  CHECK(plan_of(days) == "28-1");
}

TEST_CASE("what a running backfill has before it is left to it") {
  auto days = covered(today.plus(-100), today.plus(-90));
  days.open.push_back({today.plus(-89), today.plus(-30)});
  CHECK(plan_of(days) == "29-1");
  days.open.push_back({today.plus(-29), today.plus(-2)});
  CHECK(plan_of(days) == "1");
  days.open.push_back({today.plus(-1), today.plus(-1)});
  CHECK(plan_of(days) == "nothing");
  CHECK(plan_of(days, Reach::everything) == "28-1");
}

TEST_CASE("cancelled gaps are nobody's wish, in the window they are collected all the same") {
  auto days = covered(today.plus(-100), today.plus(-50));
  days.failed.push_back(failed(49, 20, std::chrono::days(3), true));
  CHECK(plan_of(days) == "28-1");
}

TEST_CASE("a gap that failed is tried again after longer and longer waits") {
  auto days = covered(today.plus(-100), today.plus(-50));
  days.failed.push_back(failed(49, 29, std::chrono::hours(20)));
  CHECK(plan_of(days) == "28-1");
  days.failed[0].at = rules().now - std::chrono::hours(23);
  CHECK(plan_of(days) == "49-1");
  days.failed.push_back(failed(49, 29, std::chrono::hours(23)));
  CHECK(plan_of(days) == "28-1");
  days.failed[0].at = days.failed[1].at = rules().now - std::chrono::hours(47);
  CHECK(plan_of(days) == "49-1");
  for (int more = 0; more < 20; ++more) days.failed.push_back(failed(49, 29, std::chrono::days(31)));
  days.failed[0].at = days.failed[1].at = rules().now - std::chrono::days(40);
  CHECK(plan_of(days) == "28-1");
  for (auto& chunk : days.failed) chunk.at = rules().now - std::chrono::days(33);
  CHECK(plan_of(days) == "49-1");
}

TEST_CASE("what the platform no longer keeps is not asked for") {
  auto given = rules();
  given.earliest = today.plus(-10);
  CHECK(chunks(plan_daily(given, covered(today.plus(-100), today.plus(-50)), Reach::due)) == "10-1");
}

TEST_CASE("long gaps are cut into chunks as a backfill's range is, newest first") {
  auto given = rules();
  given.plan.chunks.target_days = 30;
  const auto job = plan_daily(given, covered(today.plus(-90), today.plus(-90)), Reach::due);
  CHECK(chunks(job) == "29-1 59-30 89-60");
}

TEST_CASE("creatives are one chunk, and none while one is open") {
  auto given = rules();
  given.type = CollectionType::creatives;
  given.plan.has_days = false;
  CollectedDays days;
  CHECK(chunks(plan_daily(given, days, Reach::due)) == "1");
  days.open.push_back({today.plus(-700), today.plus(-1)});
  CHECK(chunks(plan_daily(given, days, Reach::due)) == "nothing");
  CHECK(chunks(plan_daily(given, days, Reach::everything)) == "1");
}
