// Tokens, keyed requests, and credentials that get another key.
#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

ApiTokenId add_token(World& world, const std::string& name, Role role, const Sight& sight,
                     std::optional<Instant> expires_at = std::nullopt) {
  TokenRecord token;
  token.id = ApiTokenId::draw(world.random);
  token.name = name;
  token.role = role;
  token.advertisers = sight;
  token.expires_at = expires_at;
  world.store->add_token(token, "hash of " + name, "Kim");
  return token.id;
}

std::vector<std::string> names(const std::vector<TokenRecord>& tokens) {
  std::vector<std::string> all;
  for (const auto& token : tokens) all.push_back(token.name);
  return all;
}

}  // namespace

TEST_CASE("advertisers are made on first use of their name, and found again") {
  on_each_store([](World& world) {
    const auto made = world.store->advertisers_named({"Nova", "Acme", "Nova"});
    CHECK(made.at(0) == made.at(2));
    CHECK(made.at(0) != made.at(1));
    CHECK(world.store->advertisers_named({"Acme"}).at(0) == made.at(1));
    const auto account = world.add_account("act_1", {plan(1)}, "Nova");
    CHECK(world.integration(account).advertiser == made.at(0));
    CHECK(world.store->advertiser_names(std::nullopt) == std::vector<std::string>{"Acme", "Nova"});
    CHECK(world.store->advertiser_names(std::vector{made.at(1)}) == std::vector<std::string>{"Acme"});
    CHECK(world.store->advertiser_names(std::vector<AdvertiserId>{}).empty());
  });
}

TEST_CASE("a token comes with the integration that its request names, where both are there") {
  on_each_store([](World& world) {
    const auto account = world.add_account("act_1", {plan(1)});
    (void)add_token(world, "all", Role::admin, std::nullopt);
    const auto both = world.store->find_token_and_integration("hash of all", account);
    REQUIRE(both.token);
    CHECK(both.token->name == "all");
    REQUIRE(both.integration);
    CHECK(both.integration->id == account);
    const auto alone = world.store->find_token_and_integration("hash of all", IntegrationId::draw(world.random));
    CHECK(alone.token);
    CHECK_FALSE(alone.integration);
    const auto nothing = world.store->find_token_and_integration("hash of none", account);
    CHECK_FALSE(nothing.token);
    CHECK_FALSE(nothing.integration);
  });
}

TEST_CASE("tokens are listed newest first by pages, to the limited only those that see no more") {
  on_each_store([](World& world) {
    const auto ids = world.store->advertisers_named({"Acme", "Bolt"});
    (void)add_token(world, "all", Role::admin, std::nullopt);
    world.pass(std::chrono::seconds(1));
    const auto both = add_token(world, "both", Role::viewer, ids);
    world.pass(std::chrono::seconds(1));
    (void)add_token(world, "acme", Role::viewer, std::vector{ids.at(0)});
    CHECK(names(world.store->tokens({})) == std::vector<std::string>{"acme", "both", "all"});
    CHECK(world.store->tokens({}).at(1).advertiser_names == std::vector<std::string>{"Acme", "Bolt"});
    TokenFilter filter;
    filter.limit = 1;
    filter.after = both;
    CHECK(names(world.store->tokens(filter)) == std::vector<std::string>{"all"});
    filter = {};
    filter.sight = std::vector{ids.at(0)};
    CHECK(names(world.store->tokens(filter)) == std::vector<std::string>{"acme"});
    CHECK(world.store->revoke_token(both, filter.sight, "Lee") == Outcome::not_found);
    CHECK(world.store->revoke_token(both, std::nullopt, "Lee") == Outcome::done);
    CHECK(world.store->revoke_token(both, std::nullopt, "Lee") == Outcome::not_found);
    CHECK(names(world.store->tokens({})) == std::vector<std::string>{"acme", "all"});
    CHECK_FALSE(world.store->find_token("hash of both").has_value());
    CHECK(world.store->audit(std::nullopt, 1).at(0).what == "token.revoke");
    CHECK(world.store->audit(std::nullopt, 1).at(0).subject == "both");
  });
}

TEST_CASE("what changes nothing else is noted in the audit log as it was told") {
  on_each_store([](World& world) {
    world.store->note("Kim", "session.open", "192.0.2.7");
    world.store->note("", "session.refused", "192.0.2.8");
    const auto noted = world.store->audit(std::nullopt, 2);
    REQUIRE(noted.size() == 2);
    CHECK(noted.at(0).what == "session.refused");
    CHECK(noted.at(0).who.empty());
    CHECK(noted.at(0).subject == "192.0.2.8");
    CHECK(noted.at(1).who == "Kim");
    CHECK(noted.at(1).at == world.now);
  });
}

TEST_CASE("the last admin token that sees everything and lasts can't be revoked") {
  on_each_store([](World& world) {
    const auto last = add_token(world, "admin", Role::admin, std::nullopt);
    (void)add_token(world, "operator", Role::operator_, std::nullopt);
    (void)add_token(world, "limited", Role::admin, world.store->advertisers_named({"Acme"}));
    const auto brief = add_token(world, "brief", Role::admin, std::nullopt, world.now + std::chrono::hours(1));
    CHECK(world.store->revoke_token(last, std::nullopt, "Kim") == Outcome::refused);
    CHECK(world.store->find_token("hash of admin").has_value());
    CHECK(world.store->revoke_token(brief, std::nullopt, "Kim") == Outcome::done);
    (void)add_token(world, "second", Role::admin, std::nullopt, world.now + std::chrono::hours(48));
    CHECK(world.store->revoke_token(last, std::nullopt, "Kim") == Outcome::done);
  });
}

TEST_CASE("a session stands for its token until it is closed, its time is over, or its token has ended") {
  on_each_store([](World& world) {
    using std::chrono::hours;
    (void)add_token(world, "admin", Role::admin, std::nullopt);
    const auto brief = add_token(world, "brief", Role::viewer, std::nullopt, world.now + hours(2));
    const auto acme = world.store->advertisers_named({"Acme"});
    const auto lasting = add_token(world, "lasting", Role::operator_, acme);
    world.store->open_session("first", lasting, hours(12));
    world.store->open_session("second", lasting, hours(12));
    world.store->open_session("short", brief, hours(12));
    const auto found = world.store->find_session("first");
    REQUIRE(found.has_value());
    CHECK(found->id == lasting);
    CHECK(found->name == "lasting");
    CHECK(found->role == Role::operator_);
    CHECK(found->advertisers == acme);
    CHECK_FALSE(world.store->find_session("nobody's").has_value());
    CHECK_FALSE(world.store->find_token("first").has_value());

    world.store->close_session("second");
    world.store->close_session("second");
    CHECK_FALSE(world.store->find_session("second").has_value());
    CHECK(world.store->find_session("first").has_value());

    CHECK(world.store->find_session("short").has_value());
    world.pass(hours(2));
    CHECK_FALSE(world.store->find_session("short").has_value());

    world.pass(hours(10));
    CHECK_FALSE(world.store->find_session("first").has_value());
    world.store->open_session("third", lasting, hours(12));
    CHECK(world.store->find_session("third").has_value());
    CHECK(world.store->revoke_token(lasting, std::nullopt, "Kim") == Outcome::done);
    CHECK_FALSE(world.store->find_session("third").has_value());
  });
}

TEST_CASE("a token's use through a session is noted as any other") {
  on_each_store([](World& world) {
    const auto id = add_token(world, "admin", Role::admin, std::nullopt);
    world.store->open_session("s", id, std::chrono::hours(12));
    (void)world.store->find_session("s");
    CHECK(world.store->tokens({}).at(0).last_used_at == world.now);
  });
}

TEST_CASE("of too many sessions those that end first go") {
  on_each_store([](World& world) {
    const auto id = add_token(world, "admin", Role::admin, std::nullopt);
    for (int number = 0; number <= most_sessions; ++number) {
      world.store->open_session("s" + std::to_string(number), id, std::chrono::hours(1) + std::chrono::seconds(number));
    }
    CHECK_FALSE(world.store->find_session("s0").has_value());
    CHECK(world.store->find_session("s1").has_value());
    CHECK(world.store->find_session("s" + std::to_string(most_sessions)).has_value());
  });
}

TEST_CASE("a keyed request runs once; its answer is told for a day") {
  on_each_store([](World& world) {
    using State = KeyedRequest::State;
    const auto token = ApiTokenId::draw(world.random);
    CHECK(world.store->begin_request(token, "k", "print").state == State::first);
    const auto second = world.store->begin_request(token, "k", "other");
    CHECK(second.state == State::running);
    CHECK(second.fingerprint == "print");
    CHECK(world.store->begin_request(ApiTokenId::draw(world.random), "k", "print").state == State::first);
    world.store->end_request(token, "k", "sealed");
    world.pass(std::chrono::hours(23));
    CHECK(world.store->begin_request(token, "k", "print").sealed_answer == "sealed");
    world.pass(std::chrono::hours(2));
    CHECK(world.store->begin_request(token, "k", "print").state == State::first);
    world.store->end_request(token, "k", std::nullopt);
    CHECK(world.store->begin_request(token, "k", "print").state == State::first);
    world.pass(std::chrono::minutes(6));
    CHECK(world.store->begin_request(token, "k", "print").state == State::first);
    world.store->end_request(token, "k", "sealed");
    world.store->forget_requests();
    CHECK(world.store->begin_request(token, "k", "print").state == State::first);
  });
}

TEST_CASE("credentials sealed anew keep their version, and only if nobody replaced them meanwhile") {
  on_each_store([](World& world) {
    const auto account = world.add_account("act_1", {plan(1)});
    const auto before = world.store->credentials(account).value();
    CHECK(world.store->reseal_credentials(account, "something else", "new") == Outcome::stale);
    CHECK(world.store->credentials(account)->sealed == before.sealed);
    CHECK(world.store->reseal_credentials(account, before.sealed, "new") == Outcome::done);
    CHECK(world.store->credentials(account)->sealed == "new");
    CHECK(world.store->credentials(account)->version == before.version);
  });
}

TEST_CASE("when credentials expire is kept with them, and replaced with them") {
  on_each_store([](World& world) {
    const auto account = world.add_account("act_1", {plan(1)});
    CHECK_FALSE(world.store->integration(account)->credentials_expire_at);
    NewCredentials fresh{.sealed_credentials = "new", .account_name = "", .currency = "", .time_zone = ""};
    fresh.credentials_expire_at = Instant(std::chrono::seconds(1'793'577'600));
    CHECK(world.store->replace_credentials(account, fresh, "test") == Outcome::done);
    CHECK(world.store->integration(account)->credentials_expire_at == fresh.credentials_expire_at);
    fresh.credentials_expire_at.reset();
    CHECK(world.store->replace_credentials(account, fresh, "test") == Outcome::done);
    CHECK_FALSE(world.store->integration(account)->credentials_expire_at);
  });
}

TEST_CASE("jobs are found by type, and by a part of the account's or the advertiser's name in any case") {
  on_each_store([](World& world) {
    (void)world.add_account("act_77", {plan(1), plan(1, 3, JobMode::initial, CollectionType::demographics)}, "Acme");
    (void)world.add_account("act_88", {plan(1)}, "Bolt_100%");
    const auto found = [&world](const std::string& text) {
      JobFilter filter;
      filter.search = text;
      return world.store->jobs(filter).size();
    };
    CHECK(found("aCM") == 2);
    CHECK(found("act_") == 3);
    CHECK(found("88") == 1);
    CHECK(found("100%") == 1);
    CHECK(found("%") == 1);
    CHECK(found("' OR 1=1 --") == 0);
    JobFilter filter;
    filter.type = CollectionType::demographics;
    CHECK(world.store->jobs(filter).size() == 1);
  });
}

}  // namespace adfill::conformance
