#include "platform_calls.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <doctest/doctest.h>

#include <tuple>
#include <vector>

using namespace adfill;
using namespace adfill::test;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("a transient failure is repeated in place, twice, after growing waits") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.http.script = {answer(500, "one"), no_answer(HttpError::Kind::cut_off), answer(200, "{}")};

  REQUIRE(make(world).has_value());

  REQUIRE(world.http.at.size() == 3);
  const auto first = world.http.at[1] - begun;
  const auto second = world.http.at[2] - world.http.at[1];
  CHECK(first >= milliseconds(250));
  CHECK(first <= milliseconds(750));
  CHECK(second >= milliseconds(1000));
  CHECK(second <= milliseconds(3000));
}

TEST_CASE("a third transient failure is the failure") {
  FakePlatform world;
  world.http.script = {answer(500, "one"), answer(500, "two"), answer(500, "three")};
  const auto made = make(world);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == Failure::Kind::transient);
  CHECK(made.error().message == "three");
}

TEST_CASE("what is not transient is not repeated") {
  FakePlatform world;
  world.http.script = {answer(418, "no")};
  CHECK(make(world).error().kind == Failure::Kind::permanent);
  CHECK(world.http.calls.size() == 1);
}

TEST_CASE("a short pause is waited for in place, exactly as told, and nobody calls meanwhile") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.http.script = {answer(429, "100"), answer(200, "{}"), answer(200, "{}")};
  auto late_call = [](FakePlatform& at) -> boost::asio::awaitable<void> {
    const auto later = at.clock.now() + seconds(10);
    co_await at.clock.sleep_until(later);
    auto call = call_of(at);
    const auto made = co_await platform_call(at.context, std::move(call));
    CHECK(made.has_value());
  };
  boost::asio::co_spawn(world.io, late_call(world), [](std::exception_ptr error) { CHECK_FALSE(error); });

  REQUIRE(make(world).has_value());

  REQUIRE(world.http.at.size() == 3);
  CHECK(world.http.at[1] >= begun + seconds(100));
  CHECK(world.http.at[2] >= begun + seconds(100));
  CHECK(world.http.at[1] < begun + seconds(101));
  CHECK(world.governor.scopes().at(scope).refused == 1);
}

TEST_CASE("a long pause is a throttled failure, and the next call is not even made") {
  FakePlatform world;
  world.http.script = {answer(429, "1140")};
  const auto begun = world.clock.now();

  const auto refused = make(world);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::Kind::throttled);
  CHECK(refused.error().scope == scope);
  CHECK(refused.error().resume_at == begun + minutes(19));

  const auto next = make(world);
  REQUIRE_FALSE(next);
  CHECK(next.error().kind == Failure::Kind::throttled);
  CHECK(next.error().resume_at == begun + minutes(19));
  CHECK(next.error().message.contains("too many calls"));
  CHECK(world.http.calls.size() == 1);
}

TEST_CASE("a call in the middle of a long list waits for as long as an hour, and gives signs of life") {
  FakePlatform world;
  world.http.script = {answer(429, "1140"), answer(200, "{}")};
  const auto begun = world.clock.now();
  std::vector<Instant> signs;
  auto call = call_of(world);
  call.keeps_waiting = true;
  call.alive = [&] { signs.push_back(world.clock.now()); };
  REQUIRE(world.run(platform_call(world.context, std::move(call))));
  CHECK(world.clock.now() >= begun + minutes(19));
  for (std::size_t index = 1; index < signs.size(); ++index) CHECK(signs[index] - signs[index - 1] <= minutes(5));
}

TEST_CASE("a scope closed by another machine is left alone too") {
  FakePlatform world;
  const auto until = world.clock.now() + seconds(30);
  world.governor.learn({scope, until, "elsewhere"});
  world.http.script = {answer(200, "{}")};
  REQUIRE(make(world).has_value());
  CHECK(world.http.at.front() == until);
}

TEST_CASE("a platform that throttles for ever is given up after a bounded number of waits") {
  FakePlatform world;
  world.http.otherwise = [](const HttpCall&) { return answer(429, "1"); };
  CHECK(make(world).error().kind == Failure::Kind::throttled);
  CHECK(world.http.calls.size() == 21);
}

TEST_CASE("one call waits ten minutes in all, then it is a throttled failure") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.http.otherwise = [](const HttpCall&) { return answer(429, "110"); };
  const auto refused = make(world);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::Kind::throttled);
  CHECK(refused.error().scope == scope);
  CHECK(refused.error().resume_at == begun + seconds(660));
  CHECK(world.clock.now() == begun + seconds(550));
}

TEST_CASE("a scope that others keep closed is not waited for longer than ten minutes either") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.governor.close(scope, begun + seconds(119), "closed");
  auto keep_closed = [](FakePlatform& at) -> boost::asio::awaitable<void> {
    for (int times = 0; times < 30; ++times) {
      const auto again = at.clock.now() + seconds(100);
      co_await at.clock.sleep_until(again);
      at.governor.close(scope, again + seconds(119), "closed");
    }
  };
  boost::asio::co_spawn(world.io, keep_closed(world), [](std::exception_ptr error) { CHECK_FALSE(error); });
  std::vector<Result<HttpAnswer>> made;
  Instant ended;
  auto waiting = [](FakePlatform& at, std::vector<Result<HttpAnswer>>& into,
                    Instant& end) -> boost::asio::awaitable<void> {
    auto call = call_of(at);
    co_await collect_into(at, std::move(call), into);
    end = at.clock.now();
  };
  boost::asio::co_spawn(world.io, waiting(world, made, ended), [](std::exception_ptr error) { CHECK_FALSE(error); });
  world.run_all();
  REQUIRE(made.size() == 1);
  CHECK(made.front().error().kind == Failure::Kind::throttled);
  CHECK(made.front().error().scope == scope);
  CHECK(ended <= begun + minutes(10));
  CHECK(world.http.calls.empty());
}

TEST_CASE("waiting is a sign of life, and so is every answer") {
  FakePlatform world;
  world.http.script = {answer(429, "100"), answer(500, ""), answer(200, "{}")};
  int signs = 0;
  auto call = call_of(world);
  call.alive = [&signs] { ++signs; };
  REQUIRE(world.run(platform_call(world.context, std::move(call))).has_value());
  CHECK(signs == 5);
}

TEST_CASE("a limit that accounts share is closed in words that tell nothing of another account") {
  FakePlatform world;
  world.governor.close("meta:app:9", world.clock.now() + minutes(30), "report 555 of act_2 failed");
  auto call = call_of(world);
  call.scopes.push_back("meta:app:9");
  const auto refused = world.run(platform_call(world.context, std::move(call)));
  CHECK(refused.error().scope == "meta:app:9");
  CHECK(refused.error().message == "meta:app:9 is left alone until 2026-09-15T00:30:00.000Z");
}

TEST_CASE("the calls that waited for a closed scope don't all go in the same instant") {
  FakePlatform world;
  const auto until = world.clock.now() + seconds(60);
  world.governor.close(scope, until, "closed");
  world.http.otherwise = [](const HttpCall&) { return answer(200, "{}"); };
  const auto made = make_all(world, std::vector<PlatformCall>(5, call_of(world)));
  CHECK(made.size() == 5);
  REQUIRE(world.http.at.size() == 5);
  for (std::size_t call = 0; call < 5; ++call) CHECK(world.http.at[call] == until + milliseconds(250) * call);
}

TEST_CASE("calls that run at the same time go one after another as a nearly full limit empties") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.governor.publish(scope, score, 60);
  world.governor.tell(scope, score, QuotaLimit::ceiling, begun);
  world.http.otherwise = [](const HttpCall&) { return answer(200, "{}"); };
  auto call = call_of(world);
  call.uses = {{scope, score, 1}};
  make_all(world, std::vector<PlatformCall>(4, call));
  REQUIRE(world.http.at.size() == 4);
  for (std::size_t made = 0; made < 4; ++made) {
    CHECK(world.http.at[made] >= begun + seconds(5) * (made + 1));
    CHECK(world.http.at[made] < begun + seconds(5) * (made + 1) + milliseconds(10));
  }
}

TEST_CASE("calls that wait for a full limit go as soon as an answer tells that it is not") {
  FakePlatform world;
  const auto begun = world.clock.now();
  world.governor.publish(scope, score, 60);
  world.governor.tell(scope, score, 100, begun);
  world.http.otherwise = [](const HttpCall&) { return answer(200, "{}"); };
  auto call = call_of(world);
  call.uses = {{scope, score, 1}};
  call.observe = [](const HttpAnswer&, Governor& governor, Instant now) { governor.tell(scope, score, 2, now); };
  make_all(world, std::vector<PlatformCall>(40, call));
  REQUIRE(world.http.at.size() == 40);
  const auto first = world.http.at.front();
  CHECK(first > begun + seconds(15));
  for (const auto at : world.http.at) CHECK(at <= first + seconds(1));
}

TEST_CASE("a place in the queue of a used up quota that is more than ten minutes away is a throttled failure") {
  FakePlatform world;
  const auto begun = world.clock.now();
  constexpr QuotaRule hourly{"calls", QuotaLimit::Shape::rolling, std::chrono::hours(1)};
  world.governor.sent({{scope, hourly, 30, "app"}}, begun);
  world.governor.refuse({scope, hourly, 1, "app"}, begun, minutes(11));
  auto call = call_of(world);
  call.uses = {{scope, hourly, 1, "app"}};
  const auto refused = world.run(platform_call(world.context, std::move(call)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::Kind::throttled);
  CHECK(refused.error().scope == scope);
  CHECK(refused.error().resume_at == begun + minutes(11));
}

TEST_CASE("a time-out of a call that can shrink asks for less and is not repeated as it is") {
  FakePlatform world;
  world.http.script = {no_answer(HttpError::Kind::timed_out)};
  auto call = call_of(world);
  call.shrinkable = true;
  const auto made = world.run(platform_call(world.context, std::move(call)));
  CHECK(made.error().kind == Failure::Kind::too_large);
  CHECK(made.error().code.empty());
}

TEST_CASE("each way to get no answer is a transient failure, too long an answer a too large one") {
  for (const auto kind :
       {HttpError::Kind::unreachable, HttpError::Kind::timed_out, HttpError::Kind::cut_off, HttpError::Kind::tls}) {
    FakePlatform world;
    world.http.otherwise = [kind](const HttpCall&) { return no_answer(kind); };
    CHECK(make(world).error().kind == Failure::Kind::transient);
    CHECK(world.http.calls.size() == 3);
  }
  FakePlatform world;
  world.http.otherwise = [](const HttpCall&) { return no_answer(HttpError::Kind::too_long); };
  CHECK(make(world).error().kind == Failure::Kind::too_large);
}

TEST_CASE("what a failure says holds no secret") {
  FakePlatform world;
  world.http.script = {answer(418, "Malformed access token secret-token and access_token=other")};
  const auto made = make(world);
  CHECK_FALSE(made.error().message.contains("secret-token"));
  CHECK_FALSE(made.error().message.contains("other"));
}

TEST_CASE("usage is told to the governor on refusals too, and every sending is counted") {
  FakePlatform world;
  world.http.script = {answer(500, ""), answer(200, "{}")};
  auto call = call_of(world);
  call.observe = [](const HttpAnswer& got, Governor& governor, Instant) {
    governor.observe_tier(scope, got.status == 500 ? "limited" : "full");
  };
  REQUIRE(world.run(platform_call(world.context, std::move(call))).has_value());
  CHECK(world.governor.scopes().at(scope).tier == "full");
  CHECK(world.governor.scopes().at(scope).calls == 2);
}

TEST_CASE("a call that waits for its scope ends when it is cancelled") {
  FakePlatform world;
  world.governor.close(scope, world.clock.now() + seconds(60), "closed");
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  boost::asio::co_spawn(
      world.io, platform_call(world.context, call_of(world)),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](std::exception_ptr error, Result<HttpAnswer>) { ended = error != nullptr; }));
  world.io.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  world.io.restart();
  world.io.poll();
  CHECK(ended);
  CHECK(world.http.calls.empty());
}

TEST_CASE("every sending is counted once, however many scopes it has, as what became of it") {
  FakePlatform world;
  world.http.script = {answer(500, "one"), no_answer(HttpError::Kind::cut_off),
                       answer(200, "{}"),  answer(429, "1"),
                       answer(200, "{}"),  answer(418, "no")};
  for (int i = 0; i < 3; ++i) {
    auto call = call_of_source(world, "act_1");
    call.scopes.emplace_back("meta:app:1");
    (void)world.run(platform_call(world.context, std::move(call)));
  }
  const std::map<std::pair<std::string, std::string>, std::int64_t> expected{{{"meta", "http_418"}, 1},
                                                                             {{"meta", "http_429"}, 1},
                                                                             {{"meta", "http_500"}, 1},
                                                                             {{"meta", "network"}, 1},
                                                                             {{"meta", "ok"}, 2}};
  CHECK(world.governor.call_counts().all() == expected);
}
