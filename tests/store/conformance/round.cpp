#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace adfill::conformance {

namespace {

std::multiset<IntegrationId> served(const std::vector<Claim>& claims) {
  std::multiset<IntegrationId> integrations;
  for (const Claim& claim : claims) integrations.insert(claim.integration);
  return integrations;
}

}  // namespace

TEST_CASE("accounts whose chunks come back into the round together are served in turns all the same") {
  on_each_store([](World& world) {
    const IntegrationId one = world.add_account("act_1", {plan(4)});
    const IntegrationId two = world.add_account("act_2", {plan(4)});
    const Duration closed = std::chrono::minutes(1);
    world.store->close_scope("app", world.now + closed, "too many calls");
    CHECK(world.claim(10).empty());
    world.pass(closed);
    CHECK(served(world.claim(2)) == std::multiset{one, two});
    CHECK(served(world.claim(2)) == std::multiset{one, two});
  });
}

TEST_CASE("one claim takes all that an account has in the round, where nobody else waits") {
  on_each_store([](World& world) {
    world.add_account("act_1", {plan(4)});
    const Duration closed = std::chrono::minutes(1);
    world.store->close_scope("app", world.now + closed, "too many calls");
    CHECK(world.claim(10).empty());
    world.pass(closed);
    CHECK(world.claim(10).size() == 2);
  });
}

TEST_CASE("what comes first within an account is served first, also when it was asked for last") {
  on_each_store(
      [](World& world) {
        const IntegrationId account =
            world.add_account("act_1", {plan(1, 3, JobMode::initial, CollectionType::creatives)});
        const auto ask = [&](const PlannedJob& job) {
          REQUIRE(world.store->enqueue(account, {job}, "test").has_value());
        };
        ask(plan(1, 3, JobMode::initial, CollectionType::demographics));
        ask(plan(1));
        ask(plan_from(first_day.plus(50), 1, 1, JobMode::daily, CollectionType::ads));
        const auto fresh = world.claim(1);
        REQUIRE(fresh.size() == 1);
        CHECK(fresh.at(0).mode == JobMode::daily);
        for (const auto type : {CollectionType::ads, CollectionType::demographics, CollectionType::creatives}) {
          const auto next = world.claim(1);
          REQUIRE(next.size() == 1);
          CHECK(next.at(0).type == type);
        }
      },
      4);
}

TEST_CASE("a fresh chunk that comes while a backfill waits is served first, and the backfill goes on in its order") {
  for (const int limit : {1, 10}) {
    on_each_store([limit](World& world) {
      const IntegrationId account = world.add_account("act_1", {plan(4)});
      REQUIRE(world.store->enqueue(account, {plan_from(first_day.plus(50), 1, 1, JobMode::daily, CollectionType::ads)},
                                   "test"));
      std::vector<Claim> claims;
      while (claims.size() < 3) {
        auto more = world.claim(limit);
        REQUIRE_FALSE(more.empty());
        std::ranges::move(more, std::back_inserter(claims));
      }
      CHECK(claims.at(0).mode == JobMode::daily);
      CHECK(claims.at(1).chunk_index == 0);
      CHECK(claims.at(2).chunk_index == 1);
      CHECK(claims.at(2).mode == JobMode::initial);
    });
  }
}

TEST_CASE("a claim that sees some of an account's chunks only neither serves it twice nor takes them out of order") {
  on_each_store([](World& world) {
    const auto fresh = plan_from(first_day.plus(50), 1, 1, JobMode::daily, CollectionType::ads);
    std::multiset<IntegrationId> all;
    for (const auto* name : {"act_1", "act_2", "act_3"}) all.insert(world.add_account(name, {plan(2), fresh}));
    const Duration closed = std::chrono::minutes(1);
    world.store->close_scope("app", world.now + closed, "too many calls");
    CHECK(world.claim(10).empty());
    world.pass(closed);
    for (int round = 0; round < 3; ++round) {
      const auto claims = world.claim(3);
      CHECK(served(claims) == all);
      for (const Claim& claim : claims) {
        CHECK((claim.mode == JobMode::daily) == (round == 0));
        if (round > 0) CHECK(claim.chunk_index == round - 1);
      }
    }
  });
}

TEST_CASE("a chunk that comes back stands before the later ones of its account, which took their turns meanwhile") {
  on_each_store([](World& world) {
    world.add_account("act_1", {plan(5)});
    const IntegrationId other = world.add_account("act_2", {plan(5)});
    const auto first = world.claim(2);
    REQUIRE(first.size() == 2);
    const auto& ours = first.at(0).integration == other ? first.at(1) : first.at(0);
    const auto& theirs = first.at(0).integration == other ? first.at(0) : first.at(1);
    CHECK(ours.chunk_index == 0);
    (void)world.collect(theirs);
    CHECK(world.end(ours, Failure::Kind::transient, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    std::vector<int> indices;
    while (const auto claim = world.claim_one()) {
      if (claim->integration != other) indices.push_back(claim->chunk_index);
    }
    CHECK(indices == std::vector{0, 1});
  });
}

TEST_CASE("of a chunk that is tried over and over the last twenty attempts are kept") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    std::vector<ChunkToken> tokens;
    for (int attempt = 0; attempt < 30; ++attempt) {
      const auto claim = world.claim_one();
      REQUIRE(claim.has_value());
      tokens.push_back(claim->token);
      CHECK(world.end(*claim, Failure::Kind::transient, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
      world.pass(std::chrono::seconds(1));
    }
    const auto kept = world.store->attempts(job);
    REQUIRE(kept.size() == 20);
    CHECK(kept.front().token == tokens.at(10));
    CHECK(kept.back().token == tokens.at(29));
  });
}

}  // namespace adfill::conformance
