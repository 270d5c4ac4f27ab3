#include "fake_platform.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string scope = "meta:account:act_1";

// 200 is good, 429 throttled for the seconds in the body, 418 permanent, all else transient.
PlatformCall call_of(FakePlatform&) {
  PlatformCall call;
  call.http.url = "https://platform.example/x";
  call.scopes = {scope};
  call.secret = "secret-token";
  call.judge = [](const HttpAnswer& got, Instant now) -> std::optional<Failure> {
    if (got.status == 200) return std::nullopt;
    if (got.status == 418) return Failure(Failure::Kind::permanent, got.body);
    if (got.status != 429) return Failure(Failure::Kind::transient, got.body);
    Failure failure(Failure::Kind::throttled, "too many calls");
    failure.scope = scope;
    failure.resume_at = now + seconds(std::stoi(got.body));
    return failure;
  };
  return call;
}

Result<HttpAnswer> make(FakePlatform& world) {
  return world.run(platform_call(world.context, call_of(world)));
}

}  // namespace

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
  call.observe = [](const HttpAnswer& got, Governor& governor) {
    governor.observe(scope, got.status == 500 ? 42 : 43);
  };
  REQUIRE(world.run(platform_call(world.context, std::move(call))).has_value());
  CHECK(world.governor.scopes().at(scope).usage_percent == 43);
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
