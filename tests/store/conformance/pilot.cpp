// Of an account that nothing is known of, the newest chunk of each type goes first and alone.

#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace adfill::conformance {

namespace {

// Type and index of each, in the order of the claims.
using Taken = std::vector<std::pair<CollectionType, int>>;
Taken take(World& world, std::vector<Claim>* claims = nullptr) {
  Taken taken;
  for (Claim& claim : world.claim(20)) {
    taken.emplace_back(claim.type, claim.chunk_index);
    if (claims != nullptr) claims->push_back(std::move(claim));
  }
  return taken;
}

constexpr auto ads = CollectionType::ads;
constexpr auto demographics = CollectionType::demographics;

}  // namespace

TEST_CASE(
    "the newest backfill chunk of a type that nothing is known of goes alone, beside other types and fresh days") {
  on_each_store(
      [](World& world) {
        world.add_new_account("act_1",
                              {plan(5), plan(3, 3, JobMode::initial, demographics), plan(2, 2, JobMode::daily, ads),
                               plan(1, 3, JobMode::initial, CollectionType::creatives)});
        std::vector<Claim> claims;
        CHECK(take(world, &claims) == Taken{{ads, 0}, {ads, 4}, {demographics, 2}, {CollectionType::creatives, 0}});
        CHECK(claims.at(0).mode == JobMode::daily);
        CHECK(take(world).empty());
        CHECK(world.store->sweep().windows_mended == 0);
        CHECK(world.collect(claims.at(2)).chunk_completed);
        CHECK(take(world) == Taken{{demographics, 0}, {demographics, 1}});
        CHECK(world.collect(claims.at(1)).chunk_completed);
        CHECK(take(world) == Taken{{ads, 0}, {ads, 1}});
      },
      5);
}

TEST_CASE("a size that was learned lets the others of its type go, with that size") {
  on_each_store([](World& world) {
    const IntegrationId account = world.add_new_account("act_1", {plan(5)});
    CHECK(take(world) == Taken{{ads, 4}});
    world.store->remember_slice_days(account, demographics, 2);
    CHECK(take(world).empty());
    world.store->remember_slice_days(account, ads, 2);
    std::vector<Claim> claims;
    CHECK(take(world, &claims) == Taken{{ads, 0}});
    CHECK(claims.at(0).slice_days == 2);
  });
}

TEST_CASE("the first days of a type that are there end its pilot, at the next sweep if the chunk goes on") {
  on_each_store([](World& world) {
    world.add_new_account("act_1", {plan(5)});
    auto pilot = world.claim_one();
    REQUIRE(pilot.has_value());
    pilot->open_days.resize(1);
    CHECK_FALSE(world.collect(*pilot).chunk_completed);
    CHECK(world.store->sweep().windows_mended == 1);
    CHECK(take(world) == Taken{{ads, 0}});
  });
}

TEST_CASE("a pilot that waits for a quota stays the pilot; one that failed once holds nobody back") {
  on_each_store([](World& world) {
    world.add_new_account("act_1", {plan(5)});
    auto pilot = world.claim_one();
    REQUIRE(pilot.has_value());
    const Instant later = world.now + std::chrono::seconds(30);
    CHECK(world.end(*pilot, Failure::Kind::throttled, retry_at(later, false)) == Outcome::done);
    CHECK(world.store->sweep().windows_mended == 0);
    world.now = later;
    pilot = world.claim_one();
    REQUIRE(pilot.has_value());
    CHECK(pilot->chunk_index == 4);
    CHECK(world.end(*pilot, Failure::Kind::transient, retry_at(later + std::chrono::hours(1))) == Outcome::done);
    CHECK(world.store->sweep().windows_mended == 1);
    CHECK(take(world) == Taken{{ads, 3}});
  });
}

TEST_CASE("a pilot that lost its worker holds nobody back") {
  on_each_store([](World& world) {
    world.add_new_account("act_1", {plan(5)});
    REQUIRE(world.claim_one().has_value());
    world.pass(lease + std::chrono::seconds(1));
    CHECK(world.store->sweep().taken_back == 1);
    CHECK(take(world) == Taken{{ads, 3}, {ads, 4}});
  });
}

TEST_CASE("when a pilot fails for good the next newest is one") {
  on_each_store([](World& world) {
    world.add_new_account("act_1", {plan(3)});
    for (const int index : {2, 1, 0}) {
      const auto pilot = world.claim(5);
      REQUIRE(pilot.size() == 1);
      CHECK(pilot.at(0).chunk_index == index);
      CHECK(world.end(pilot.at(0), Failure::Kind::permanent, verdict_of(Verdict::Action::fail)) == Outcome::done);
    }
    CHECK(world.store->queue().released == 0);
  });
}

TEST_CASE("two backfills of a type have one pilot, the newest of both") {
  on_each_store([](World& world) {
    const IntegrationId account = world.add_new_account("act_1", {plan(2)});
    CHECK(take(world) == Taken{{ads, 1}});
    const auto later = plan_from(first_day.plus(100), 3, 3, JobMode::initial, ads);
    REQUIRE(world.store->enqueue(account, {later}, "test").has_value());
    CHECK(take(world).empty());

    world.add_new_account("act_2", {plan(4), later, plan(1, 3, JobMode::initial, demographics)});
    CHECK(take(world) == Taken{{ads, 2}, {demographics, 0}});
  });
}

TEST_CASE("an account whose days are there needs no pilot") {
  on_each_store([](World& world) {
    const IntegrationId account = world.add_new_account("act_1", {plan(1, 1, JobMode::daily, ads)});
    world.collect_all();
    REQUIRE(world.store->enqueue(account, {plan(5)}, "test").has_value());
    CHECK(take(world) == Taken{{ads, 0}, {ads, 1}});
  });
}

}  // namespace adfill::conformance
