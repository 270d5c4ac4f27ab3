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
    const auto behind = [&](Day day) { return world.store->freshness({.nothing_since = day}, first_day).size(); };
    CHECK(behind(first_day.plus(3)) == 1);
    CHECK(behind(first_day.plus(4)) == 2);
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

TEST_CASE(
    "what an attempt gave up is kept with it in order, the first twenty and their count, in whole characters, and goes "
    "with the attempt") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1, 90));
    const auto claim = world.claim_one();
    GivenUpSlice slice{.range = claim->range,
                       .part = "whole",
                       .next_days = 45,
                       .next_part = "whole",
                       .took = std::chrono::milliseconds(720'250),
                       .message = "Please reduce the amount of data you're asking for",
                       .trace_id = "AbC123"};
    const Asked before = world.store->draw_asked();
    const Asked drawn = world.store->give_up_slice(claim->token, slice);
    CHECK(drawn > before);
    CHECK(world.store->draw_asked() > drawn);
    auto attempt = world.store->attempts(job).at(0);
    CHECK(attempt.token == claim->token);
    CHECK(attempt.slices_given_up == 1);
    REQUIRE(attempt.given_up.size() == 1);
    const auto& kept = attempt.given_up.at(0);
    CHECK(kept.range == claim->range);
    CHECK(kept.part == "whole");
    CHECK(kept.next_days == 45);
    CHECK(kept.next_part == "whole");
    CHECK(kept.took == slice.took);
    CHECK(kept.message == slice.message);
    CHECK(kept.trace_id == "AbC123");
    CHECK(kept.at == std::chrono::floor<std::chrono::milliseconds>(world.now));

    slice.message = std::string(1, 'x');
    for (int i = 0; i < 400; ++i) slice.message += "\xea\xb4\x91";  // a character of three bytes
    for (int days = 44; days > 14; --days) {
      slice.next_days = days;
      CHECK(world.store->give_up_slice(claim->token, slice) > drawn);
    }
    attempt = world.store->attempts(job).at(0);
    CHECK(attempt.slices_given_up == 31);
    REQUIRE(attempt.given_up.size() == 20);
    CHECK(attempt.given_up.at(1).next_days == 44);
    CHECK(attempt.given_up.at(19).next_days == 26);
    CHECK(attempt.given_up.at(19).message.size() <= given_up_words);
    CHECK(attempt.given_up.at(19).message.ends_with("\xea\xb4\x91\xe2\x80\xa6"));
    world.check();

    // Twenty later attempts at the chunk push this one out.
    for (int i = 0; i < 20; ++i) {
      const auto held = i == 0 ? claim : world.claim_one();
      REQUIRE(held.has_value());
      CHECK(world.end(*held, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
      world.pass(std::chrono::seconds(1));
    }
    CHECK(world.store->attempts(job).at(0).given_up.size() == 20);
    REQUIRE(world.claim_one().has_value());
    CHECK(world.store->attempts(job).size() == 20);
    for (const auto& later : world.store->attempts(job)) CHECK(later.given_up.empty());
    // Nobody's attempt any more: only the number is drawn.
    CHECK(world.store->give_up_slice(claim->token, slice) > drawn);
    for (const auto& later : world.store->attempts(job)) CHECK(later.slices_given_up == 0);
  });
}

TEST_CASE("what was given up goes with its job") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1, 2));
    const auto claim = world.claim_one();
    const GivenUpSlice slice{.range = claim->range, .part = "whole", .next_days = 1, .next_part = "whole"};
    (void)world.store->give_up_slice(claim->token, slice);
    CHECK(world.collect(*claim).chunk_completed);
    CHECK(world.store->attempts(job).at(0).given_up.size() == 1);
    CHECK(world.store->attempts(job).at(0).outcome == "completed");
    CHECK(world.store->remove_integration(claim->integration, true, "test") == Outcome::done);
    CHECK(world.store->attempts(job).empty());
  });
}

}  // namespace adfill::conformance
