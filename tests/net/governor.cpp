#include "net/governor.h"

#include <doctest/doctest.h>

#include <limits>
#include <tuple>
#include <vector>

using namespace adfill;

namespace {

const Instant now = instant_from_micros(1'772'337'906'000'000);
const std::vector<std::string> app_and_account{"meta:app:1", "meta:account:act_1"};

Closure closure_of(const std::string& scope, Instant until) {
  Closure closure;
  closure.scope = scope;
  closure.until = until;
  closure.reason = "too many calls";
  return closure;
}

// What a lone call of a scope waits for at that share of its limit.
Duration pace_at(double usage) {
  Governor governor;
  governor.observe("meta:app:1", usage);
  return governor.reserve({"meta:app:1"}, now) - now;
}

}  // namespace

TEST_CASE("a closed scope is left alone until the platform's own time") {
  Governor governor;
  CHECK_FALSE(governor.closed_until(app_and_account, now));
  governor.close("meta:account:act_1", now + std::chrono::minutes(5), "too many calls");
  CHECK(governor.closed_until(app_and_account, now) == now + std::chrono::minutes(5));
  CHECK(governor.closed_until(app_and_account, now + std::chrono::minutes(5) - Duration(1)));
  CHECK_FALSE(governor.closed_until(app_and_account, now + std::chrono::minutes(5)));
  CHECK_FALSE(governor.closed_until({"meta:account:act_2"}, now));
  CHECK(governor.scopes().at("meta:account:act_1").reason == "too many calls");
}

TEST_CASE("of several closed scopes the latest counts") {
  Governor governor;
  governor.close("meta:app:1", now + std::chrono::minutes(2), "app");
  governor.close("meta:account:act_1", now + std::chrono::minutes(1), "account");
  CHECK(governor.closed_until(app_and_account, now) == now + std::chrono::minutes(2));
}

TEST_CASE("an earlier time than the one known changes nothing") {
  Governor governor;
  governor.close("meta:app:1", now + std::chrono::minutes(9), "first");
  governor.close("meta:app:1", now + std::chrono::minutes(1), "second");
  governor.learn(closure_of("meta:app:1", now + std::chrono::minutes(3)));
  CHECK(governor.closed_until({"meta:app:1"}, now) == now + std::chrono::minutes(9));
  CHECK(governor.scopes().at("meta:app:1").reason == "first");
  CHECK(governor.take_closures().size() == 1);
}

TEST_CASE("a closure made here is handed to the store once, one learned from it is not handed back") {
  Governor governor;
  governor.learn(closure_of("meta:app:1", now + std::chrono::minutes(1)));
  CHECK(governor.closed_until({"meta:app:1"}, now) == now + std::chrono::minutes(1));
  CHECK(governor.take_closures().empty());

  governor.close("meta:app:1", now + std::chrono::minutes(2), "again");
  const auto closures = governor.take_closures();
  REQUIRE(closures.size() == 1);
  CHECK(closures.front().scope == "meta:app:1");
  CHECK(closures.front().until == now + std::chrono::minutes(2));
  CHECK(closures.front().reason == "again");
  CHECK(governor.take_closures().empty());
}

TEST_CASE("calls and refusals are counted for each of their scopes") {
  Governor governor;
  governor.count_call(app_and_account);
  governor.count_call({"meta:app:1"});
  governor.count_refusal("meta:app:1");
  CHECK(governor.scopes().at("meta:app:1").calls == 2);
  CHECK(governor.scopes().at("meta:app:1").refused == 1);
  CHECK(governor.scopes().at("meta:account:act_1").calls == 1);
  CHECK(governor.scopes().at("meta:account:act_1").refused == 0);
}

TEST_CASE("calls are not slowed up to 75 % of a limit, and more and more from there") {
  Duration before{0};
  for (const double usage : {0.0, 75.0}) CHECK(pace_at(usage) == Duration(0));
  for (const double usage : {76.0, 80.0, 90.0, 99.0, 100.0}) {
    CHECK(pace_at(usage) > before);
    before = pace_at(usage);
  }
  CHECK(before == std::chrono::seconds(5));
  CHECK(pace_at(10'000) == std::chrono::seconds(5));
}

TEST_CASE("many callers of a scope at 90 % of its limit keep its pace together") {
  Governor governor;
  governor.observe("meta:app:1", 90);
  std::vector<Instant> places;
  for (const auto* account : {"meta:account:act_1", "meta:account:act_2", "meta:account:act_3", "meta:account:act_1"}) {
    places.push_back(governor.reserve({account, "meta:app:1"}, now));
  }
  for (std::size_t caller = 0; caller < places.size(); ++caller) {
    CHECK(places[caller] == now + std::chrono::seconds(3) * (static_cast<int>(caller) + 1));
  }
  const auto later = now + std::chrono::hours(1);
  CHECK(governor.reserve({"meta:app:1"}, later) == later + std::chrono::seconds(3));
}

TEST_CASE("the callers of open scopes with room left all go at once") {
  Governor governor;
  governor.observe("meta:app:1", 75);
  for (int caller = 0; caller < 100; ++caller) CHECK(governor.reserve(app_and_account, now) == now);
  governor.observe("meta:app:1", 100);
  for (int caller = 0; caller < 10; ++caller) std::ignore = governor.reserve(app_and_account, now);
  governor.observe("meta:app:1", 10);
  CHECK(governor.reserve(app_and_account, now) == now);
}

TEST_CASE("one account's long queue does not hold up the others of its app") {
  Governor governor;
  governor.observe("meta:account:act_1", 100);
  governor.observe("meta:app:1", 80);
  for (int caller = 0; caller < 10; ++caller) std::ignore = governor.reserve(app_and_account, now);
  CHECK(governor.reserve({"meta:account:act_2", "meta:app:1"}, now) == now + std::chrono::seconds(11));
  CHECK(governor.reserve(app_and_account, now) == now + std::chrono::seconds(55));
}

TEST_CASE("after a closure the first calls go one after another, then all at once again") {
  for (const bool is_learned : {false, true}) {
    Governor governor;
    const auto until = now + std::chrono::minutes(1);
    if (is_learned) governor.learn(closure_of("meta:app:1", until));
    if (!is_learned) governor.close("meta:app:1", until, "too many calls");
    auto expected = until;
    for (int caller = 0; caller < 20; ++caller) {
      CHECK(governor.reserve(app_and_account, until) == expected);
      expected += std::chrono::milliseconds(250);
    }
    CHECK(governor.reserve(app_and_account, until) == until);
  }
}

TEST_CASE("a place that is too late is told but not taken") {
  Governor governor;
  governor.observe("meta:app:1", 100);
  const auto latest = now + std::chrono::seconds(9);
  CHECK(governor.reserve(app_and_account, now, latest) == now + std::chrono::seconds(5));
  for (int caller = 0; caller < 3; ++caller) {
    CHECK(governor.reserve(app_and_account, now, latest) == now + std::chrono::seconds(10));
  }
}

TEST_CASE("the most used scope sets the pace, and what an answer told last counts") {
  Governor governor;
  governor.observe("meta:app:1", 20);
  governor.observe("meta:account:act_1", 100);
  CHECK(governor.reserve(app_and_account, now) == now + std::chrono::seconds(5));
  CHECK(governor.reserve({"meta:app:1"}, now) == now);
  governor.observe("meta:account:act_1", 10);
  CHECK(governor.reserve(app_and_account, now) == now);
}

TEST_CASE("a usage that is no share is no usage") {
  for (const double usage : {-5.0, std::numeric_limits<double>::quiet_NaN()}) CHECK(pace_at(usage) == Duration(0));
}
