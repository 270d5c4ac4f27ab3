#include "net/quota_limit.h"

#include "net/governor.h"

#include <doctest/doctest.h>

#include <deque>

using namespace adfill;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = instant_from_micros(1'772'337'906'000'000);

// A platform's leaking limit, as it is reckoned there.
struct Leaking {
  double capacity;
  double level = 0;
  Instant at = start;
  int refused = 0;

  void leak(Instant now) {
    level = std::max(0.0, level - capacity * std::chrono::duration<double>(now - at).count() / 300);
    at = now;
  }
  bool call(double points, Instant now) {
    leak(now);
    if (level + points > capacity) return ++refused, false;
    level += points;
    return true;
  }
  double percent() const { return level * 100 / capacity; }
};

// One after another, each as soon as the limit lets it; the instant of the last.
Instant make_calls(QuotaLimit& limit, Leaking& platform, int calls, bool tells) {
  Instant now = start;
  for (int call = 0; call < calls; ++call) {
    const double points = call % 4 == 0 ? 3 : 1;
    now = limit.next(points, now);
    limit.take(points, now, now);
    limit.sent(points, now);
    const bool good = platform.call(points, now);
    limit.settle(points, now, good);
    if (tells) limit.tell(platform.percent(), now);
    if (!good) {
      limit.refuse(points, now, minutes(5));
      now += minutes(5);
    }
  }
  return now;
}

}  // namespace

TEST_CASE("a published limit is approached and never crossed, and the calls take no longer than it leaks") {
  for (const double capacity : {60.0, 9000.0}) {
    for (const bool tells : {true, false}) {
      QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
      limit.publish(capacity);
      Leaking platform{capacity};
      const int calls = static_cast<int>(capacity) * 5;
      const auto end = make_calls(limit, platform, calls, tells);
      CHECK(platform.refused == 0);
      const double points = calls * 1.5;
      const double ideal = (points - capacity) * 300 / capacity;
      CHECK(std::chrono::duration<double>(end - start).count() < ideal * 1.05);
    }
  }
}

TEST_CASE("the price of a call is seen in the shares that headers tell") {
  QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
  Leaking platform{200};
  make_calls(limit, platform, 1000, true);
  CHECK(platform.refused == 0);
  CHECK(limit.capacity() == doctest::Approx(200).epsilon(0.1));
}

TEST_CASE("a limit that nothing tells is learned from its first refusal") {
  QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
  Leaking platform{60};
  make_calls(limit, platform, 1000, false);
  CHECK(platform.refused == 1);
  CHECK(limit.is_learned());
  CHECK(limit.capacity() == doctest::Approx(60).epsilon(0.1));
}

TEST_CASE("own calls of a rolling hour leave it one after another, and the next goes when there is room") {
  QuotaLimit limit(QuotaLimit::Shape::rolling, hours(1));
  limit.publish(100);
  std::deque<Instant> made;
  Instant now = start;
  for (int call = 0; call < 500; ++call) {
    now = limit.next(1, now);
    limit.take(1, now, now);
    limit.sent(1, now);
    limit.settle(1, now, true);
    made.push_back(now);
    while (made.front() + hours(1) <= now) made.pop_front();
    REQUIRE(made.size() <= 100);
  }
  CHECK(now - start < hours(5) + minutes(20));
}

TEST_CASE("an hour that others have filled is looked at now and then, not for ever waited for") {
  QuotaLimit limit(QuotaLimit::Shape::rolling, hours(1));
  limit.publish(1000);
  limit.tell(98, start);
  CHECK(limit.next(1, start) == start + minutes(1));
  limit.tell(99.5, start);
  CHECK(limit.next(1, start) == start + minutes(5));
  limit.tell(20, start + minutes(5));
  CHECK(limit.next(1, start + minutes(5)) == start + minutes(5));
}

TEST_CASE("calls on their way are added to what an answer tells, and taken off when they are given back") {
  QuotaLimit limit(QuotaLimit::Shape::leaking, minutes(5));
  limit.publish(100);
  limit.take(10, start, start);
  limit.take(20, start, start);
  limit.take(5, start, start);
  limit.settle(10, start, true);
  limit.tell(10, start);
  CHECK(limit.percent(start) == doctest::Approx(35));
  limit.give_back(20, start);
  CHECK(limit.percent(start) == doctest::Approx(15));
  limit.settle(5, start, true);
  limit.tell(15, start);
  CHECK(limit.percent(start) == doctest::Approx(15));
}

TEST_CASE("what a refusal taught one account holds for the others of its app at once") {
  constexpr QuotaRule score{"score", QuotaLimit::Shape::leaking, minutes(5)};
  Governor governor;
  const auto uses = [&](const std::string& account) { return std::vector<QuotaUse>{{account, score, 1, "app 1"}}; };
  for (int call = 0; call < 60; ++call) {
    CHECK(governor.reserve({"one"}, start, Instant::max(), uses("one")) == start);
    governor.sent(uses("one"), start);
    governor.settle(uses("one"), start, true);
  }
  governor.refuse(uses("one").front(), start, minutes(5));
  Instant place = start;
  int at_once = 0;
  for (; place == start && at_once < 100; ++at_once) {
    place = governor.reserve({"two"}, start, Instant::max(), uses("two"));
    governor.sent(uses("two"), start);
  }
  CHECK(at_once > 50);
  CHECK(at_once < 60);
  CHECK(governor.reserve({"three"}, start, Instant::max(), {{"three", score, 1, "app 2"}}) == start);
}

TEST_CASE("what a refusal has taught is forgotten when a call is answered that had no room by it") {
  constexpr QuotaRule calls{"calls", QuotaLimit::Shape::rolling, std::chrono::hours(1)};
  Governor governor;
  const std::vector<QuotaUse> use{{"account", calls, 1, "app"}};
  const auto call = [&](Instant now, bool is_answered) {
    const auto place = governor.reserve({"account"}, now, Instant::max(), use);
    governor.sent(use, place);
    governor.settle(use, place, is_answered);
    if (!is_answered) governor.refuse(use.front(), place, std::chrono::seconds(2));
    return place;
  };
  for (int made = 0; made < 100; ++made) CHECK(call(start, true) == start);
  CHECK(call(start, false) == start);
  // Full for an hour, by that; asked after a while, and then at twice the distance.
  auto now = call(start, false);
  CHECK(now == start + std::chrono::seconds(2));
  now = call(now, false);
  CHECK(now == start + std::chrono::seconds(6));
  now = call(now, true);
  CHECK(now == start + std::chrono::seconds(14));
  for (int made = 0; made < 100; ++made) CHECK(call(now, true) == now);
}

TEST_CASE("two accounts of one app get equal shares of the app's limit") {
  constexpr QuotaRule calls{"calls", QuotaLimit::Shape::leaking, minutes(5)};
  Governor governor;
  governor.publish("app", calls, 50);
  int made[2] = {0, 0};
  Instant now = start;
  const auto use = std::vector<QuotaUse>{{"app", calls, 1, "app"}};
  while (now < start + minutes(30)) {
    for (auto& account : made) {
      const auto place = governor.reserve({"app"}, now, Instant::max(), use);
      governor.sent(use, place);
      governor.settle(use, place, true);
      ++account;
      now = std::max(now, place);
    }
  }
  CHECK(made[0] == made[1]);
  CHECK(made[0] > 130);
}
