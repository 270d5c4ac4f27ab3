#include "net/governor.h"

#include <doctest/doctest.h>

#include <limits>

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
  Governor governor;
  CHECK(governor.pace(app_and_account) == Duration(0));
  governor.observe("meta:app:1", 75);
  CHECK(governor.pace(app_and_account) == Duration(0));
  Duration before{0};
  for (const double usage : {76.0, 80.0, 90.0, 99.0, 100.0}) {
    governor.observe("meta:app:1", usage);
    CHECK(governor.pace(app_and_account) > before);
    before = governor.pace(app_and_account);
  }
  CHECK(before == std::chrono::seconds(5));
  governor.observe("meta:app:1", 10'000);
  CHECK(governor.pace(app_and_account) == std::chrono::seconds(5));
}

TEST_CASE("the most used scope sets the pace, and what an answer told last counts") {
  Governor governor;
  governor.observe("meta:app:1", 20);
  governor.observe("meta:account:act_1", 100);
  CHECK(governor.pace(app_and_account) == std::chrono::seconds(5));
  CHECK(governor.pace({"meta:app:1"}) == Duration(0));
  governor.observe("meta:account:act_1", 10);
  CHECK(governor.pace(app_and_account) == Duration(0));
}

TEST_CASE("a usage that is no share is no usage") {
  Governor governor;
  for (const double usage : {-5.0, std::numeric_limits<double>::quiet_NaN()}) {
    governor.observe("meta:app:1", usage);
    CHECK(governor.scopes().at("meta:app:1").usage_percent == 0);
    CHECK(governor.pace({"meta:app:1"}) == Duration(0));
  }
}
