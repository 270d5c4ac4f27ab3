// Calls to a fake platform, as the tests of platform_call() make them.
#pragma once

#include "fake_platform.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace adfill::test {

inline constexpr QuotaRule score{"score", QuotaLimit::Shape::leaking, std::chrono::minutes(5)};
inline const std::string scope = "meta:account:act_1";

// 200 is good, 429 throttled for the seconds in the body, 418 permanent, all else transient.
inline PlatformCall call_of(FakePlatform&) {
  PlatformCall call;
  call.http.url = "https://platform.example/x";
  call.scopes = {scope};
  call.account = scope;
  call.secret = "secret-token";
  call.judge = [](const HttpAnswer& got, Instant now) -> std::optional<Failure> {
    if (got.status == 200) return std::nullopt;
    if (got.status == 418) return Failure(Failure::Kind::permanent, got.body);
    if (got.status != 429) return Failure(Failure::Kind::transient, got.body);
    Failure failure(Failure::Kind::throttled, "too many calls");
    failure.scope = scope;
    failure.resume_at = now + std::chrono::seconds(std::stoi(got.body));
    return failure;
  };
  return call;
}

// The same for an account of a source whose outages are watched for.
inline PlatformCall call_of_source(FakePlatform& world, const std::string& account) {
  auto call = call_of(world);
  call.source = "meta";
  call.account = "meta:account:" + account;
  call.scopes = {call.account};
  return call;
}

inline Result<HttpAnswer> make_for(FakePlatform& world, const std::string& account) {
  return world.run(platform_call(world.context, call_of_source(world, account)));
}

inline boost::asio::awaitable<void> collect_into(FakePlatform& world, PlatformCall call,
                                                 std::vector<Result<HttpAnswer>>& made) {
  made.push_back(co_await platform_call(world.context, std::move(call)));
}

// All at the same time.
inline std::vector<Result<HttpAnswer>> make_all(FakePlatform& world, const std::vector<PlatformCall>& calls) {
  std::vector<Result<HttpAnswer>> made;
  for (const auto& call : calls) {
    boost::asio::co_spawn(world.io, collect_into(world, call, made),
                          [](std::exception_ptr error) { CHECK_FALSE(error); });
  }
  world.run_all();
  return made;
}

// Two accounts' calls that fail for all their repeats.
inline void let_it_fail(FakePlatform& world) {
  world.http.otherwise = [](const HttpCall&) { return answer(503, "no upstream"); };
  CHECK(make_for(world, "act_1").error().kind == Failure::Kind::transient);
  CHECK(make_for(world, "act_2").error().kind == Failure::Kind::outage);
  world.http.calls.clear();
  world.http.at.clear();
}

inline Result<HttpAnswer> make(FakePlatform& world) {
  return world.run(platform_call(world.context, call_of(world)));
}

}  // namespace adfill::test
