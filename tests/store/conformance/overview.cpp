#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

TEST_CASE("accounts are found by their state, and by a part of their id, name or advertiser") {
  on_each_store([](World& world) {
    const IntegrationId acme = world.add_account("act_1", {}, "Acme");
    const IntegrationId bolt = world.add_account("act_22", {}, "Bolt");
    const auto found = [&](IntegrationFilter filter) {
      std::vector<IntegrationId> ids;
      for (const auto& record : world.store->integrations(filter)) ids.push_back(record.id);
      return ids;
    };
    CHECK(found({.search = "bOL"}) == std::vector{bolt});
    CHECK(found({.search = "act_"}) == std::vector{bolt, acme});
    CHECK(found({.search = "act_2"}) == std::vector{bolt});
    CHECK(found({.search = "%"}).empty());
    CHECK(world.store->pause(acme, true, "test") == Outcome::done);
    CHECK(found({.status = IntegrationStatus::paused}) == std::vector{acme});
    CHECK(found({.status = IntegrationStatus::paused, .search = "Bolt"}).empty());
  });
}

TEST_CASE("freshness tells of each account's types the days there are, and the last ones one by one") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1, 4)});
    const IntegrationId other = world.add_account("act_2", {});
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    REQUIRE(world.store
                ->commit_days(commit_of(*claim, {snapshot_of(first_day, asked, ad_rows(first_day, 1)),
                                                 snapshot_of(first_day.plus(3), asked, ad_rows(first_day.plus(3), 1))}))
                .state == CommitResult::State::done);
    const auto fresh = world.store->freshness({}, first_day.plus(1));
    REQUIRE(fresh.size() == 2);
    CHECK(fresh.at(0).integration.id == other);
    CHECK(fresh.at(0).types.at(0).days == 0);
    CHECK_FALSE(fresh.at(0).types.at(0).newest.has_value());
    REQUIRE(fresh.at(1).integration.id == integration);
    REQUIRE(fresh.at(1).types.size() == 2);
    const auto& ads = fresh.at(1).types.at(0);
    CHECK(ads.type == CollectionType::ads);
    CHECK(ads.days == 2);
    CHECK(ads.mismatches == 0);
    CHECK(ads.first == first_day);
    CHECK(ads.newest == first_day.plus(3));
    CHECK(ads.as_of.has_value());
    CHECK(ads.gaps() == 2);
    CHECK(ads.days_behind(first_day.plus(5)) == 2);
    CHECK(ads.days_behind(first_day) == 0);
    CHECK_FALSE(fresh.at(0).types.at(0).days_behind(first_day).has_value());
    REQUIRE(ads.recent.size() == 1);
    CHECK(ads.recent.at(0).day == first_day.plus(3));
    CHECK(fresh.at(1).types.at(1).days == 0);
    CHECK(world.store->freshness({.sight = std::vector<AdvertiserId>{}}, first_day).empty());
  });
}

TEST_CASE("yesterday is the account's own") {
  const Instant late = parse_rfc3339("2026-02-04T16:00:00Z").value();  // in Seoul it is the 5th
  FreshnessRecord record;
  record.integration.time_zone = "Asia/Seoul";
  CHECK(record.yesterday(late) == Day(2026, 2, 4));
  record.integration.time_zone = "America/New_York";
  CHECK(record.yesterday(late) == Day(2026, 2, 3));
}

TEST_CASE("the overview counts accounts, open jobs and what was collected lately, of those that may be seen") {
  on_each_store([](World& world) {
    const IntegrationId acme = world.add_account("act_1", {plan(2)}, "Acme");
    const Instant first = std::chrono::floor<std::chrono::minutes>(world.now);
    (void)world.collect(*world.claim_one());
    world.pass(std::chrono::minutes(2));
    (void)world.collect(*world.claim_one());
    (void)world.add_account("act_2", {plan(1)}, "Bolt");
    const auto step = std::chrono::minutes(1);
    const auto all = world.store->overview(std::nullopt, first, step);
    CHECK(all.integrations.at(IntegrationStatus::success) == 1);
    CHECK(all.open_jobs.at(JobStatus::pending) == 1);
    REQUIRE(all.collected.size() == 2);
    CHECK(all.collected.at(0).begins == first);
    CHECK(all.collected.at(1).begins == first + std::chrono::minutes(2));
    CHECK(all.collected.at(1).chunks == 1);
    CHECK(all.collected.at(1).rows == 6);
    CHECK(world.store->overview(std::nullopt, first + step, step).collected.size() == 1);
    const auto seen = world.store->overview(std::vector{world.integration(acme).advertiser}, first, step);
    CHECK(seen.open_jobs.empty());
    CHECK(seen.collected.size() == 2);
    const auto nothing = world.store->overview(std::vector<AdvertiserId>{}, first, step);
    CHECK(nothing.integrations.empty());
    CHECK(nothing.collected.empty());
  });
}

TEST_CASE("how a job's chunks were tried is told with the platform's trace, by chunk and in order of time") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(2));
    const auto first = world.claim_one();
    Failure failure(Failure::Kind::transient, "Service temporarily unavailable");
    failure.code = "2";
    failure.trace_id = "AbC123";
    const auto due = world.now + std::chrono::minutes(1);
    CHECK(world.store->end_attempt(first->token, failure, retry_at(due), 1) == Outcome::done);
    world.pass(std::chrono::minutes(2));
    world.collect_all();
    const auto attempts = world.store->attempts(job);
    const auto chunks = world.store->chunks(job);
    REQUIRE(attempts.size() == 3);
    const auto& failed = attempts.at(0);
    CHECK(failed.chunk == chunks.at(0).id);
    CHECK(failed.outcome == "retry");
    CHECK(failed.failure_kind == "transient");
    CHECK(failed.failure_code == "2");
    CHECK(failed.message == "Service temporarily unavailable");
    CHECK(failed.trace_id == "AbC123");
    CHECK(failed.ended_at.has_value());
    CHECK(attempts.at(1).chunk == chunks.at(0).id);
    CHECK(attempts.at(1).outcome == "completed");
    CHECK(attempts.at(1).started_at > failed.started_at);
    CHECK(attempts.at(2).chunk == chunks.at(1).id);
    CHECK(world.store->attempts(JobId::draw(world.random)).empty());
  });
}

}  // namespace adfill::conformance
