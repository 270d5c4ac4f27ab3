#include "platform_calls.h"

#include <doctest/doctest.h>

#include <vector>

using namespace adfill;
using namespace adfill::test;
using std::chrono::milliseconds;
using std::chrono::minutes;

TEST_CASE("what fails on several accounts while nobody is answered is an outage, of one account it is not") {
  FakePlatform world;
  world.http.otherwise = [](const HttpCall&) { return answer(503, "no upstream"); };
  const auto begun = world.clock.now();
  CHECK(make_for(world, "act_1").error().kind == Failure::Kind::transient);
  CHECK(make_for(world, "act_1").error().kind == Failure::Kind::transient);
  const auto outage = make_for(world, "act_2");
  CHECK(outage.error().kind == Failure::Kind::outage);
  CHECK(outage.error().message.starts_with("meta answers nobody since " + to_rfc3339(begun).substr(0, 16)));
  CHECK(outage.error().message.ends_with("no upstream"));
  CHECK(world.governor.take_closures().empty());
}

TEST_CASE("one account's calls that fail while another's are answered are transient, however long") {
  FakePlatform world;
  world.http.otherwise = [](const HttpCall& call) { return answer(call.body.empty() ? 503 : 418, "words"); };
  for (int times = 0; times < 100; ++times) {
    CHECK(make_for(world, "act_1").error().kind == Failure::Kind::transient);
    auto call = call_of_source(world, "act_2");
    call.http.body = "x";
    CHECK(world.run(platform_call(world.context, std::move(call))).error().kind == Failure::Kind::permanent);
  }
}

TEST_CASE("while a source is in outage one call a minute is made, and the others wait two minutes at most") {
  FakePlatform world;
  let_it_fail(world);
  const auto begun = world.clock.now();
  const auto made = make_all(world, std::vector<PlatformCall>(6, call_of_source(world, "act_3")));
  REQUIRE(made.size() == 6);
  for (const auto& each : made) CHECK(each.error().kind == Failure::Kind::outage);
  CHECK(world.http.at == std::vector<Instant>{begun + minutes(1), begun + minutes(2)});
}

TEST_CASE("the first answer ends an outage, and those who waited follow one after another") {
  FakePlatform world;
  let_it_fail(world);
  const auto begun = world.clock.now();
  world.http.otherwise = [](const HttpCall&) { return answer(200, "{}"); };
  const auto made = make_all(world, std::vector<PlatformCall>(3, call_of_source(world, "act_3")));
  REQUIRE(made.size() == 3);
  for (const auto& each : made) CHECK(each.has_value());
  CHECK(world.http.at ==
        std::vector<Instant>{begun + minutes(1), begun + minutes(2), begun + minutes(2) + milliseconds(250)});
  CHECK_FALSE(world.governor.outages().outage_since("meta"));
}

TEST_CASE("a time-out during an outage does not ask for less") {
  FakePlatform world;
  let_it_fail(world);
  world.http.otherwise = [](const HttpCall&) { return no_answer(HttpError::Kind::timed_out); };
  auto call = call_of_source(world, "act_3");
  call.shrinkable = true;
  CHECK(world.run(platform_call(world.context, std::move(call))).error().kind == Failure::Kind::outage);
}
