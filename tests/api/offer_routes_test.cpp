// Accounts that stored credentials can see: offered to those who may add them, added without their token, or dismissed.
#include "api/world.h"
#include "collect/sealed_credentials.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

IntegrationId id_of(const std::string& text) {
  return IntegrationId::parse(text).value();
}

void see(World& world, const std::string& through, const std::vector<std::string>& accounts) {
  const auto record = world.store->integration(id_of(through)).value();
  SeenAccounts seen{.advertiser = record.advertiser, .source = Source::meta, .through = {record.id}};
  for (const auto& account : accounts)
    seen.accounts.push_back({account, "Shop " + account, "KRW", "Asia/Seoul", "active"});
  world.store->note_accounts(seen);
}

std::vector<std::string> offered(World& world, const std::optional<std::string>& token = std::nullopt) {
  const auto answer = world.ask({.target = "/v1/account-offers", .token = token});
  REQUIRE(answer.status() == 200);
  std::vector<std::string> ids;
  for (const auto& offer : answer.json.at("offers").as_array()) ids.emplace_back(offer.at("account_id").as_string());
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("what stored credentials can see is offered, and never the credentials") {
  World world;
  const auto id = world.add_integration("act_1", "Acme");
  see(world, id, {"act_1", "act_7"});
  const auto answer = world.get("/v1/account-offers");
  REQUIRE(answer.status() == 200);
  const auto& offers = answer.json.at("offers").as_array();
  REQUIRE(offers.size() == 1);
  CHECK(offers[0].at("account_id") == "act_7");
  CHECK(offers[0].at("source") == "meta");
  CHECK(offers[0].at("name") == "Shop act_7");
  CHECK(offers[0].at("currency") == "KRW");
  CHECK(offers[0].at("time_zone") == "Asia/Seoul");
  CHECK(offers[0].at("status") == "active");
  CHECK(offers[0].at("advertiser") == "Acme");
  CHECK(offers[0].at("credentials_of").as_string() == id);
  CHECK(answer.response.body.find("good-access-token") == std::string::npos);
}

TEST_CASE("an offered account is added with the credentials that see it, verified as ever, and is offered no more") {
  World world;
  const auto id = world.add_integration("act_1", "Acme");
  see(world, id, {"act_7"});
  auto body = World::new_integration("act_7", "Bolt");
  body.erase("credentials");
  body["credentials_of"] = id;
  CHECK(world.post("/v1/integrations/estimate", json::serialize(body)).status() == 200);
  const auto added = world.post("/v1/integrations", json::serialize(body));
  REQUIRE(added.status() == 202);
  CHECK(offered(world).empty());
  const auto record = world.get("/v1/integrations/" + std::string(added.json.at("integration_id").as_string()));
  CHECK(record.json.at("advertiser") == "Bolt");
  CHECK(record.json.at("account_name").as_string().size() > 0);
  world.collect_all();
  CHECK(world.get("/v1/jobs?status=completed").json.at("jobs").as_array().size() == 6);

  // Of an integration whose token has ended meanwhile: the platform refuses, and says so.
  body["account_id"] = "act_8";
  const Credentials ended{{{"access_token", "expired"}}};
  const NewCredentials sealed{.sealed_credentials = seal_credentials(world.secrets, ended, id_of(id))};
  REQUIRE(world.store->replace_credentials(id_of(id), sealed, "test") == Outcome::done);
  const auto refused = world.post("/v1/integrations", json::serialize(body));
  CHECK(refused.status() == 422);
  CHECK(refused.response.body.find("Make a new access token") != std::string::npos);
}

TEST_CASE("credentials are borrowed from integrations that are seen, of the same source, and beside no others") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  const auto bolt = world.add_integration("act_2", "Bolt");
  const auto token = world.token_for(acme, Role::operator_);
  auto body = World::new_integration("act_7", "Acme");
  const auto ask = [&](const std::optional<std::string>& with) {
    return world.ask({.method = "POST", .target = "/v1/integrations", .body = json::serialize(body), .token = with});
  };
  body["credentials_of"] = acme;
  CHECK(ask(token).wrong_fields() == Ids{"credentials_of"});  // beside credentials
  body.erase("credentials");
  body["credentials_of"] = bolt;
  const auto unseen = ask(token);
  CHECK(unseen.status() == 422);
  CHECK(unseen.wrong_fields() == Ids{"credentials_of"});
  body["credentials_of"] = "3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11";
  CHECK(ask(token).response.body == unseen.response.body);  // as one that is not there
  body["credentials_of"] = acme;
  body["source"] = "naver";
  CHECK(ask(token).wrong_fields() == Ids{"credentials_of"});
  body["source"] = "meta";
  body["advertiser"] = "Bolt";
  CHECK(ask(token).status() == 403);
  body["advertiser"] = "Acme";
  CHECK(ask(token).status() == 202);
  CHECK(written(*world.store).integrations == 3);
}

TEST_CASE("offers are told to those who may add accounts, and see every advertiser whose credentials see them") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  const auto bolt = world.add_integration("act_2", "Bolt");
  see(world, acme, {"act_7", "act_8"});
  see(world, bolt, {"act_8"});
  CHECK(offered(world) == Ids{"act_7", "act_8"});
  const auto of_acme = world.token_for(acme, Role::operator_);
  const auto of_bolt = world.token_for(bolt, Role::operator_);
  CHECK(offered(world, of_acme) == Ids{"act_7"});
  CHECK(offered(world, of_bolt).empty());
  CHECK(world.ask({.target = "/v1/account-offers", .token = world.tokens.viewer}).status() == 403);

  const auto dismiss = [&](const std::string& account, const std::string& token) {
    return world
        .ask({.method = "POST",
              .target = "/v1/account-offers/dismiss",
              .body = R"({"source":"meta","account_id":")" + account + "\"}",
              .token = token})
        .status();
  };
  CHECK(dismiss("act_7", of_bolt) == 404);
  CHECK(dismiss("act_8", of_acme) == 404);
  CHECK(dismiss("act_7", world.tokens.viewer) == 403);
  CHECK(dismiss("act_7", of_acme) == 204);
  CHECK(dismiss("act_7", of_acme) == 404);
  CHECK(offered(world) == Ids{"act_8"});
  const auto wrong = world.post("/v1/account-offers/dismiss", R"({"source":"print","name":1})");
  CHECK(wrong.wrong_fields() == Ids{"source", "account_id", "name"});
}
