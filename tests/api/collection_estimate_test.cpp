// What collecting a range of an integration would take: told with the stored credentials, and nothing written.
#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

const std::string two_weeks = R"({"since":"2026-03-01","until":"2026-03-14"})";

struct Priced : World {
  Priced() : integration(add_integration()) {}
  Answer estimate(const std::string& range) { return post("/v1/integrations/" + integration + "/estimate", range); }
  Answer request(const std::string& range) {
    return post("/v1/integrations/" + integration + "/initial-collection", range);
  }
  void fault(const std::string& body) {
    HttpRequest put;
    put.method = "POST";
    put.path = "/simulator/fault";
    put.body = body;
    REQUIRE(run(simulator.answer(std::move(put))).status == 200);
  }
  std::size_t audited() { return store->audit(std::nullopt, 200).size(); }
  std::string integration;
};

const json::value& of_type(const Answer& answer, std::string_view type) {
  for (const auto& one : answer.json.at("types").as_array()) {
    if (one.at("collection_type").as_string() == type) return one;
  }
  throw std::runtime_error("no such type");
}

}  // namespace

TEST_CASE("an estimate tells what the same request then queues, and writes nothing") {
  Priced world;
  world.collect_all();
  const auto before = written(*world.store);
  const auto audited = world.audited();
  const auto told = world.estimate(two_weeks);
  REQUIRE(told.status() == 200);
  CHECK(written(*world.store) == before);
  CHECK(world.audited() == audited);
  CHECK(told.response.body.find("good-access-token") == std::string::npos);
  CHECK(told.json.at("account_id").as_string() == "act_1");
  CHECK(told.json.at("rows").as_int64() > 0);
  CHECK(told.json.at("calls").as_int64() > 0);
  CHECK(json::serialize(of_type(told, "ads").at("days")) == R"({"total":14,"covered":14,"pinned":0,"collecting":0})");
  CHECK(of_type(told, "creatives").at("days").is_null());

  const auto asked = world.request(two_weeks);
  REQUIRE(asked.status() == 202);
  for (const auto& job : asked.json.at("jobs").as_array()) {
    const auto type = std::string(job.at("collection_type").as_string());
    CHECK(of_type(told, type).at("chunks") == job.at("chunks_total"));
    CHECK(of_type(told, type).at("job_id").is_null());
  }
}

TEST_CASE("where the same request would find the open jobs, they are named and the platform is not asked") {
  Priced world;
  world.http.reachable = false;
  const auto told = world.estimate(two_weeks);
  REQUIRE(told.status() == 200);
  for (const auto& job : world.request(two_weeks).json.at("jobs").as_array()) {
    const auto& type = of_type(told, std::string(job.at("collection_type").as_string()));
    CHECK(type.at("job_id") == job.at("id"));
    CHECK(type.at("open_jobs").at(0).at("id") == job.at("id"));
    CHECK(type.at("chunks").as_int64() == 0);
    CHECK(type.at("calls").as_int64() == 0);
  }
  CHECK(told.json.at("seconds").as_int64() == 0);
}

TEST_CASE("days that an open job has still to do are told with the job, and priced all the same") {
  Priced world;
  const auto told = world.estimate(R"({"since":"2026-02-26","until":"2026-03-04","types":["ads"]})");
  REQUIRE(told.status() == 200);
  CHECK(told.json.at("types").as_array().size() == 1);
  const auto& ads = of_type(told, "ads");
  CHECK(json::serialize(ads.at("days")) == R"({"total":7,"covered":0,"pinned":0,"collecting":4})");
  CHECK(ads.at("job_id").is_null());
  REQUIRE(ads.at("open_jobs").as_array().size() == 1);
  CHECK(ads.at("open_jobs").at(0).at("start_date").as_string() == "2026-03-01");
  CHECK(ads.at("calls").as_int64() > 0);
  const auto elsewhere = world.estimate(R"({"since":"2026-02-10","until":"2026-02-28","types":["ads"]})");
  CHECK(of_type(elsewhere, "ads").at("open_jobs").as_array().empty());
}

TEST_CASE("pinned days cost nothing: no job asks for them") {
  Priced world;
  world.collect_all();
  const auto id = *IntegrationId::parse(world.integration);
  HttpRequest restate;
  restate.method = "POST";
  restate.path = "/simulator/restate";
  restate.body = R"({"account":"act_1","since":"2026-03-10","until":"2026-03-10","factor_percent":150})";
  REQUIRE(world.run(world.simulator.answer(std::move(restate))).status == 200);
  const std::string day = R"({"since":"2026-03-10","until":"2026-03-10","types":["ads"]})";
  REQUIRE(world.request(day).status() == 202);
  world.collect_all();
  const auto changes =
      world.store->day_changes(id, CollectionType::ads, {*Day::parse("2026-03-10"), *Day::parse("2026-03-10")});
  REQUIRE(changes.size() == 1);
  REQUIRE(world.store->undo(id, changes[0].attempt, "test").days.size() == 1);

  const auto alone = world.estimate(day);
  REQUIRE(alone.status() == 200);
  CHECK(json::serialize(of_type(alone, "ads").at("days")) == R"({"total":1,"covered":1,"pinned":1,"collecting":0})");
  CHECK(alone.json.at("calls").as_int64() == 0);
  CHECK(alone.json.at("rows").as_int64() == 0);
  const auto around = world.estimate(R"({"since":"2026-03-09","until":"2026-03-11","types":["ads"]})");
  const auto next = world.estimate(R"({"since":"2026-03-11","until":"2026-03-11","types":["ads"]})");
  CHECK(around.json.at("rows").as_int64() == 2 * next.json.at("rows").as_int64());
}

TEST_CASE("an estimate is refused for what the request is refused for, by the field's name") {
  Priced world;
  for (const std::string range :
       {R"({"since":"2026-03-05","until":"2026-03-01"})", R"({"since":"2026-03-05","until":"2026-03-25"})",
        R"({"since":"2019-03-05","until":"2026-03-01"})", R"({"since":"2026-03-01"})",
        R"({"since":"2026-03-01","until":"2026-03-02","types":["clicks"]})",
        R"({"since":"2026-03-01","until":"2026-03-02","colour":"red"})"}) {
    CAPTURE(range);
    const auto told = world.estimate(range);
    const auto asked = world.request(range);
    CHECK(told.status() == 422);
    CHECK_FALSE(told.wrong_fields().empty());
    CHECK(told.response.body == asked.response.body);
  }
}

TEST_CASE("a platform that refuses the stored credentials, or does not answer, is told without the secret") {
  Priced world;
  world.collect_all();
  world.clock.set(world.clock.now() + std::chrono::hours(1));
  const auto before = written(*world.store);
  world.fault(R"({"kind":"expired_token","count":5})");
  const auto refused = world.estimate(two_weeks);
  CHECK(refused.status() == 422);
  CHECK(refused.json.at("code").as_string() == "refused_by_platform");
  CHECK(refused.response.body.find("good-access-token") == std::string::npos);
  world.http.reachable = false;
  const auto away = world.estimate(two_weeks);
  CHECK(away.status() == 503);
  CHECK_FALSE(away.header("retry-after").empty());
  CHECK(written(*world.store) == before);
}
