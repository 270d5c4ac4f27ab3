#include "net/governor.h"

#include <doctest/doctest.h>

#include <limits>
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

constexpr QuotaRule score{"score", QuotaLimit::Shape::leaking, std::chrono::minutes(5)};

// A call of one point of an account's score.
std::vector<QuotaUse> use_of(const std::string& account) {
  return {{account, score, 1, "app 1"}};
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

TEST_CASE("one account's full limit does not hold up the others of its app") {
  Governor governor;
  for (const auto* account : {"meta:account:act_1", "meta:account:act_2"}) governor.publish(account, score, 60);
  governor.tell("meta:account:act_1", score, 96, now);
  for (int caller = 1; caller <= 10; ++caller) {
    CHECK(governor.reserve(app_and_account, now, Instant::max(), use_of("meta:account:act_1")) >
          now + std::chrono::milliseconds(4900) * caller);
  }
  CHECK(governor.reserve({"meta:account:act_2", "meta:app:1"}, now, Instant::max(), use_of("meta:account:act_2")) ==
        now);
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
  governor.publish("meta:account:act_1", score, 60);
  governor.tell("meta:account:act_1", score, 96, now);
  const auto use = use_of("meta:account:act_1");
  const auto told = governor.reserve(app_and_account, now, now + std::chrono::seconds(1), use);
  CHECK(told > now + std::chrono::seconds(4));
  for (int caller = 0; caller < 3; ++caller) {
    CHECK(governor.reserve(app_and_account, now, now + std::chrono::seconds(1), use) == told);
  }
  CHECK(governor.reserve(app_and_account, now, told, use) == told);
  CHECK(governor.reserve(app_and_account, now, told, use) > told);
}

TEST_CASE("a share that is none is taken for an empty limit") {
  for (const double share : {-5.0, std::numeric_limits<double>::quiet_NaN()}) {
    Governor governor;
    governor.publish("meta:account:act_1", score, 60);
    governor.tell("meta:account:act_1", score, share, now);
    CHECK(governor.reserve(app_and_account, now, Instant::max(), use_of("meta:account:act_1")) == now);
  }
}
