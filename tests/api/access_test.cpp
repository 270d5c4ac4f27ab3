#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

constexpr auto nowhere = "3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11";

// The session cookie of a signed-in browser, as it sends it back.
Headers signed_in(World& world, const std::string& token) {
  const auto answer =
      world.ask({.method = "POST", .target = "/v1/session", .body = R"({"token":")" + token + "\"}", .token = ""});
  REQUIRE(answer.status() == 204);
  const auto cookie = answer.header("set-cookie");
  Headers headers;
  headers.emplace_back("cookie", cookie.substr(0, cookie.find(';')));
  return headers;
}

std::string first_job(World& world) {
  return world.get("/v1/jobs").json.at("jobs").at(0).at("id").as_string().c_str();
}

}  // namespace

TEST_CASE("without a good token every call under /v1 is a 401 that says how") {
  World world;
  for (const auto* target :
       {"/v1/jobs", "/v1/integrations", "/v1/queue", "/v1/coverage", "/v1/performance", "/v1/events", "/v1/audit",
        "/v1/session", "/v1/jobs/7", "/v1/integrations/7", "/v1/nothing"}) {
    CAPTURE(target);
    for (const auto& token : std::vector<std::string>{"", "wrong", "adf_admin ' OR 1=1", std::string(2000, 'a')}) {
      const auto answer = world.ask({.target = target, .token = token});
      CHECK(answer.status() == 401);
      CHECK(answer.header("www-authenticate").starts_with("Bearer"));
      CHECK(answer.header("content-type") == "application/problem+json");
    }
  }
}

TEST_CASE("an Authorization header of another scheme is a 401") {
  World world;
  for (const auto* value : {"Basic YWRmX2FkbWlu", "adf_admin", "Bearer", "Bearer ", ""}) {
    Headers headers;
    headers.emplace_back("authorization", value);
    CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 401);
  }
  Headers headers;
  headers.emplace_back("authorization", "bearer  adf_admin");
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 200);
}

TEST_CASE("what a viewer may see but not do is a 403, and nothing is written") {
  World world;
  const auto integration = world.add_integration();
  const auto job = first_job(world);
  const auto before = written(*world.store);
  const std::vector<Asking> calls{
      {.method = "POST", .target = "/v1/integrations", .body = json::serialize(World::new_integration("act_9"))},
      {.method = "PATCH", .target = "/v1/integrations/" + integration, .body = R"({"paused":true})"},
      {.method = "DELETE", .target = "/v1/integrations/" + integration},
      {.method = "POST", .target = "/v1/integrations/" + integration + "/initial-collection", .body = "{}"},
      {.method = "POST", .target = "/v1/jobs/" + job + "/retry"},
      {.method = "POST", .target = "/v1/jobs/" + job + "/cancel"},
      {.target = "/v1/audit"},
  };
  for (auto call : calls) {
    CAPTURE(call.target);
    call.token = world.tokens.viewer;
    CHECK(world.ask(call).status() == 403);
  }
  CHECK(written(*world.store) == before);
  CHECK(world.ask({.target = "/v1/jobs/" + job, .token = world.tokens.viewer}).status() == 200);
}

TEST_CASE("what a token may not see answers 404, like what is not there") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  const auto bolt = world.add_integration("act_2", "Bolt");
  const auto token = world.token_for(acme, Role::operator_);
  const auto bolt_jobs = world.get("/v1/jobs?integration_id=" + bolt);
  const std::string job = bolt_jobs.json.at("jobs").at(0).at("id").as_string().c_str();
  const auto with_chunks = world.get("/v1/jobs/" + job);
  const std::string chunk = with_chunks.json.at("chunks").at(0).at("id").as_string().c_str();
  for (const auto& id : {job, std::string(nowhere), std::string("not-a-uuid")}) {
    for (const auto& call : std::vector<Asking>{{.target = "/v1/jobs/" + id},
                                                {.method = "POST", .target = "/v1/jobs/" + id + "/retry"},
                                                {.method = "POST", .target = "/v1/jobs/" + id + "/cancel"}}) {
      auto asked = call;
      asked.token = token;
      CHECK(world.ask(asked).status() == 404);
    }
  }
  for (const auto& target : {"/v1/integrations/" + bolt, "/v1/coverage?type=ads&integration_id=" + bolt,
                             "/v1/performance?integration_id=" + bolt, "/v1/jobs?integration_id=" + bolt}) {
    CAPTURE(target);
    CHECK(world.ask({.target = target, .token = token}).status() == 404);
  }
  CHECK(world.ask({.method = "POST", .target = "/v1/chunks/" + chunk + "/retry", .token = token}).status() == 404);
  CHECK(world.ask({.method = "DELETE", .target = "/v1/integrations/" + bolt, .token = token}).status() == 404);
}

TEST_CASE("lists, counts and figures hold what a token may see and nothing else") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  (void)world.add_integration("act_2", "Bolt");
  const auto token = world.token_for(acme, Role::admin);
  for (const auto* target : {"/v1/integrations", "/v1/jobs", "/v1/performance?group=campaign", "/v1/queue"}) {
    const auto answer = world.ask({.target = target, .token = token});
    CHECK(answer.status() == 200);
    CHECK(answer.response.body.find("Bolt") == std::string::npos);
    CHECK(answer.response.body.find("act_2") == std::string::npos);
  }
  CHECK(world.ask({.target = "/v1/jobs", .token = token}).json.at("jobs").as_array().size() == 3);
  CHECK(world.ask({.target = "/v1/queue", .token = token}).json.at("pending").as_int64() == 3);
  CHECK(world.get("/v1/queue").json.at("pending").as_int64() == 6);
  CHECK(world.ask({.target = "/v1/audit", .token = token}).status() == 403);
}

TEST_CASE("a token limited to an advertiser adds accounts to that one only") {
  World world;
  const auto token = world.token_for(world.add_integration("act_1", "Acme"), Role::operator_);
  const auto own = json::serialize(World::new_integration("act_3", "Acme"));
  const auto other = json::serialize(World::new_integration("act_4", "Bolt"));
  CHECK(world.ask({.method = "POST", .target = "/v1/integrations", .body = own, .token = token}).status() == 202);
  CHECK(world.ask({.method = "POST", .target = "/v1/integrations", .body = other, .token = token}).status() == 403);
}

TEST_CASE("signing in gives a cookie that scripts can't read and other sites can't send") {
  World world;
  const auto answer =
      world.ask({.method = "POST", .target = "/v1/session", .body = R"({"token":"adf_viewer"})", .token = ""});
  REQUIRE(answer.status() == 204);
  const auto cookie = answer.header("set-cookie");
  CHECK(cookie.starts_with("adfill_session="));
  for (const auto* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
    CHECK(cookie.find(part) != std::string::npos);
  CHECK(cookie.find("Secure") == std::string::npos);
  CHECK(cookie.find("adf_viewer") == std::string::npos);

  const auto secure = world.ask(
      {.method = "POST", .target = "/v1/session", .body = R"({"token":"adf_viewer"})", .token = "", .secure = true});
  CHECK(secure.header("set-cookie").find("; Secure") != std::string::npos);
}

TEST_CASE("signing in is in the audit log with who and from where, a refusal without what was tried") {
  World world;
  const auto sign_in = [&](const std::string& token) {
    const std::string body = R"({"token":")" + token + R"("})";
    return world.ask({.method = "POST", .target = "/v1/session", .body = body, .token = ""}).status();
  };
  CHECK(sign_in("adf_viewer") == 204);
  CHECK(sign_in("guessed") == 401);
  const auto audit = world.get("/v1/audit?limit=2").json;
  const auto& entries = audit.at("audit").as_array();
  REQUIRE(entries.size() == 2);
  CHECK(entries.at(0).at("what").as_string() == "session.refused");
  CHECK(entries.at(0).at("who").as_string().empty());
  CHECK(entries.at(1).at("what").as_string() == "session.open");
  CHECK(entries.at(1).at("who").as_string() == "viewer");
  CHECK(entries.at(0).at("subject") == entries.at(1).at("subject"));
  const auto all = json::serialize(audit);
  CHECK(all.find("guessed") == std::string::npos);
  CHECK(all.find("adf_viewer") == std::string::npos);
}

TEST_CASE("a form of another site can't sign a browser in") {
  World world;
  Asking sign_in{.method = "POST", .target = "/v1/session", .body = R"({"token":"adf_viewer"})", .token = ""};
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "",
                           "text/plain; application/json", "application/jsonp"}) {
    CAPTURE(type);
    sign_in.headers = Headers{{"content-type", type}};
    const auto refused = world.ask(sign_in);
    CHECK(refused.status() == 415);
    CHECK(refused.header("content-type") == "application/problem+json");
    CHECK(refused.header("set-cookie").empty());
    sign_in.headers.emplace_back("x-adfill-request", "1");
    CHECK(world.ask(sign_in).status() == 204);
  }
  for (const auto* type : {"application/json", "Application/JSON; charset=utf-8", "application/json ;charset=utf-8"}) {
    CAPTURE(type);
    sign_in.headers = Headers{{"content-type", type}};
    CHECK(world.ask(sign_in).status() == 204);
  }
}

TEST_CASE("a session reads as its token, and changes things only with the header of the monitor") {
  World world;
  const auto id = world.add_integration();
  auto headers = signed_in(world, world.tokens.operator_);
  const auto who = world.ask({.target = "/v1/session", .token = "", .headers = headers});
  CHECK(json::serialize(who.json) == R"({"name":"operator","role":"operator"})");

  Asking pause{.method = "PATCH",
               .target = "/v1/integrations/" + id,
               .body = R"({"paused":true})",
               .token = "",
               .headers = headers};
  CHECK(world.ask(pause).status() == 403);
  CHECK(world.get("/v1/integrations/" + id).json.at("status").as_string() != "paused");
  pause.headers.emplace_back("x-adfill-request", "1");
  CHECK(world.ask(pause).status() == 200);
}

TEST_CASE("a session ends by signing out, and by time") {
  World world;
  auto headers = signed_in(world, world.tokens.viewer);
  auto other = signed_in(world, world.tokens.viewer);
  Asking sign_out{.method = "DELETE", .target = "/v1/session", .token = "", .headers = headers};
  CHECK(world.ask(sign_out).status() == 403);
  sign_out.headers.emplace_back("x-adfill-request", "1");
  const auto over = world.ask(sign_out);
  CHECK(over.status() == 204);
  CHECK(over.header("set-cookie").find("Max-Age=0") != std::string::npos);
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 401);

  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = other}).status() == 200);
  world.clock.set(world.clock.now() + std::chrono::hours(12));
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = other}).status() == 401);
}

TEST_CASE("a session holds at every server of the database, and ends at all of them with its token") {
  World world;
  const auto headers = signed_in(world, world.tokens.viewer);
  const auto stream = world.ask({.target = "/v1/events", .token = "", .headers = headers});
  REQUIRE(stream.status() == 200);
  const auto first = world.api;
  // As after a restart, or on another machine.
  world.api = make_api(std::make_shared<ApiContext>(ApiContext{.pool = world.pool,
                                                               .initial_collection = world.initial_collection,
                                                               .scheduler = world.scheduler,
                                                               .secrets = world.secrets,
                                                               .random = world.random,
                                                               .events = world.events,
                                                               .governor = world.governor,
                                                               .clock = world.clock}));
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 200);
  for (const auto& token : world.store->tokens({})) {
    if (token.name == "viewer") CHECK(world.store->revoke_token(token.id, std::nullopt, "Kim") == Outcome::done);
  }
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 401);
  world.api = first;
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = headers}).status() == 401);
  CHECK(world.run(stream.response.stream->next()) == "retry: 2000\n\n");
  world.clock.set(world.clock.now() + std::chrono::seconds(15));
  CHECK_FALSE(world.run(stream.response.stream->next()).has_value());
}

TEST_CASE(
    "the stream of a session that signed out ends with its next heartbeat, and what the database holds signs nobody "
    "in") {
  World world;
  auto headers = signed_in(world, world.tokens.viewer);
  const auto stream = world.ask({.target = "/v1/events", .token = "", .headers = headers});
  CHECK(world.run(stream.response.stream->next()) == "retry: 2000\n\n");
  const auto id = headers.front().second.substr(headers.front().second.find('=') + 1);
  CHECK_FALSE(world.store->find_session(id).has_value());
  CHECK(world.store->find_session(hash_api_token(id)).has_value());
  const Headers stolen{{"cookie", "adfill_session=" + hash_api_token(id)}};
  CHECK(world.ask({.target = "/v1/jobs", .token = "", .headers = stolen}).status() == 401);
  headers.emplace_back("x-adfill-request", "1");
  CHECK(world.ask({.method = "DELETE", .target = "/v1/session", .token = "", .headers = headers}).status() == 204);
  world.clock.set(world.clock.now() + std::chrono::seconds(15));
  CHECK_FALSE(world.run(stream.response.stream->next()).has_value());
}

TEST_CASE("wrong tokens at sign-in wait longer each time; right ones and API calls never wait") {
  World world;
  const auto wrong = Asking{.method = "POST", .target = "/v1/session", .body = R"({"token":"guess"})", .token = ""};
  Duration last{};
  for (int i = 0; i < 4; ++i) {
    const auto before = world.clock.now();
    CHECK(world.ask(wrong).status() == 401);
    const auto waited = world.clock.now() - before;
    CHECK(waited > last);
    last = waited;
  }
  const auto before = world.clock.now();
  (void)signed_in(world, world.tokens.viewer);
  CHECK(world.ask({.target = "/v1/jobs", .token = "guess"}).status() == 401);
  CHECK(world.clock.now() == before);
  for (const auto* body : {"{}", R"({"token":5})", R"({"token":""})", R"({"token":"x","remember":true})"}) {
    CHECK(world.ask({.method = "POST", .target = "/v1/session", .body = body, .token = ""}).status() == 422);
  }
}
