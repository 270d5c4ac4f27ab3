// Every route, asked by every role that sees everything, its own advertiser, or another's: who gets what. A route that
// is not in the table below fails the test, so none is added without a thought about who may use it.
#include "api/service_parts.h"
#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

enum class Of {
  nobody,      // lists and the like: everyone gets what it may see
  advertiser,  // a thing of one advertiser: hidden from others
  everything,  // for tokens that see every advertiser
};

struct Rule {
  Role least;
  Of of;
  std::string
      target;  // {integration}, {job}, {chunk}, {schedule}, {token}, {channel} stand for the ids of a thing of Acme's
  std::string body{};
};

const std::map<std::string, Rule>& rules() {
  using enum Role;
  static const std::string range = R"({"since":"2026-03-01","until":"2026-03-02"})";
  static const std::string token = R"({"name":"n","role":"viewer","advertisers":["Acme"]})";
  static const std::string channel = R"({"kind":"email","target":"ads@example.com"})";
  static const std::string days =
      R"({"integration_id":"{integration}","start_date":"2026-03-01","end_date":"2026-03-02"})";
  static const std::string chunk =
      R"({"integrationId":"{integration}","collectionType":"ads","startDate":"2026-03-01","endDate":"2026-03-02"})";
  static const std::string attempt =
      R"({"integration_id":"{integration}","attempt":"3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11"})";
  static const std::string pinned = R"({"integration_id":"{integration}","collection_type":"ads"})";
  static const std::map<std::string, Rule> table{
      {"GET /v1/session", {viewer, Of::nobody, "/v1/session"}},
      {"DELETE /v1/session", {viewer, Of::nobody, "/v1/session"}},
      {"GET /v1/integrations", {viewer, Of::nobody, "/v1/integrations"}},
      {"POST /v1/integrations", {operator_, Of::nobody, "/v1/integrations", "{}"}},
      {"POST /v1/integrations/estimate", {operator_, Of::nobody, "/v1/integrations/estimate", "{}"}},
      {"POST /v1/integrations/accounts", {operator_, Of::nobody, "/v1/integrations/accounts", "{}"}},
      {"GET /v1/account-offers", {operator_, Of::nobody, "/v1/account-offers"}},
      {"POST /v1/account-offers/dismiss", {operator_, Of::nobody, "/v1/account-offers/dismiss", "{}"}},
      {"GET /v1/integrations/{id}", {viewer, Of::advertiser, "/v1/integrations/{integration}"}},
      {"PATCH /v1/integrations/{id}",
       {operator_, Of::advertiser, "/v1/integrations/{integration}", R"({"paused":false})"}},
      {"POST /v1/integrations/{id}/initial-collection",
       {operator_, Of::advertiser, "/v1/integrations/{integration}/initial-collection", range}},
      {"POST /v1/integrations/{id}/estimate",
       {operator_, Of::advertiser, "/v1/integrations/{integration}/estimate", range}},
      {"GET /v1/overview", {viewer, Of::nobody, "/v1/overview"}},
      {"GET /v1/freshness", {viewer, Of::nobody, "/v1/freshness"}},
      {"GET /v1/jobs/{id}/attempts", {viewer, Of::advertiser, "/v1/jobs/{job}/attempts"}},
      {"GET /v1/jobs", {viewer, Of::advertiser, "/v1/jobs?integration_id={integration}"}},
      {"POST /v1/jobs/retry", {operator_, Of::nobody, "/v1/jobs/retry?search=nothing"}},
      {"POST /v1/jobs/cancel", {operator_, Of::nobody, "/v1/jobs/cancel?search=nothing"}},
      {"GET /v1/jobs/{id}", {viewer, Of::advertiser, "/v1/jobs/{job}"}},
      {"POST /v1/jobs/{id}/retry", {operator_, Of::advertiser, "/v1/jobs/{job}/retry"}},
      {"POST /v1/jobs/{id}/cancel", {operator_, Of::advertiser, "/v1/jobs/{job}/cancel"}},
      {"POST /v1/chunks/{id}/retry", {operator_, Of::advertiser, "/v1/chunks/{chunk}/retry"}},
      {"GET /v1/schedules", {viewer, Of::advertiser, "/v1/schedules?integration_id={integration}"}},
      {"PATCH /v1/schedules/{id}", {operator_, Of::advertiser, "/v1/schedules/{schedule}", R"({"paused":false})"}},
      {"POST /v1/schedules/{id}/run", {operator_, Of::advertiser, "/v1/schedules/{schedule}/run"}},
      {"GET /v1/coverage", {viewer, Of::advertiser, "/v1/coverage?integration_id={integration}&type=ads"}},
      {"GET /v1/coverage/history",
       {viewer, Of::advertiser, "/v1/coverage/history?integration_id={integration}&type=ads"}},
      {"POST /v1/coverage/undo", {operator_, Of::advertiser, "/v1/coverage/undo", attempt}},
      {"POST /v1/coverage/release", {operator_, Of::advertiser, "/v1/coverage/release", pinned}},
      {"GET /v1/performance", {viewer, Of::advertiser, "/v1/performance?integration_id={integration}"}},
      {"GET /v1/creatives", {viewer, Of::advertiser, "/v1/creatives?integration_id={integration}"}},
      {"GET /v1/integrations/{id}/pictures/{picture}",
       {viewer, Of::advertiser, "/v1/integrations/{integration}/pictures/{picture}"}},
      {"GET /v1/tokens", {admin, Of::nobody, "/v1/tokens"}},
      {"POST /v1/tokens", {admin, Of::nobody, "/v1/tokens", "{}"}},
      {"DELETE /v1/tokens/{id}", {admin, Of::advertiser, "/v1/tokens/{token}"}},
      {"GET /v1/alerts", {viewer, Of::nobody, "/v1/alerts?state=open"}},
      {"GET /v1/alert-channels", {admin, Of::nobody, "/v1/alert-channels"}},
      {"POST /v1/alert-channels", {admin, Of::nobody, "/v1/alert-channels", channel}},
      {"DELETE /v1/alert-channels/{id}", {admin, Of::advertiser, "/v1/alert-channels/{channel}"}},
      {"GET /v1/queue", {viewer, Of::nobody, "/v1/queue"}},
      {"GET /v1/audit", {admin, Of::everything, "/v1/audit"}},
      {"GET /v1/events", {viewer, Of::nobody, "/v1/events"}},
      {"POST /functions/v1/initial-collection", {operator_, Of::advertiser, "/functions/v1/initial-collection", days}},
      {"POST /functions/v1/collect-ad-data", {operator_, Of::advertiser, "/functions/v1/collect-ad-data", chunk}},
      {"GET /functions/v1/collection-worker", {operator_, Of::nobody, "/functions/v1/collection-worker"}},
      {"GET /functions/v1/scheduler-worker", {operator_, Of::everything, "/functions/v1/scheduler-worker"}},
      // Last: it takes the integration away.
      {"DELETE /v1/integrations/{id}", {operator_, Of::advertiser, "/v1/integrations/{integration}"}},
  };
  return table;
}

using Ids = std::map<std::string, std::string>;

Ids ids_of(World& world) {
  Ids ids;
  ids["integration"] = world.add_integration("act_1", "Acme");
  const auto job = world.get("/v1/jobs").json.at("jobs").at(0);
  ids["job"] = job.at("id").as_string().c_str();
  ids["chunk"] = world.get("/v1/jobs/" + ids["job"]).json.at("chunks").at(0).at("id").as_string().c_str();
  ids["schedule"] = world.get("/v1/schedules").json.at("schedules").at(0).at("id").as_string().c_str();
  ids["picture"] = "a1b2";
  world.store->keep_picture(IntegrationId::parse(ids["integration"]).value(), {ids["picture"], "image/png", "AAAA"});
  const auto token = world.post("/v1/tokens", R"({"name":"acme","role":"viewer","advertisers":["Acme"]})");
  ids["token"] = token.json.at("id").as_string().c_str();
  const auto channel =
      world.post("/v1/alert-channels", R"({"kind":"slack","target":"https://hooks.example/x","advertisers":["Acme"]})");
  ids["channel"] = channel.json.at("id").as_string().c_str();
  return ids;
}

std::string filled(std::string target, const Ids& ids) {
  for (const auto& [name, id] : ids) {
    const auto place = target.find("{" + name + "}");
    if (place != std::string::npos) target.replace(place, name.size() + 2, id);
  }
  return target;
}

Ids nowhere(Ids ids) {
  for (auto& [name, id] : ids) id = "3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11";
  return ids;
}

struct Asker {
  Role role;
  std::optional<std::string> advertiser;  // nullopt: all
};

int expected_refusal(const Rule& rule, const Asker& asker, bool there) {
  const bool foreign = asker.advertiser && *asker.advertiser != "Acme";
  const bool hides = rule.of == Of::advertiser && (foreign || !there);
  // Of a token or a channel an outsider is told no more than that it is for admins.
  const bool for_admins =
      rule.target.find("{token}") != std::string::npos || rule.target.find("{channel}") != std::string::npos;
  if (for_admins && asker.role < rule.least) return 403;
  if (hides) return 404;
  if (asker.role < rule.least) return 403;
  if (rule.of == Of::everything && asker.advertiser) return 403;
  return 0;
}

std::string split_method(const std::string& route) {
  return route.substr(0, route.find(' '));
}

}  // namespace

TEST_CASE("every route that asks for a token is in the matrix") {
  std::set<std::string> known;
  for (const auto& [route, rule] : rules()) known.insert(route);
  for (const auto& table : all_routes()) {
    for (const auto& route : table) {
      if (route.door == Route::Door::open) continue;
      const auto name = std::string(route.method) + " " + std::string(route.pattern);
      CAPTURE(name);
      CHECK(known.erase(name) == 1);
    }
  }
  CHECK(known.empty());
}

TEST_CASE(
    "the OpenAPI document names every route that is served, and each that it names is in the matrix or needs no "
    "token") {
  std::set<std::string> open{"GET /openapi.json", "GET /docs"};  // files, beside the routes
  std::set<std::string> served = open;
  for (const auto& table : all_routes()) {
    for (const auto& route : table) {
      const auto name = std::string(route.method) + " " + std::string(route.pattern);
      served.insert(name);
      if (route.door == Route::Door::open) open.insert(name);
    }
  }
  World world;
  std::set<std::string> documented;
  const auto document = world.get("/openapi.json").json;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      std::string method(operation.key());
      if (method == "parameters" || method == "summary" || method == "description") continue;
      std::ranges::transform(method, method.begin(), [](unsigned char letter) { return std::toupper(letter); });
      const auto name = method + " " + std::string(path.key());
      documented.insert(name);
      CAPTURE(name);
      CHECK((rules().contains(name) || open.contains(name)));
    }
  }
  CHECK(documented.size() > 40);
  for (const auto& name : served) {
    CAPTURE(name);
    CHECK(documented.contains(name));
  }
  for (const auto& name : documented) {
    CAPTURE(name);
    CHECK(served.contains(name));
  }
}

TEST_CASE("every route x role x own, foreign or missing advertiser gives what the matrix says") {
  for (const auto& [route, rule] : rules()) {
    World world;
    const auto ids = ids_of(world);
    (void)world.add_integration("act_2", "Bolt");
    for (const auto role : {Role::viewer, Role::operator_, Role::admin}) {
      for (const auto& advertiser : std::vector<std::optional<std::string>>{std::nullopt, "Acme", "Bolt", "Nobody"}) {
        for (const bool there : {false, true}) {
          const Asker asker{role, advertiser};
          const auto expected = expected_refusal(rule, asker, there);
          // What would take the thing away is asked of those who may not, or of what is not there.
          if (expected == 0 && there && route.starts_with("DELETE") && rule.of == Of::advertiser) continue;
          const auto token = world.token_named(role, advertiser);
          const auto answer = world.ask({.method = split_method(route),
                                         .target = filled(rule.target, there ? ids : nowhere(ids)),
                                         .body = filled(rule.body, there ? ids : nowhere(ids)),
                                         .token = token});
          CAPTURE(route);
          CAPTURE(to_string(role));
          CAPTURE(advertiser.value_or("(all)"));
          CAPTURE(there);
          if (expected != 0) {
            CHECK(answer.status() == expected);
            CHECK(answer.response.body.find("Acme") == std::string::npos);
          } else {
            CHECK(answer.status() != 401);
            CHECK(answer.status() != 403);
            CHECK(answer.status() != 404);
            CHECK(answer.status() < 500);
          }
        }
      }
    }
    CHECK(world.ask({.method = split_method(route), .target = filled(rule.target, ids), .token = ""}).status() == 401);
  }
}
