#include "api/world.h"
#include "collect/alert_message.h"

#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;

namespace {

AlertId open_alert(World& world, const std::string& subject, std::optional<IntegrationId> account = std::nullopt) {
  NewAlert alert;
  alert.id = AlertId::draw(world.random);
  alert.kind = account ? AlertKind::freshness : AlertKind::queue;
  alert.subject = subject;
  alert.integration = account;
  alert.source = account ? std::optional(Source::meta) : std::nullopt;
  alert.message = "about " + subject;
  AlertChanges changes;
  changes.opened.push_back(alert);
  REQUIRE(world.store->change_alerts(changes));
  return alert.id;
}

}  // namespace

TEST_CASE("alerts page by cursor, open ones first, each to those who may see its advertiser") {
  World world;
  const auto account = world.add_integration("act_1", "Acme");
  (void)world.add_integration("act_2", "Bolt");
  const auto past = open_alert(world, "past");
  AlertChanges close;
  close.closed.push_back(past);
  REQUIRE(world.store->change_alerts(close));
  (void)open_alert(world, "queue");
  world.clock.set(world.clock.now() + std::chrono::seconds(1));
  (void)open_alert(world, "acme", IntegrationId::parse(account));

  const auto first = world.get("/v1/alerts?limit=2");
  REQUIRE(first.status() == 200);
  CHECK(first.json.at("alerts").at(0).at("message") == "about acme");
  CHECK(first.json.at("alerts").at(0).at("integration_id") == account.c_str());
  CHECK(first.json.at("alerts").at(0).at("state") == "open");
  CHECK(first.json.at("alerts").at(1).at("message") == "about queue");
  CHECK(first.json.at("alerts").at(1).at("source").is_null());
  const std::string cursor = first.json.at("next_cursor").as_string().c_str();
  const auto second = world.get("/v1/alerts?limit=2&cursor=" + cursor);
  CHECK(second.json.at("alerts").as_array().size() == 1);
  CHECK(second.json.at("alerts").at(0).at("state") == "closed");
  CHECK(second.json.at("next_cursor").is_null());
  CHECK(world.get("/v1/alerts?state=open").json.at("alerts").as_array().size() == 2);
  CHECK(world.get("/v1/alerts?state=new").status() == 422);
  CHECK(world.get("/v1/alerts?cursor=j1-0").status() == 422);

  const auto bolt = world.token_named(Role::viewer, "Bolt");
  const auto seen = world.ask({.target = "/v1/alerts?state=open", .token = bolt});
  CHECK(seen.json.at("alerts").as_array().size() == 1);
  CHECK(seen.response.body.find("acme") == std::string::npos);
}

TEST_CASE("a channel's target is sealed, and of a URL no more than its host is ever told") {
  World world;
  const auto made =
      world.post("/v1/alert-channels", R"({"kind":"webhook","target":"https://hooks.example/in?key=planted-secret"})");
  REQUIRE(made.status() == 201);
  CHECK(made.json.at("target") == "https://hooks.example");
  const std::string secret = made.json.at("secret").as_string().c_str();
  CHECK(secret.size() > 40);
  const auto listed = world.get("/v1/alert-channels");
  CHECK(listed.json.at("alert_channels").at(0).at("target") == "https://hooks.example");
  CHECK(listed.json.at("alert_channels").at(0).at("advertisers").is_null());
  CHECK(listed.response.body.find("planted-secret") == std::string::npos);
  CHECK(listed.response.body.find(secret) == std::string::npos);
  const auto stored = world.store->alert_channels({}).at(0);
  CHECK(stored.sealed.find("planted") == std::string::npos);
  const auto opened = read_channel_secret(world.secrets.open(stored.sealed, stored.id.to_string()).value()).value();
  CHECK(opened.target == "https://hooks.example/in?key=planted-secret");
  CHECK(opened.secret == secret);
  const auto given =
      world.post("/v1/alert-channels", R"({"kind":"webhook","target":"http://127.0.0.1:1/","secret":"own"})");
  CHECK(given.json.at("secret").is_null());
  const std::string id = made.json.at("id").as_string().c_str();
  CHECK(world.ask({.method = "DELETE", .target = "/v1/alert-channels/" + id}).status() == 204);
  CHECK(world.ask({.method = "DELETE", .target = "/v1/alert-channels/" + id}).status() == 404);
}

TEST_CASE("a channel that leads elsewhere than to the web or to one address is refused by its field") {
  World world;
  const auto wrong = [&world](const std::string& body) {
    return world.post("/v1/alert-channels", body).wrong_fields();
  };
  using Fields = std::vector<std::string>;
  CHECK(wrong(R"({"kind":"webhook","target":"file:///etc/passwd"})") == Fields{"target"});
  CHECK(wrong(R"({"kind":"slack","target":"ads@example.com"})") == Fields{"target"});
  CHECK(wrong(R"({"kind":"email","target":"https://hooks.example/"})") == Fields{"target"});
  CHECK(wrong(R"({"kind":"fax","target":"1"})") == Fields{"kind"});
  CHECK(wrong(R"({"kind":"slack","target":"https://hooks.example/","secret":"s"})") == Fields{"secret"});
  CHECK(wrong(R"({"kind":"slack","target":"https://hooks.example/","advertisers":[]})") == Fields{"advertisers"});
  CHECK(world.store->alert_channels({}).empty());
}

TEST_CASE("an admin of one advertiser makes and sees channels of that one only") {
  World world;
  (void)world.add_integration("act_1", "Acme");
  (void)world.post("/v1/alert-channels", R"({"kind":"email","target":"all@example.com"})");
  const auto token = world.token_named(Role::admin, "Acme");
  const auto make = [&](const std::string& body) {
    return world.ask({.method = "POST", .target = "/v1/alert-channels", .body = body, .token = token}).status();
  };
  CHECK(make(R"({"kind":"email","target":"a@example.com"})") == 201);
  CHECK(make(R"({"kind":"email","target":"b@example.com","advertisers":["Acme"]})") == 201);
  CHECK(make(R"({"kind":"email","target":"c@example.com","advertisers":["Bolt"]})") == 403);
  const auto seen = world.ask({.target = "/v1/alert-channels", .token = token});
  CHECK(seen.json.at("alert_channels").as_array().size() == 2);
  CHECK(seen.response.body.find("all@example.com") == std::string::npos);
  CHECK(seen.json.at("alert_channels").at(1).at("advertisers").at(0) == "Acme");
}

TEST_CASE("a fall of a metric is seen by those who may see one of its accounts, its counts only by those who see all") {
  World world;
  const auto acme = IntegrationId::parse(world.add_integration("act_1", "Acme")).value();
  (void)world.add_integration("act_2", "Bolt");
  NewAlert alert;
  alert.id = AlertId::draw(world.random);
  alert.kind = AlertKind::metric_fall;
  alert.subject = "meta:conversions";
  alert.source = Source::meta;
  alert.message = "Meta, purchases, since 2026-07-29: 7 of 9 accounts";
  alert.parameters = R"({"metric":"conversions","since":"2026-07-29","accounts":7,"accounts_judged":9})";
  alert.suspicions = {{acme, Day(2026, 7, 29)}};
  AlertChanges changes;
  changes.opened.push_back(alert);
  REQUIRE(world.store->change_alerts(changes));
  const auto all = world.get("/v1/alerts");
  REQUIRE(all.json.at("alerts").as_array().size() == 1);
  CHECK(all.json.at("alerts").at(0).at("kind") == "metric_fall");
  CHECK(all.json.at("alerts").at(0).at("message") == "Meta, purchases, since 2026-07-29: 7 of 9 accounts");
  CHECK(all.json.at("alerts").at(0).at("parameters").at("accounts_judged") == 9);
  const auto seen = world.ask({.target = "/v1/alerts", .token = world.token_named(Role::viewer, "Acme")});
  REQUIRE(seen.json.at("alerts").as_array().size() == 1);
  CHECK(seen.json.at("alerts").at(0).at("parameters").at("since") == "2026-07-29");
  CHECK(seen.response.body.find("accounts_judged") == std::string::npos);
  CHECK(seen.response.body.find("7 of 9") == std::string::npos);
  const auto foreign = world.ask({.target = "/v1/alerts", .token = world.token_named(Role::viewer, "Bolt")});
  CHECK(foreign.json.at("alerts").as_array().empty());
}
