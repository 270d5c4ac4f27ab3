#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

std::string made(World& world, const std::string& body, const std::string& by = "adf_admin") {
  const auto answer = world.ask({.method = "POST", .target = "/v1/tokens", .body = body, .token = by});
  REQUIRE(answer.status() == 201);
  return answer.json.at("token").as_string().c_str();
}

// null when there is none of that name.
json::value listed(World& world, const std::string& name) {
  for (const auto& token : world.get("/v1/tokens").json.at("tokens").as_array()) {
    if (token.at("name").as_string() == name.c_str()) return token;
  }
  return nullptr;
}

std::string id_of(World& world, const std::string& name) {
  const auto token = listed(world, name);
  return token.is_null() ? "" : std::string(token.at("id").as_string().c_str());
}

int revoke(World& world, const std::string& id, const std::string& by = "adf_admin") {
  return world.ask({.method = "DELETE", .target = "/v1/tokens/" + id, .token = by}).status();
}

}  // namespace

TEST_CASE("a token is shown once, is listed without it, works as its role says, and ends when it is revoked") {
  World world;
  const auto token = made(world, R"({"name":"board","role":"viewer","advertisers":null})");
  CHECK(token.starts_with("adf_"));
  CHECK(world.ask({.target = "/v1/jobs", .token = token}).status() == 200);
  CHECK(world.ask({.target = "/v1/tokens", .token = token}).status() == 403);
  const auto list = world.get("/v1/tokens");
  CHECK(list.response.body.find(token) == std::string::npos);
  CHECK(list.response.body.find(hash_api_token(token)) == std::string::npos);
  CHECK(list.json.at("next_cursor").is_null());
  const auto newest = listed(world, "board");
  CHECK(newest.at("role").as_string() == "viewer");
  CHECK(newest.at("advertisers").is_null());
  CHECK(newest.at("expires_at").is_null());
  CHECK(newest.at("last_used_at").as_string() == "2026-03-15T03:00:00.000Z");
  CHECK(revoke(world, id_of(world, "board")) == 204);
  CHECK(world.ask({.target = "/v1/jobs", .token = token}).status() == 401);
  CHECK(id_of(world, "board").empty());
  const auto audit = world.get("/v1/audit").json.at("audit");
  CHECK(audit.at(0).at("what").as_string() == "token.revoke");
  CHECK(audit.at(0).at("who").as_string() == "admin");
  CHECK(audit.at(1).at("what").as_string() == "token.add");
}

TEST_CASE("a token may name advertisers that are not there yet, and adds their first account") {
  World world;
  const auto token = made(world, R"({"name":"agency","role":"operator","advertisers":["Nova","Bolt"]})");
  CHECK(listed(world, "agency").at("advertisers").as_array() == json::array{"Bolt", "Nova"});
  const auto body = json::serialize(World::new_integration("act_1", "Nova"));
  CHECK(world.ask({.method = "POST", .target = "/v1/integrations", .body = body, .token = token}).status() == 202);
  const auto other = json::serialize(World::new_integration("act_2", "Acme"));
  CHECK(world.ask({.method = "POST", .target = "/v1/integrations", .body = other, .token = token}).status() == 403);
  (void)world.add_integration("act_3", "Acme");
  const auto seen = world.ask({.target = "/v1/integrations", .token = token});
  CHECK(seen.json.at("integrations").as_array().size() == 1);
}

TEST_CASE("a token ends when it expires") {
  World world;
  const auto token =
      made(world, R"({"name":"short","role":"viewer","advertisers":null,"expires_at":"2026-03-15T04:00:00Z"})");
  CHECK(world.ask({.target = "/v1/jobs", .token = token}).status() == 200);
  world.clock.set(world.clock.now() + std::chrono::hours(1));
  CHECK(world.ask({.target = "/v1/jobs", .token = token}).status() == 401);
}

TEST_CASE("the last admin token can't be revoked; the error says what to do first") {
  World world;
  const auto id = id_of(world, "admin");
  const auto refused = world.ask({.method = "DELETE", .target = "/v1/tokens/" + id});
  CHECK(refused.status() == 409);
  CHECK(refused.json.at("code").as_string() == "last_admin");
  // One that is about to end, or sees some advertisers only, is not enough.
  (void)made(world, R"({"name":"day","role":"admin","advertisers":null,"expires_at":"2026-03-15T04:00:00Z"})");
  (void)made(world, R"({"name":"some","role":"admin","advertisers":["Acme"]})");
  CHECK(revoke(world, id) == 409);
  const auto second = made(world, R"({"name":"second","role":"admin","advertisers":null})");
  CHECK(revoke(world, id) == 204);
  CHECK(world.ask({.target = "/v1/tokens", .token = second}).status() == 200);
}

TEST_CASE("an admin of some advertisers makes, sees and revokes tokens of these only") {
  World world;
  const auto acme = made(world, R"({"name":"acme-admin","role":"admin","advertisers":["Acme","Bolt"]})");
  (void)made(world, R"({"name":"nova","role":"viewer","advertisers":["Nova"]})");
  (void)made(world, R"({"name":"mixed","role":"viewer","advertisers":["Acme","Nova"]})");
  (void)made(world, R"({"name":"own","role":"viewer","advertisers":["Acme"]})", acme);
  const auto post = [&](const std::string& body) {
    return world.ask({.method = "POST", .target = "/v1/tokens", .body = body, .token = acme}).status();
  };
  CHECK(post(R"({"name":"all","role":"viewer","advertisers":null})") == 403);
  CHECK(post(R"({"name":"other","role":"viewer","advertisers":["Nova"]})") == 403);
  const auto list = world.ask({.target = "/v1/tokens", .token = acme});
  CHECK(list.json.at("tokens").as_array().size() == 2);
  CHECK(list.response.body.find("Nova") == std::string::npos);
  for (const auto* foreign : {"nova", "mixed", "admin"}) CHECK(revoke(world, id_of(world, foreign), acme) == 404);
  CHECK(revoke(world, id_of(world, "own"), acme) == 204);
}

TEST_CASE("what is wrong with a new token is told by field, and nothing is made") {
  World world;
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"({"role":"viewer","advertisers":null})", "name"},
      {R"({"name":"","role":"viewer","advertisers":null})", "name"},
      {R"({"name":"a","advertisers":null})", "role"},
      {R"({"name":"a","role":"owner","advertisers":null})", "role"},
      {R"({"name":"a","role":"viewer"})", "advertisers"},
      {R"({"name":"a","role":"viewer","advertisers":[]})", "advertisers"},
      {R"({"name":"a","role":"viewer","advertisers":"Acme"})", "advertisers"},
      {R"({"name":"a","role":"viewer","advertisers":[7]})", "advertisers"},
      {R"({"name":"a","role":"viewer","advertisers":null,"expires_at":"tomorrow"})", "expires_at"},
      {R"({"name":"a","role":"viewer","advertisers":null,"expires_at":"2020-01-01T00:00:00Z"})", "expires_at"},
      {R"({"name":"a","role":"viewer","advertisers":null,"hash":"x"})", "hash"},
  };
  const auto before = world.get("/v1/tokens").json.at("tokens").as_array().size();
  for (const auto& [body, field] : wrong) {
    CAPTURE(body);
    const auto answer = world.post("/v1/tokens", body);
    CHECK(answer.status() == 422);
    CHECK(answer.wrong_fields() == std::vector<std::string>{field});
  }
  CHECK(world.get("/v1/tokens").json.at("tokens").as_array().size() == before);
  CHECK(revoke(world, "no-id") == 404);
}

TEST_CASE("tokens and the audit log page by cursor, each entry once") {
  World world;
  for (int i = 0; i < 5; ++i) {
    (void)made(world, R"({"name":"t)" + std::to_string(i) + R"(","role":"viewer","advertisers":null})");
  }
  for (const std::string list : {"tokens", "audit"}) {
    CAPTURE(list);
    const auto whole = world.get("/v1/" + list + "?limit=200").json.at(list).as_array();
    json::array pages;
    std::string cursor;
    do {
      const auto page = world.get("/v1/" + list + "?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
      REQUIRE(page.status() == 200);
      for (const auto& entry : page.json.at(list).as_array()) pages.push_back(entry);
      const auto& next = page.json.at("next_cursor");
      cursor = next.is_null() ? "" : std::string(next.as_string().c_str());
    } while (!cursor.empty());
    CHECK(pages == whole);
    CHECK(world.get("/v1/" + list + "?cursor=j1-00000000000000000000000000000000").status() == 422);
  }
}
