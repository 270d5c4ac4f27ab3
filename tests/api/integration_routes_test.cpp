#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <functional>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

// A body with one thing wrong, and the field that the answer must name.
struct Wrong {
  std::string what;
  std::function<void(json::object&)> change;
  std::string field;
};

json::object& initial(json::object& body) {
  return body.at("initial").as_object();
}

std::vector<Wrong> wrong_bodies() {
  std::vector<Wrong> wrong;
  for (const auto* name : {"advertiser", "source", "account_id", "credentials"}) {
    wrong.push_back({std::string("no ") + name, [name](json::object& body) { body.erase(name); }, name});
    wrong.push_back({std::string(name) + " null", [name](json::object& body) { body[name] = nullptr; }, name});
    wrong.push_back({std::string(name) + " a number", [name](json::object& body) { body[name] = 7; }, name});
    wrong.push_back(
        {std::string(name) + " an array", [name](json::object& body) { body[name] = json::array{1}; }, name});
  }
  wrong.push_back({"empty advertiser", [](json::object& body) { body["advertiser"] = ""; }, "advertiser"});
  wrong.push_back(
      {"advertiser too long", [](json::object& body) { body["advertiser"] = std::string(201, 'a'); }, "advertiser"});
  wrong.push_back({"line break", [](json::object& body) { body["advertiser"] = "Ac\nme"; }, "advertiser"});
  wrong.push_back({"unknown source", [](json::object& body) { body["source"] = "myspace"; }, "source"});
  wrong.push_back({"source without a connector", [](json::object& body) { body["source"] = "naver"; }, "source"});
  for (const auto* id :
       {"'; DROP TABLE integrations; --", "act_", "../../etc/passwd", "act_1?x=1", "act_1/../act_2", "${jndi:x}"}) {
    wrong.push_back({id, [id](json::object& body) { body["account_id"] = id; }, "account_id"});
  }
  wrong.push_back(
      {"account too long", [](json::object& body) { body["account_id"] = std::string(101, '1'); }, "account_id"});
  wrong.push_back({"no credential", [](json::object& body) { body["credentials"] = json::object(); }, "credentials"});
  wrong.push_back({"credential not text",
                   [](json::object& body) { body["credentials"].as_object()["access_token"] = 5; },
                   "credentials.access_token"});
  wrong.push_back({"credential empty", [](json::object& body) { body["credentials"].as_object()["access_token"] = ""; },
                   "credentials.access_token"});
  wrong.push_back({"unknown field", [](json::object& body) { body["colour"] = "red"; }, "colour"});
  wrong.push_back({"initial text", [](json::object& body) { body["initial"] = "now"; }, "initial"});
  for (const auto* name : {"since", "until"}) {
    const auto field = std::string("initial.") + name;
    wrong.push_back({field + " missing", [name](json::object& body) { initial(body).erase(name); }, field});
    wrong.push_back({field + " a number", [name](json::object& body) { initial(body)[name] = 20260301; }, field});
    for (const auto* day :
         {"", "2026-3-1", "2026-02-30", "01.03.2026", "2026-03-01T00:00:00Z", "yesterday", "2026-03-01'--"}) {
      wrong.push_back({field + " " + day, [name, day](json::object& body) { initial(body)[name] = day; }, field});
    }
  }
  wrong.push_back(
      {"since after until", [](json::object& body) { initial(body)["since"] = "2026-03-15"; }, "initial.since"});
  wrong.push_back({"the future", [](json::object& body) { initial(body)["until"] = "2026-03-20"; }, "initial.until"});
  wrong.push_back({"too long ago", [](json::object& body) { initial(body)["since"] = "2020-01-01"; }, "initial.since"});
  wrong.push_back(
      {"unknown type", [](json::object& body) { initial(body)["types"] = json::array{"figures"}; }, "initial.types"});
  wrong.push_back({"no type", [](json::object& body) { initial(body)["types"] = json::array(); }, "initial.types"});
  wrong.push_back({"types text", [](json::object& body) { initial(body)["types"] = "ads"; }, "initial.types"});
  wrong.push_back(
      {"newest_first text", [](json::object& body) { initial(body)["newest_first"] = "yes"; }, "initial.newest_first"});
  wrong.push_back({"unknown in initial", [](json::object& body) { initial(body)["to"] = "2026-03-14"; }, "initial.to"});
  return wrong;
}

}  // namespace

TEST_CASE("an account with its history is queued at once: a job a type, with its chunks") {
  World world;
  const auto answer = world.post("/v1/integrations", json::serialize(World::new_integration()));
  REQUIRE(answer.status() == 202);
  const auto& jobs = answer.json.at("jobs").as_array();
  REQUIRE(jobs.size() == 3);
  for (const auto& job : jobs) CHECK(job.at("chunks_total").as_int64() == 1);
  const auto integration = world.get("/v1/integrations/" + std::string(answer.json.at("integration_id").as_string()));
  CHECK(integration.status() == 200);
  CHECK(integration.json.at("advertiser").as_string() == "Acme");
  CHECK(integration.json.at("account_id").as_string() == "act_1");
  CHECK(integration.json.at("currency").as_string() == "KRW");
  CHECK(integration.json.at("last_error").is_null());
  CHECK(integration.response.body.find("good-access-token") == std::string::npos);
}

TEST_CASE("the accounts of a token are listed, and which are integrations already; nothing is stored") {
  World world;
  const auto id = world.add_integration("act_1", "Acme");
  const std::string good = R"({"source":"meta","credentials":{"access_token":"good-access-token"}})";
  const auto listed = world.post("/v1/integrations/accounts", good);
  REQUIRE(listed.status() == 200);
  const auto& accounts = listed.json.at("accounts").as_array();
  REQUIRE(accounts.size() == 1);
  CHECK(accounts[0].at("account_id").as_string() == "act_1");
  CHECK(accounts[0].at("integration_id").as_string() == id);
  CHECK(accounts[0].at("status").as_string() == "active");
  CHECK(listed.response.body.find("good-access-token") == std::string::npos);

  const std::string bad = R"({"source":"meta","credentials":{"access_token":"expired"}})";
  const auto refused = world.post("/v1/integrations/accounts", bad);
  CHECK(refused.status() == 422);
  CHECK(refused.response.body.find("Make a new access token") != std::string::npos);
  CHECK(world.post("/v1/integrations/accounts", R"({"source":"meta","credentials":{}})").status() == 422);
  CHECK(written(*world.store).integrations == 1);
}

TEST_CASE("later makes the integration only") {
  World world;
  auto body = World::new_integration();
  body["initial"] = nullptr;
  CHECK(world.post("/v1/integrations", json::serialize(body)).status() == 201);
  body["account_id"] = "act_2";
  body.erase("initial");
  const auto answer = world.post("/v1/integrations", json::serialize(body));
  CHECK(answer.status() == 201);
  CHECK(answer.json.at("jobs").as_array().empty());
  CHECK(written(*world.store) == Written{2, 0, 0});
}

TEST_CASE("every wrong field is named, and nothing is written") {
  World world;
  for (const auto& wrong : wrong_bodies()) {
    CAPTURE(wrong.what);
    auto body = World::new_integration();
    wrong.change(body);
    const auto answer = world.post("/v1/integrations", json::serialize(body));
    CHECK(answer.status() == 422);
    CHECK(answer.header("content-type") == "application/problem+json");
    const auto fields = answer.wrong_fields();
    CHECK_MESSAGE(std::find(fields.begin(), fields.end(), wrong.field) != fields.end(), answer.response.body);
  }
  CHECK(written(*world.store) == Written{});
}

TEST_CASE("a range older than the platform keeps is refused with the earliest day that works") {
  World world;
  auto body = World::new_integration();
  initial(body)["since"] = "2020-01-01";
  const auto answer = world.post("/v1/integrations", json::serialize(body));
  REQUIRE(answer.status() == 422);
  CHECK(Day::parse(answer.json.at("earliest").as_string().c_str()));
}

TEST_CASE("what looks like an injection is a name like any other") {
  World world;
  const std::string name = "Robert'); DROP TABLE advertisers;-- <script>";
  const auto id = world.add_integration("act_1", name);
  CHECK(world.get("/v1/integrations/" + id).json.at("advertiser").as_string() == name);
}

TEST_CASE("bodies that are not JSON are refused before anything is looked at") {
  World world;
  CHECK(world.post("/v1/integrations", "").status() == 400);
  CHECK(world.post("/v1/integrations", "advertiser=Acme").status() == 400);
  CHECK(world.post("/v1/integrations", "{\"advertiser\":\"\xc3\x28\"}").status() == 400);
  CHECK(world.post("/v1/integrations", "[]").status() == 422);
  CHECK(written(*world.store) == Written{});
}

TEST_CASE("credentials that the platform refuses are a 422 with its words and without the secret") {
  World world;
  auto body = World::new_integration();
  body["credentials"].as_object()["access_token"] = "planted-secret-token";
  const auto answer = world.post("/v1/integrations", json::serialize(body));
  CHECK(answer.status() == 422);
  CHECK(answer.wrong_fields() == std::vector<std::string>{"credentials"});
  CHECK(answer.json.at("detail").as_string().size() > 10);
  CHECK(answer.response.body.find("planted-secret") == std::string::npos);
  CHECK(written(*world.store) == Written{});
}

TEST_CASE("a platform that does not answer is a 503 that says when to try again") {
  World world;
  world.http.reachable = false;
  const auto answer = world.post("/v1/integrations", json::serialize(World::new_integration()));
  CHECK(answer.status() == 503);
  CHECK_FALSE(answer.header("retry-after").empty());
  CHECK(written(*world.store) == Written{});
}

TEST_CASE("an account that is there already is a 409 with its id, also without the prefix") {
  World world;
  const auto id = world.add_integration("act_1");
  const auto answer = world.post("/v1/integrations", json::serialize(World::new_integration("act_1")));
  CHECK(answer.status() == 409);
  CHECK(answer.json.at("integration_id").as_string() == id);
}

TEST_CASE("the same range again while it is open finds the same jobs; a wider one makes new ones") {
  World world;
  const auto id = world.add_integration();
  const auto where = "/v1/integrations/" + id + "/initial-collection";
  const auto again = world.post(where, R"({"since":"2026-03-01","until":"2026-03-14"})");
  CHECK(again.status() == 200);
  CHECK(again.json.at("jobs").as_array().size() == 3);
  CHECK(written(*world.store).jobs == 3);
  const auto other =
      world.post(where, R"({"since":"2026-02-01","until":"2026-03-14","types":["ads"],"newest_first":true})");
  CHECK(other.status() == 202);
  CHECK(other.json.at("jobs").as_array().size() == 1);
  CHECK(world.post(where, R"({"since":"2026-03-02"})").wrong_fields() == std::vector<std::string>{"until"});
  CHECK(world.post(where, R"({"since":"2026-03-02","until":"2026-03-20"})").wrong_fields() ==
        std::vector<std::string>{"until"});
}

TEST_CASE("an integration is paused, resumed and removed") {
  World world;
  const auto where = "/v1/integrations/" + world.add_integration();
  const auto paused = world.ask({.method = "PATCH", .target = where, .body = R"({"paused":true})"});
  CHECK(paused.status() == 200);
  CHECK(paused.json.at("status").as_string() == "paused");
  const auto resumed = world.ask({.method = "PATCH", .target = where, .body = R"({"paused":false})"});
  CHECK(resumed.json.at("status").as_string() != "paused");
  CHECK(world.ask({.method = "PATCH", .target = where, .body = R"({"status":"success"})"}).status() == 422);
  CHECK(world.ask({.method = "DELETE", .target = where + "?purge=perhaps"}).status() == 422);
  CHECK(world.ask({.method = "DELETE", .target = where}).status() == 204);
  CHECK(world.get(where).status() == 404);
  CHECK(world.ask({.method = "DELETE", .target = where}).status() == 404);
}

TEST_CASE("new credentials are verified before they replace the old ones") {
  World world;
  const auto where = "/v1/integrations/" + world.add_integration();
  const auto bad =
      world.ask({.method = "PATCH", .target = where, .body = R"({"credentials":{"access_token":"wrong-token-here"}})"});
  CHECK(bad.status() == 422);
  const auto good = world.ask(
      {.method = "PATCH", .target = where, .body = R"({"credentials":{"access_token":"good-access-token"}})"});
  CHECK(good.status() == 200);
}

TEST_CASE("integrations page by cursor, newest first, each once") {
  World world;
  for (int i = 1; i <= 5; ++i) {
    world.clock.set(world.clock.now() + std::chrono::seconds(1));
    (void)world.add_integration("act_" + std::to_string(i));
  }
  std::vector<std::string> seen;
  std::string target = "/v1/integrations?limit=2";
  for (int page = 0; page < 5; ++page) {
    const auto answer = world.get(target);
    REQUIRE(answer.status() == 200);
    for (const auto& one : answer.json.at("integrations").as_array())
      seen.emplace_back(one.at("account_id").as_string().c_str());
    if (answer.json.at("next_cursor").is_null()) break;
    target = "/v1/integrations?limit=2&cursor=" + std::string(answer.json.at("next_cursor").as_string());
  }
  CHECK(seen == std::vector<std::string>{"act_5", "act_4", "act_3", "act_2", "act_1"});
}
