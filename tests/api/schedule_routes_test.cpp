#include "world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

json::array schedules_of(World& world, const std::string& integration) {
  const auto answer = world.get("/v1/schedules?integration_id=" + integration);
  REQUIRE(answer.status() == 200);
  return answer.json.at("schedules").as_array();
}

std::string text(const json::value& object, const char* name) {
  return std::string(object.at(name).as_string());
}

Answer change(World& world, const std::string& id, const std::string& body, std::optional<std::string> token = {}) {
  return world.ask({.method = "PATCH", .target = "/v1/schedules/" + id, .body = body, .token = std::move(token)});
}

}  // namespace

TEST_CASE("an account that is added for later has its schedules and no job") {
  World world;
  auto body = World::new_integration();
  body["initial"] = nullptr;
  const auto added = world.post("/v1/integrations", json::serialize(body));
  REQUIRE(added.status() == 201);

  const auto schedules = schedules_of(world, text(added.json, "integration_id"));

  REQUIRE(schedules.size() == 3);
  std::set<std::string> crons;
  for (const auto& schedule : schedules) {
    crons.insert(text(schedule, "collection_type") + " " + text(schedule, "cron"));
    CHECK(text(schedule, "integration_id") == text(added.json, "integration_id"));
    CHECK_FALSE(schedule.at("paused").as_bool());
    CHECK(text(schedule, "next_due_at") > to_rfc3339(world.clock.now()));
    CHECK(schedule.at("last_due_at").is_null());
    CHECK(text(schedule, "in_words").starts_with("every day, at 0"));
    CHECK(text(schedule, "in_words_ko").starts_with("매일 0"));
  }
  CHECK(crons == std::set<std::string>{"ads 0 4 * * *", "demographics 30 4 * * *", "creatives 0 5 * * *"});
  CHECK(world.get("/v1/jobs").json.at("jobs").as_array().empty());
}

TEST_CASE("a schedule is changed, paused and resumed") {
  World world;
  const auto id = text(schedules_of(world, world.add_integration()).at(0), "id");

  auto changed = change(world, id, R"({"cron":"15  3 * * mon-fri","time_zone":"Europe/Berlin"})");
  REQUIRE(changed.status() == 200);
  CHECK(text(changed.json, "cron") == "15 3 * * MON-FRI");
  CHECK(text(changed.json, "time_zone") == "Europe/Berlin");
  CHECK(text(changed.json, "next_due_at") > to_rfc3339(world.clock.now()));
  changed = change(world, id, R"({"paused":true})");
  CHECK(changed.json.at("paused").as_bool());
  changed = change(world, id, R"({"paused":false})");
  CHECK_FALSE(changed.json.at("paused").as_bool());
  CHECK(text(changed.json, "cron") == "15 3 * * MON-FRI");
}

TEST_CASE("what is no schedule is refused by the name of its field") {
  World world;
  const auto id = text(schedules_of(world, world.add_integration()).at(0), "id");
  for (const auto* body : {R"({"cron":"61 4 * * *"})", R"({"cron":"0 4 31 2 *"})", R"({"cron":5})"}) {
    const auto answer = change(world, id, body);
    CHECK(answer.status() == 422);
    CHECK(answer.wrong_fields() == std::vector<std::string>{"cron"});
  }
  CHECK(change(world, id, R"({"time_zone":"Mars/Base"})").wrong_fields() == std::vector<std::string>{"time_zone"});
  CHECK(change(world, id, "{}").status() == 422);
  CHECK(change(world, id, R"({"crom":"0 4 * * *"})").status() == 422);
  CHECK(text(schedules_of(world, text(world.get("/v1/schedules").json.at("schedules").at(0), "integration_id")).at(0),
             "cron") == "0 4 * * *");
}

TEST_CASE("run makes the daily job with the full restatement window, at once and once") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  const auto id = text(schedules_of(world, integration).at(0), "id");

  const auto first = world.post("/v1/schedules/" + id + "/run", "");
  REQUIRE(first.status() == 202);
  REQUIRE(first.json.at("jobs").as_array().size() == 1);
  const auto again = world.post("/v1/schedules/" + id + "/run", "");
  CHECK(again.json.at("jobs") == first.json.at("jobs"));

  const auto job = world.get("/v1/jobs/" + text(first.json.at("jobs").at(0), "id")).json;
  CHECK(text(job, "mode") == "daily");
  CHECK(text(job, "collection_type") == "ads");
  const auto since = Day::parse(text(job, "start_date")).value();
  CHECK(DayRange{since, Day::parse(text(job, "end_date")).value()}.length() == 28);
  world.collect_all();
  CHECK(text(world.get("/v1/jobs/" + text(job, "id")).json, "status") == "completed");
}

TEST_CASE("schedules are seen and changed by those who may") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  const auto other = world.add_integration("act_2", "Other");
  const auto ours = world.token_for(acme, Role::operator_);
  const auto theirs = text(schedules_of(world, other).at(0), "id");
  const auto mine = text(schedules_of(world, acme).at(0), "id");

  CHECK(world.ask({.target = "/v1/schedules", .token = ours}).json.at("schedules").as_array().size() == 3);
  CHECK(world.ask({.target = "/v1/schedules?integration_id=" + other, .token = ours}).status() == 404);
  CHECK(change(world, theirs, R"({"paused":true})", ours).status() == 404);
  CHECK(world.ask({.method = "POST", .target = "/v1/schedules/" + theirs + "/run", .token = ours}).status() == 404);
  CHECK(change(world, mine, R"({"paused":true})", world.tokens.viewer).status() == 403);
  CHECK(world.ask({.method = "POST", .target = "/v1/schedules/" + mine + "/run", .token = world.tokens.viewer})
            .status() == 403);
  CHECK(change(world, mine, R"({"paused":true})", "").status() == 401);
  CHECK(change(world, mine, R"({"paused":true})", ours).status() == 200);
  CHECK(world.ask({.target = "/v1/schedules?limit=2"}).json.at("next_cursor").is_string());
}
