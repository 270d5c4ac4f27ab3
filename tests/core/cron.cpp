#include "core/cron.h"

#include "core/cron_words.h"
#include "core/time_zone.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

using namespace adfill;

namespace {

CronSchedule schedule(const std::string& text) {
  const auto parsed = CronSchedule::parse(text);
  REQUIRE_MESSAGE(parsed.has_value(), text);
  return *parsed;
}

Instant at(const std::string& text) {
  return parse_rfc3339(text).value();
}

// The due times after `from`, so many of them.
std::vector<std::string> due(const std::string& cron, const std::string& zone, const std::string& from, int count) {
  std::vector<std::string> times;
  const auto parsed = schedule(cron);
  Instant instant = at(from);
  for (int index = 0; index < count; ++index) {
    instant = parsed.next_after(instant, zone);
    times.push_back(to_rfc3339(instant).substr(0, 16));
  }
  return times;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("a schedule falls due at its time in the account's zone") {
  CHECK(due("0 4 * * *", "Asia/Seoul", "2026-03-01T00:00:00Z", 2) == Times{"2026-03-01T19:00", "2026-03-02T19:00"});
  CHECK(due("*/20 9-10 * * 1-5", "UTC", "2026-03-06T10:30:00Z", 3) ==
        Times{"2026-03-06T10:40", "2026-03-09T09:00", "2026-03-09T09:20"});
  CHECK(due("5/20 0 1 jan,JUL *", "UTC", "2026-03-06T10:30:00Z", 4) ==
        Times{"2026-07-01T00:05", "2026-07-01T00:25", "2026-07-01T00:45", "2027-01-01T00:05"});
}

TEST_CASE("a due time is after the asked instant, never at it") {
  CHECK(due("0 4 * * *", "UTC", "2026-03-01T04:00:00Z", 1) == Times{"2026-03-02T04:00"});
  CHECK(due("0 4 * * *", "UTC", "2026-03-01T03:59:59.999Z", 1) == Times{"2026-03-01T04:00"});
}

TEST_CASE("when both day fields are restricted either is enough") {
  CHECK(due("0 0 13 * 5", "UTC", "2026-03-01T00:00:00Z", 4) ==
        Times{"2026-03-06T00:00", "2026-03-13T00:00", "2026-03-20T00:00", "2026-03-27T00:00"});
  CHECK(due("0 0 15 * 5", "UTC", "2026-03-10T00:00:00Z", 3) ==
        Times{"2026-03-13T00:00", "2026-03-15T00:00", "2026-03-20T00:00"});
}

TEST_CASE("L and # choose days by their place in the month, 7 is Sunday") {
  CHECK(due("0 0 L * *", "UTC", "2024-01-31T00:00:00Z", 2) == Times{"2024-02-29T00:00", "2024-03-31T00:00"});
  CHECK(due("0 0 * * 5L", "UTC", "2026-03-01T00:00:00Z", 2) == Times{"2026-03-27T00:00", "2026-04-24T00:00"});
  CHECK(due("0 0 ? * TUE#2", "UTC", "2026-03-01T00:00:00Z", 2) == Times{"2026-03-10T00:00", "2026-04-14T00:00"});
  CHECK(due("0 0 * * 1#5", "UTC", "2026-03-01T00:00:00Z", 2) == Times{"2026-03-30T00:00", "2026-06-29T00:00"});
  CHECK(schedule("0 0 * * 7").fields() == schedule("0 0 * * sun").fields());
  CHECK(schedule("0 0 * * 5-7").fields() == schedule("0 0 * * 0,5,6").fields());
  CHECK(schedule("0 0 * * fri-sun").fields() == schedule("0 0 * * 0,5,6").fields());
  CHECK(schedule("0 0 * * */2").fields() == schedule("0 0 * * 0,2,4,6").fields());
  CHECK_FALSE(schedule("0 0 * * 0-6").fields().weekdays_restricted);
}

TEST_CASE("what comes once in many years is found") {
  CHECK(due("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1) == Times{"2104-02-29T00:00"});
  CHECK(due("0 0 * 2 1#5", "UTC", "2072-03-01T00:00:00Z", 1) == Times{"2112-02-29T00:00"});
}

TEST_CASE("a skipped hour runs once after it") {
  // New York, 8 March 2026: 02:00 to 03:00 is missing; the change is at 07:00 UTC.
  CHECK(due("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2) ==
        Times{"2026-03-08T07:00", "2026-03-09T06:30"});
  CHECK(due("*/15 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", 2) ==
        Times{"2026-03-08T07:00", "2026-03-09T06:00"});
  CHECK(due("0 * * * *", "America/New_York", "2026-03-08T05:30:00Z", 3) ==
        Times{"2026-03-08T06:00", "2026-03-08T07:00", "2026-03-08T08:00"});
  // Samoa had no 30 December 2011 at all.
  CHECK(due("0 4 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", 3) ==
        Times{"2011-12-29T14:00", "2011-12-30T10:00", "2011-12-30T14:00"});
}

TEST_CASE("a repeated hour runs once") {
  // New York, 1 November 2026: 01:00 to 02:00 comes at 05:00 and at 06:00 UTC.
  CHECK(due("30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", 2) ==
        Times{"2026-11-01T05:30", "2026-11-02T06:30"});
  CHECK(due("*/30 * * * *", "America/New_York", "2026-11-01T05:10:00Z", 3) ==
        Times{"2026-11-01T05:30", "2026-11-01T07:00", "2026-11-01T07:30"});
  CHECK(due("30 1 * * *", "America/New_York", "2026-11-01T06:10:00Z", 1) == Times{"2026-11-02T06:30"});
}

TEST_CASE("what is no schedule is refused in words") {
  for (const auto* text : {"",
                           "* * * *",
                           "* * * * * *",
                           "60 * * * *",
                           "* 24 * * *",
                           "* * 0 * *",
                           "* * 32 * *",
                           "* * * 13 *",
                           "* * * * 8",
                           "*/0 * * * *",
                           "5-1 * * * *",
                           "a * * * *",
                           "1,,2 * * * *",
                           "-1 * * * *",
                           "* * * * 1#6",
                           "* * * * 1#0",
                           "* * * * #1",
                           "* * 1L * *",
                           "* * * MON *",
                           "+1 * * * *",
                           "1- * * * *",
                           "*/x * * * *",
                           "@never",
                           "99999999999999999999 * * * *"}) {
    CAPTURE(text);
    const auto parsed = CronSchedule::parse(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().size() > 10);
  }
  CHECK(CronSchedule::parse("0 0 31 2 *").error() == "there is no such day in any year");
  CHECK(CronSchedule::parse("0 0 30 2 ?").error() == "there is no such day in any year");
}

TEST_CASE("text is kept tidy and macros are written out") {
  CHECK(schedule("  0  4 * * mon-fri ").text() == "0 4 * * MON-FRI");
  CHECK(schedule("@daily").text() == "0 0 * * *");
  CHECK(schedule("@weekly").text() == "0 0 * * 0");
}

TEST_CASE("a schedule is told in plain words in English and Korean") {
  const auto told = [](const char* text) {
    const auto parsed = schedule(text);
    return std::pair(in_words(parsed, Language::english), in_words(parsed, Language::korean));
  };
  using Pair = std::pair<std::string, std::string>;
  CHECK(told("0 4 * * *") == Pair("every day, at 04:00", "매일 04:00"));
  CHECK(told("30 4,16 * * *") == Pair("every day, at 04:30 and 16:30", "매일 04:30, 16:30"));
  CHECK(told("*/15 * * * *") == Pair("every day, every 15 minutes of every hour", "매일 매시 15분마다"));
  CHECK(told("0 9 * * 1,5") == Pair("every Monday and every Friday, at 09:00", "매주 월요일, 매주 금요일 09:00"));
  CHECK(told("0 9 1 1,7 *") == Pair("on day 1 of the month in January and July, at 09:00", "1, 7월 매월 1일 09:00"));
  CHECK(told("0 9 L * 1#2") == Pair("on the last day of the month and on the second Monday of the month, at 09:00",
                                    "매월 마지막 날 그리고 매월 둘째 월요일 09:00"));
  CHECK(told("0 */2 * * 5L") ==
        Pair("on the last Friday of the month, at minute 0 of every 2 hours", "매월 마지막 금요일 2시간마다 0분"));
  CHECK(told("1,2 8-18 * * *") ==
        Pair("every day, at minutes 1 and 2 of the hours 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 and 18",
             "매일 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18시 1, 2분"));
}

namespace {

std::string any_list(int least, int most) {
  std::string text;
  const int parts = *rc::gen::inRange(1, 4);
  for (int part = 0; part < parts; ++part) {
    const int from = *rc::gen::inRange(least, most + 1);
    const int to = *rc::gen::inRange(from, most + 1);
    if (part > 0) text += ',';
    text += std::to_string(from);
    const int kind = *rc::gen::inRange(0, 3);
    if (kind > 0) text += '-' + std::to_string(to);
    if (kind > 1) text += '/' + std::to_string(*rc::gen::inRange(1, 9));
  }
  return text;
}

std::string any_field(int least, int most) {
  return *rc::gen::arbitrary<bool>() ? "*" : any_list(least, most);
}

std::string any_cron() {
  return any_list(0, 59) + ' ' + any_field(0, 23) + ' ' + any_field(1, 28) + ' ' + any_field(1, 12) + ' ' +
         any_field(0, 7);
}

}  // namespace

TEST_CASE("between one due time and the next there is no other, whatever the zone") {
  CHECK(rc::check([] {
    const auto parsed = CronSchedule::parse(any_cron());
    RC_ASSERT(parsed.has_value());
    const std::string zone = *rc::gen::element<std::string>("UTC", "America/New_York", "Europe/Berlin",
                                                            "Australia/Lord_Howe", "Asia/Seoul", "America/Santiago");
    const auto from = Instant(std::chrono::seconds(*rc::gen::inRange(1'577'836'800, 1'893'456'000)));
    const auto next = parsed->next_after(from, zone);
    RC_ASSERT(next > from);
    RC_ASSERT(parsed->next_after(next - std::chrono::seconds(1), zone) == next);
    // Any instant in between leads to the same due time.
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(next - from).count();
    const auto between = from + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, seconds));
    RC_ASSERT(parsed->next_after(between, zone) == next);
    RC_ASSERT(parsed->next_after(next, zone) > next);
  }));
}

TEST_CASE("a parsed text parses to the same fields again") {
  CHECK(rc::check([] {
    const auto once = CronSchedule::parse(any_cron());
    RC_ASSERT(once.has_value());
    const auto twice = CronSchedule::parse(once->text());
    RC_ASSERT(twice.has_value() && twice->fields() == once->fields());
    RC_ASSERT(!in_words(*once, Language::korean).empty());
  }));
}
