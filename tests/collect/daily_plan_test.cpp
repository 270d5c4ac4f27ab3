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

// Of an account whose days have several pages, last looked at so many days ago.
CollectedDays covered_large(int unseen) {
  auto days = covered(today.plus(-100), today.plus(-2));
  for (auto& day : days.covered) {
    day.rows = 2000;
    day.cost = Micros{1'000'000};
    day.first_at = rules().now - std::chrono::days(today.number() - day.day.number() - 1);
    day.as_of = std::max(rules().now - std::chrono::days(unseen), *day.first_at);
  }
  return days;
}

// What each day moved by as it became so old.
void move(CollectedDays& days, int age, int percent) {
  for (const auto& day : days.covered) {
    DayChange change;
    change.day = day.day;
    change.at = *day.first_at + std::chrono::days(age - 1);
    change.previous_as_of = change.at - std::chrono::days(1);
    change.before.cost = Micros{100'000};
    change.after.cost = Micros{100'000 + 1'000 * percent};
    if (change.at < rules().now) days.changes.push_back(change);
  }
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

TEST_CASE("where a look costs calls the youngest days are looked at daily, older ones when they may have moved") {
  auto days = covered_large(1);
  // Nothing is known of how they move: the changes are of another time.
  days.changes_since = today;
  CHECK(plan_of(days) == "4-1");
  for (auto& day : days.covered) day.as_of -= std::chrono::days(3);
  CHECK(plan_of(days) == "15-1");
  CHECK(plan_of(days, Reach::everything) == "28-1");
}

TEST_CASE("an account that settles early is looked at less, one that moves late at that age again") {
  auto settles = covered_large(1);
  move(settles, 2, 5);
  CHECK(plan_of(settles) == "2-1");
  auto late = covered_large(1);
  move(late, 2, 5);
  move(late, 12, 4);
  CHECK(plan_of(late) == "2-1 12");
}

TEST_CASE("no day of the window goes unseen for more than a week, whatever was learned") {
  auto days = covered_large(6);
  move(days, 2, 5);
  // The young ones were yesterday when they were seen last, and have moved since.
  CHECK(plan_of(days) == "9-1");
  days = covered_large(7);
  move(days, 2, 5);
  // With those that left the window since.
  CHECK(plan_of(days) == "34-1");
}

TEST_CASE("a day that is pinned keeps its figures and is not asked for") {
  auto days = covered_large(9);
  for (auto& day : days.covered) day.pinned = day.day < today.plus(-2);
  CHECK(plan_of(days) == "2-1");
}

TEST_CASE("where the window fits on a page all of it is looked at every day") {
  auto days = covered_large(1);
  days.changes_since = today;
  for (auto& day : days.covered) day.rows = 3;
  CHECK(plan_of(days) == "28-1");
}

TEST_CASE("a day whose figures were doubtful is collected again, out of the window too, unless it is being collected") {
  auto days = covered_large(1);
  move(days, 2, 5);
  CHECK(plan_of(days) == "2-1");
  days.suspect = {today.plus(-60), today.plus(-59), today.plus(-20)};
  CHECK(plan_of(days) == "2-1 20 60-59");
  days.open = {{today.plus(-60), today.plus(-60)}, {today.plus(-20), today.plus(-20)}};
  CHECK(plan_of(days) == "2-1 59");
  days.failed = {failed(59, 59, std::chrono::hours(1))};
  CHECK(plan_of(days) == "2-1");
}
