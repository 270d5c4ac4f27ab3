// What is wrong with a form's field, and what a platform said, as codes: for programs, and for the monitor's other
// language.
#include "world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

std::string code_of(const Answer& answer, const std::string& field) {
  const auto* errors = answer.json.is_object() ? answer.json.as_object().if_contains("errors") : nullptr;
  if (errors == nullptr) return "no errors: " + answer.response.body;
  for (const auto& error : errors->as_array()) {
    const auto* code = error.as_object().if_contains("code");
    if (error.at("field").as_string() == field) return code ? code->as_string().c_str() : "no code";
  }
  return "no such field: " + answer.response.body;
}

std::string code_of_new(World& world, const std::string& field, const std::function<void(json::object&)>& spoil) {
  auto body = World::new_integration();
  spoil(body);
  return code_of(world.post("/v1/integrations", json::serialize(body)), field);
}

}  // namespace

TEST_CASE("each fault of a form to add an account has its code") {
  World world;
  const auto range = [&world](const char* since, const char* until, const std::string& field) {
    return code_of_new(world, field,
                       [&](json::object& body) { body["initial"] = {{"since", since}, {"until", until}}; });
  };
  CHECK(range("2020-01-01", "2026-03-01", "initial.since") == "too_old");
  CHECK(range("2026-03-01", "2027-03-01", "initial.until") == "in_future");
  CHECK(range("2026-03-02", "2026-03-01", "initial.since") == "wrong_order");
  CHECK(range("2026-02-30", "2026-03-01", "initial.since") == "no_day");
  const auto with = [&world](const char* name, const std::string& value) {
    return code_of_new(world, name, [&](json::object& body) { body[name] = value; });
  };
  CHECK(with("account_id", "shop") == "wrong_account_id");
  CHECK(with("advertiser", "") == "missing");
  CHECK(with("advertiser", " Acme") == "odd_characters");
  CHECK(with("advertiser", std::string(5000, 'a')) == "too_long");
  CHECK(code_of_new(world, "credentials.access_token", [](json::object& body) {
          body["credentials"] = {{"access_token", "two words"}};
        }) == "wrong_token");
  CHECK(code_of_new(world, "attribution", [](json::object& body) { body["attribution"] = json::array(); }) ==
        "missing");
}

TEST_CASE("each fault of the other forms has its code") {
  World world;
  const auto integration = world.add_integration();
  const auto channel = [&world](const std::string& body) {
    return code_of(world.post("/v1/alert-channels", body), "target");
  };
  CHECK(channel(R"({"kind":"slack","target":"ads@example.com"})") == "wrong_url");
  CHECK(channel(R"({"kind":"email","target":"https://hooks.example/"})") == "wrong_address");
  CHECK(code_of(world.post("/v1/tokens", R"({"name":"a","role":"viewer","expires_at":"2020-01-01T00:00:00Z"})"),
                "expires_at") == "in_past");
  const std::string schedule = world.get("/v1/schedules").json.at("schedules").at(0).at("id").as_string().c_str();
  const auto change = [&](const std::string& body, const std::string& field) {
    return code_of(world.ask({.method = "PATCH", .target = "/v1/schedules/" + schedule, .body = body}), field);
  };
  CHECK(change(R"({"cron":"61 4 * * *"})", "cron") == "wrong_cron");
  CHECK(change(R"({"time_zone":"Mars/Base"})", "time_zone") == "wrong_time_zone");
}

TEST_CASE("the platform's own code stands beside its words") {
  World world;
  auto body = World::new_integration();
  body["credentials"] = {{"access_token", "expired"}};
  const auto answer = world.post("/v1/integrations", json::serialize(body));
  CHECK(answer.status() == 422);
  REQUIRE(answer.json.as_object().contains("platform_code"));
  CHECK(answer.json.at("platform_code").as_string() == "190/463");
  // The monitor finds the code in the words, as in those that are stored.
  CHECK(answer.json.at("detail").as_string().starts_with("(#190/463) "));
}
