#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

constexpr auto a_day = std::chrono::hours(24);

OfferedAccount account(const std::string& id, const std::string& name = "Shop") {
  return {id, name, "KRW", "Asia/Seoul", "active"};
}

AdvertiserId advertiser_of(World& world, IntegrationId id) {
  return world.store->integration(id).value().advertiser;
}

void see(World& world, IntegrationId through, const std::vector<OfferedAccount>& accounts) {
  world.store->note_accounts({advertiser_of(world, through), Source::meta, {through}, accounts});
}

std::vector<std::string> offered(World& world, const Sight& sight = {}) {
  std::vector<std::string> ids;
  for (const auto& offer : world.store->account_offers(sight)) ids.push_back(offer.account.account_id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("credentials are asked for their accounts a day after they came, once a day, by one caller") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {});
    CHECK(world.store->take_listings(10).empty());
    world.pass(a_day);
    const auto due = world.store->take_listings(10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].integration == id);
    CHECK(due[0].advertiser == advertiser_of(world, id));
    CHECK(due[0].source == Source::meta);
    CHECK(due[0].sealed_credentials == world.store->credentials(id)->sealed);
    CHECK(world.store->take_listings(10).empty());
    world.pass(a_day - std::chrono::seconds(1));
    CHECK(world.store->take_listings(10).empty());
    world.pass(std::chrono::seconds(1));
    CHECK(world.store->take_listings(10).size() == 1);
  });
}

TEST_CASE("nobody is asked with credentials that are refused, or of an account that is paused") {
  on_each_store([](World& world) {
    const auto paused = world.add_account("act_1", {});
    const auto refused = world.add_account("act_2", {plan(1)});
    CHECK(world.store->pause(paused, true, "test") == Outcome::done);
    const auto claim = world.claim_one();
    REQUIRE(claim);
    CHECK(world.end(*claim, Failure::Kind::credentials, verdict_of(Verdict::Action::wait_for_credentials)) ==
          Outcome::done);
    world.pass(a_day);
    CHECK(world.store->take_listings(10).empty());
    CHECK(world.store->pause(paused, false, "test") == Outcome::done);
    CHECK(world.store->take_listings(10).size() == 1);
    CHECK(world.store->replace_credentials(refused, {.sealed_credentials = "new"}, "test") == Outcome::done);
    CHECK(world.store->take_listings(10).at(0).sealed_credentials == "new");
  });
}

TEST_CASE("accounts that are no integrations are offered, with the integration whose credentials see them") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {});
    see(world, id, {account("act_1"), account("act_7", "Zebra"), account("act_8", "Apple")});
    const auto offers = world.store->account_offers({});
    REQUIRE(offers.size() == 2);
    CHECK(offers[0].account.account_id == "act_8");
    CHECK(offers[0].account.name == "Apple");
    CHECK(offers[0].account.currency == "KRW");
    CHECK(offers[0].account.time_zone == "Asia/Seoul");
    CHECK(offers[0].account.status == "active");
    CHECK(offers[0].advertiser_name == "Acme");
    CHECK(offers[0].through == id);
    CHECK(offers[0].found_at == world.now);

    const auto found = world.now;
    world.pass(a_day);
    see(world, id, {account("act_7", "Zoo"), account("act_9")});  // act_8 is seen no more
    CHECK(offered(world) == Ids{"act_9", "act_7"});
    CHECK(world.store->account_offers({}).at(1).found_at == found);
    CHECK(world.store->account_offers({}).at(1).account.name == "Zoo");

    // Added under another advertiser: it is known whose it is.
    (void)world.add_account("act_9", {}, "Bolt");
    CHECK(offered(world) == Ids{"act_7"});
  });
}

TEST_CASE("what was dismissed is not offered again") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {});
    see(world, id, {account("act_7"), account("act_8")});
    CHECK(world.store->dismiss_offer(Source::meta, "act_7", {}, "test") == Outcome::done);
    CHECK(offered(world) == Ids{"act_8"});
    CHECK(world.store->dismiss_offer(Source::meta, "act_7", {}, "test") == Outcome::not_found);
    CHECK(world.store->dismiss_offer(Source::meta, "act_99", {}, "test") == Outcome::not_found);
    for (const auto& seen : {std::vector{account("act_7"), account("act_8")}, std::vector{account("act_8")},
                             std::vector{account("act_7"), account("act_8")}}) {
      world.pass(a_day);
      see(world, id, seen);
      CHECK(offered(world) == Ids{"act_8"});
    }
    CHECK(world.store->audit(std::nullopt, 10).at(0).what == "offer.dismiss");
  });
}

TEST_CASE("an account is offered to those who see all advertisers whose credentials see it, once") {
  on_each_store([](World& world) {
    const auto acme = world.add_account("act_1", {}, "Acme");
    const auto bolt = world.add_account("act_2", {}, "Bolt");
    see(world, acme, {account("act_2"), account("act_7", "Only Acme's"), account("act_8", "Shared")});
    see(world, bolt, {account("act_1"), account("act_8", "Shared")});
    const Sight of_acme{{advertiser_of(world, acme)}};
    const Sight of_both{{advertiser_of(world, acme), advertiser_of(world, bolt)}};
    CHECK(offered(world) == Ids{"act_7", "act_8"});
    CHECK(offered(world, of_both) == Ids{"act_7", "act_8"});
    CHECK(offered(world, of_acme) == Ids{"act_7"});
    CHECK(offered(world, Sight{{advertiser_of(world, bolt)}}).empty());
    CHECK(offered(world, Sight{std::vector<AdvertiserId>{}}).empty());

    CHECK(world.store->dismiss_offer(Source::meta, "act_8", of_acme, "test") == Outcome::not_found);
    CHECK(world.store->dismiss_offer(Source::meta, "act_8", of_both, "test") == Outcome::done);
    CHECK(offered(world) == Ids{"act_7"});
  });
}

TEST_CASE(
    "an offer needs credentials: those of an integration that is gone offer nothing until others see the account") {
  on_each_store([](World& world) {
    const auto first = world.add_account("act_1", {});
    const auto second = world.add_account("act_2", {});
    see(world, first, {account("act_7"), account("act_8")});
    CHECK(world.store->dismiss_offer(Source::meta, "act_8", {}, "test") == Outcome::done);
    CHECK(world.store->remove_integration(first, false, "test") == Outcome::done);
    CHECK(offered(world).empty());
    world.pass(a_day);
    // Nor the account that was taken away itself: it has not appeared later.
    see(world, second, {account("act_1"), account("act_7"), account("act_8")});
    CHECK(offered(world) == Ids{"act_7"});
    CHECK(world.store->account_offers({}).at(0).through == second);
  });
}

TEST_CASE("ads that have figures and no creative are told, until they have one") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {plan(1), plan(1, 30, JobMode::initial, CollectionType::creatives)});
    CHECK(world.store->ads_without_creative(id, 10).empty());
    const auto claims = world.claim(2);
    REQUIRE(claims.size() == 2);
    for (const auto& claim : claims) {
      if (claim.type == CollectionType::ads) (void)world.collect(claim, 3);
    }
    CHECK(world.store->ads_without_creative(id, 10) == Ids{"ad-0", "ad-1", "ad-2"});
    CHECK(world.store->ads_without_creative(id, 2) == Ids{"ad-0", "ad-1"});
    const auto other = world.add_account("act_2", {});
    CHECK(world.store->ads_without_creative(other, 10).empty());
    for (const auto& claim : claims) {
      if (claim.type != CollectionType::creatives) continue;
      CreativesCommit commit{
          claim.token, world.store->draw_asked(), world.now, {creative("ad-0"), creative("ad-2")}, true};
      commit.rows[1].status = "DELETED";  // read by its id: it is in no listing
      CHECK(world.store->commit_creatives(commit).chunk_completed);
    }
    CHECK(world.store->ads_without_creative(id, 10) == Ids{"ad-1"});
    const auto kept = world.store->creatives(id, {});
    REQUIRE(kept.size() == 2);
    CHECK_FALSE(kept[0].absent_since);
    CHECK(kept[1].absent_since == world.now);
    CHECK(world.store->coverage(id, CollectionType::creatives).at(0).rows == 1);
  });
}

}  // namespace adfill::conformance
