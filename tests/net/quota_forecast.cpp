#include "net/quota_forecast.h"

#include "net/governor.h"

#include <doctest/doctest.h>

#include <utility>

using namespace adfill;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Shape = QuotaOutlook::Shape;

namespace {

const Instant start = parse_rfc3339("2026-03-10T03:00:00Z").value();

// Seconds after the start at which so many calls of a point have all gone, asked for one after another.
double all_gone(QuotaForecast forecast, int calls) {
  Instant at = start;
  for (int call = 0; call < calls; ++call) {
    at = forecast.next(1, at);
    forecast.take(1, at);
  }
  return std::chrono::duration<double>(at - start).count();
}

QuotaLimit told(QuotaLimit limit, std::initializer_list<std::pair<double, Duration>> shares, Duration apart) {
  Instant now = start;
  for (const auto& [percent, empties_in] : shares) {
    limit.take(1, now, now);
    limit.settle(1, now, true);
    limit.tell(percent, now, empties_in);
    now += apart;
  }
  return limit;
}

}  // namespace

TEST_CASE("a limit of which nothing is known holds nothing up") {
  const QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
  CHECK(limit.outlook(start).capacity == 0);
  CHECK(all_gone(QuotaForecast(limit.outlook(start), start), 10'000) == 0);
}

TEST_CASE("a leaking limit lets calls through as it empties") {
  const QuotaOutlook outlook{.shape = Shape::leaking, .window = minutes(5), .capacity = 60};
  CHECK(all_gone(QuotaForecast(outlook, start), 57) == 0);
  // 57.6 points at once, the rest a point in five seconds.
  CHECK(all_gone(QuotaForecast(outlook, start), 157) == doctest::Approx(5 * (157 - 57.6)).epsilon(0.01));
  auto full = outlook;
  full.percent = 96;
  CHECK(all_gone(QuotaForecast(full, start), 100) == doctest::Approx(500).epsilon(0.01));
}

TEST_CASE("calls of a rolling window leave it one by one") {
  const QuotaOutlook outlook{.shape = Shape::rolling, .window = hours(1), .capacity = 100};
  CHECK(all_gone(QuotaForecast(outlook, start), 96) == 0);
  CHECK(all_gone(QuotaForecast(outlook, start), 97) == 3600);
  CHECK(all_gone(QuotaForecast(outlook, start), 3 * 96) == 2 * 3600);
  auto half = outlook;
  half.percent = 50;
  CHECK(all_gone(QuotaForecast(half, start), 46) == 0);
  CHECK(all_gone(QuotaForecast(half, start), 47) == 3600);
}

TEST_CASE("a cycle begins with a call and lets as many through as fit") {
  const QuotaOutlook outlook{
      .shape = Shape::cycles, .window = seconds(10), .capacity = 50, .percent = 48, .empties_in = seconds(4)};
  CHECK(all_gone(QuotaForecast(outlook, start), 24) == 0);
  CHECK(all_gone(QuotaForecast(outlook, start), 25) == 4);
  CHECK(all_gone(QuotaForecast(outlook, start), 24 + 48 + 1) == 14);
}

TEST_CASE("where answers show another price than the published one, theirs is reckoned with") {
  QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
  limit.publish(9000);
  CHECK(limit.outlook(start).capacity == doctest::Approx(9000));
  limit = told(limit, {{2, {}}, {7, {}}, {12, {}}, {17, {}}}, Duration(0));
  CHECK(limit.outlook(start).capacity == doctest::Approx(20));
  // A share that grows as it should leaves the published price.
  QuotaLimit usual(QuotaLimit::Shape::leaking, minutes(5));
  usual.publish(20);
  usual = told(usual, {{5, {}}, {10, {}}, {16, {}}}, Duration(0));
  CHECK(usual.outlook(start).capacity == doctest::Approx(20));
}

TEST_CASE("a limit that is said to be empty after a time of its own is one that is emptied at once") {
  const QuotaLimit fresh(QuotaLimit::Shape::leaking, minutes(5));
  const auto leaking = told(fresh, {{10, seconds(30)}, {20, seconds(60)}, {30, seconds(90)}}, Duration(0));
  CHECK(leaking.outlook(start).shape == Shape::leaking);
  const auto cycling = told(fresh, {{10, seconds(20)}, {20, seconds(19)}, {30, seconds(18)}}, seconds(1));
  const auto outlook = cycling.outlook(start + seconds(3));
  CHECK(outlook.shape == Shape::cycles);
  CHECK(outlook.window == seconds(20));
  CHECK(outlook.empties_in == seconds(17));
  CHECK(outlook.percent == doctest::Approx(30).epsilon(0.05));
  CHECK(cycling.outlook(start + seconds(60)).percent == 0);
  // A full one is told how long it is blocked.
  CHECK(told(fresh, {{95, seconds(60)}}, Duration(0)).outlook(start).shape == Shape::leaking);
}

TEST_CASE("what a refusal has taught of one account is reckoned with for others of the same app") {
  Governor governor;
  const QuotaRule rule{"score", QuotaLimit::Shape::leaking, minutes(5)};
  const QuotaUse one{"account:1", rule, 1, "app"};
  const QuotaUse other{"account:2", rule, 1, "app"};
  for (int call = 0; call < 60; ++call) {
    const auto place = governor.reserve({"account:1"}, start, Instant::max(), {one});
    governor.sent({one}, start);
    governor.settle({one}, place, true);
  }
  CHECK(governor.outlook(other, start).capacity == 0);
  governor.refuse(one, start, seconds(60));
  CHECK(governor.outlook(other, start).capacity > 40);
  CHECK(governor.outlook(other, start).percent == 0);
}
