#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;

TEST_CASE("freshness tells the newest day, and the last thirty one by one, up to yesterday in the account's zone") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  const auto answer = world.get("/v1/freshness");
  REQUIRE(answer.status() == 200);
  const auto& account = answer.json.at("freshness").at(0);
  CHECK(account.at("integration_id").as_string() == integration);
  CHECK(account.at("types").as_array().size() == 2);
  const auto& ads = account.at("types").at(0);
  CHECK(ads.at("days").as_int64() == 14);
  CHECK(ads.at("gaps").as_int64() == 0);
  CHECK(ads.at("newest").as_string() == "2026-03-14");
  CHECK(ads.at("recent").as_array().size() == 30);
  CHECK(world.get("/v1/freshness?search=nothing").json.at("freshness").as_array().empty());
  const auto late = [&] { return world.get("/v1/freshness?late=true").json.at("freshness").as_array().size(); };
  CHECK(late() == 0);
  world.clock.set(world.clock.now() + std::chrono::hours(36));
  CHECK(late() == 1);
  CHECK(world.get("/v1/freshness?late=perhaps").wrong_fields() == std::vector<std::string>{"late"});
  CHECK(world.get("/v1/freshness?status=fine").wrong_fields() == std::vector<std::string>{"status"});
}

TEST_CASE("the overview tells every piece of the time asked for, and its rows are those that were collected") {
  World world;
  (void)world.add_integration();
  world.collect_all();
  for (const auto& [span, pieces] : {std::pair("hour", 60U), std::pair("day", 48U)}) {
    CAPTURE(span);
    const auto answer = world.get(std::string("/v1/overview?span=") + span);
    REQUIRE(answer.status() == 200);
    CHECK(answer.json.at("integrations").at("success").as_int64() == 1);
    CHECK(answer.json.at("jobs").at("running").as_int64() == 0);
    const auto& collected = answer.json.at("collected").as_array();
    CHECK(collected.size() == pieces);
    std::int64_t rows = 0;
    for (const auto& piece : collected) rows += piece.at("rows").as_int64();
    std::int64_t of_jobs = 0;
    for (const auto& job : world.get("/v1/jobs").json.at("jobs").as_array()) of_jobs += job.at("rows").as_int64();
    CHECK(rows > 0);
    CHECK(rows == of_jobs);
  }
  CHECK(world.get("/v1/overview?span=year").wrong_fields() == std::vector<std::string>{"span"});
}

TEST_CASE("a job's attempts are told with their outcome, without tokens") {
  World world;
  (void)world.add_integration();
  world.collect_all();
  const std::string job = world.get("/v1/jobs").json.at("jobs").at(0).at("id").as_string().c_str();
  const auto answer = world.get("/v1/jobs/" + job + "/attempts");
  REQUIRE(answer.status() == 200);
  const auto& attempts = answer.json.at("attempts").as_array();
  REQUIRE_FALSE(attempts.empty());
  CHECK(attempts[0].at("outcome").as_string() == "completed");
  CHECK(attempts[0].at("failure_kind").is_null());
  CHECK_FALSE(attempts[0].as_object().contains("token"));
  CHECK(attempts[0].at("slices_given_up").as_int64() == 0);
  CHECK(attempts[0].at("given_up").as_array().empty());
}

TEST_CASE(
    "what was too much at once is told with the attempt: what was asked for, the platform's words, what followed") {
  World world;
  HttpRequest fault;
  fault.method = "POST";
  fault.path = "/simulator/fault";
  fault.body = R"({"kind":"too_large","on":"report","count":1})";
  REQUIRE(world.run(world.simulator.answer(std::move(fault))).status == 200);
  auto body = World::new_integration();
  body["initial"].as_object()["types"] = boost::json::array{"ads"};
  REQUIRE(world.post("/v1/integrations", boost::json::serialize(body)).status() == 202);
  world.collect_all();
  const std::string job = world.get("/v1/jobs").json.at("jobs").at(0).at("id").as_string().c_str();
  const auto answer = world.get("/v1/jobs/" + job + "/attempts");
  const auto& attempts = answer.json.at("attempts").as_array();
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].at("outcome").as_string() == "completed");
  CHECK(attempts[0].at("slices_given_up").as_int64() == 1);
  REQUIRE(attempts[0].at("given_up").as_array().size() == 1);
  const auto& slice = attempts[0].at("given_up").at(0);
  CHECK(slice.at("start_date").as_string() == "2026-03-01");
  CHECK(slice.at("end_date").as_string() == "2026-03-14");
  CHECK(slice.at("part").as_string() == "whole");
  CHECK(slice.at("next_days").as_int64() == 7);
  CHECK(slice.at("next_part").as_string() == "whole");
  CHECK(slice.at("message").as_string().size() > 10);
  CHECK_FALSE(slice.at("trace_id").is_null());
  CHECK(answer.response.body.find("good-access-token") == std::string::npos);
}
