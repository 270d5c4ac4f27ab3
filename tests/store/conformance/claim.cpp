#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace adfill::conformance {

TEST_CASE("a claim marks the chunk, its job and its integration, and carries all that an attempt needs") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(2));
    const auto claim = world.claim_one();
    REQUIRE(claim.has_value());
    CHECK(claim->job == job);
    CHECK(claim->chunk_index == 0);
    CHECK(claim->range == DayRange{first_day, first_day.plus(2)});
    CHECK(claim->open_days == std::vector{first_day, first_day.plus(1), first_day.plus(2)});
    CHECK(claim->sealed_credentials == "sealed");
    CHECK(claim->credentials_version == 1);
    CHECK(claim->scopes == std::vector<std::string>{"account act_1", "app"});
    CHECK(claim->account_id == "act_1");
    CHECK(claim->currency == "USD");
    CHECK(claim->time_zone == "Asia/Seoul");
    CHECK(claim->advertiser_name == "Acme");
    CHECK(claim->slice_days == 90);
    CHECK(claim->job_asked.number > 0);
    CHECK(world.job(job).status == JobStatus::running);
    CHECK(world.job(job).started_at.has_value());
    CHECK(world.integration(claim->integration).status == IntegrationStatus::collecting);
    const auto chunk = world.store->chunks(job).at(0);
    CHECK(chunk.status == ChunkStatus::processing);
    CHECK(chunk.started_at == std::chrono::floor<std::chrono::milliseconds>(world.now));
  });
}

TEST_CASE(
    "within an integration fresh days come before the backfill, then ads, demographics, creatives, then the chunk's "
    "index") {
  on_each_store(
      [](World& world) {
        world.add_account("act_1", {plan(1, 3, JobMode::initial, CollectionType::creatives),
                                    plan(1, 3, JobMode::initial, CollectionType::demographics), plan(2),
                                    plan_from(first_day.plus(50), 1, 1, JobMode::daily, CollectionType::ads)});
        const auto claims = world.claim(10);
        REQUIRE(claims.size() == 5);
        CHECK(claims.at(0).mode == JobMode::daily);
        CHECK(claims.at(1).type == CollectionType::ads);
        CHECK(claims.at(1).chunk_index == 0);
        CHECK(claims.at(2).chunk_index == 1);
        CHECK(claims.at(3).type == CollectionType::demographics);
        CHECK(claims.at(4).type == CollectionType::creatives);
      },
      4);
}

TEST_CASE("claims go round the integrations, so no account waits behind another's backlog") {
  on_each_store([](World& world) {
    const IntegrationId large = world.add_account("act_1", {plan(20, 1)});
    const IntegrationId small = world.add_account("act_2", {plan(3, 1)});
    const IntegrationId other = world.add_account("act_3", {plan(3, 1)});
    for (int round = 0; round < 3; ++round) {
      std::set<IntegrationId> served;
      for (const Claim& claim : world.claim(3)) {
        served.insert(claim.integration);
        (void)world.collect(claim);
      }
      CHECK(served == std::set{large, small, other});
    }
    const auto rest = world.claim(1);
    CHECK(rest.at(0).integration == large);
  });
}

TEST_CASE("a window releases so many backfill chunks and one fresh one, and each that ends releases the next") {
  on_each_store([](World& world) {
    world.add_account("act_1",
                      {plan(5), plan(3, 2, JobMode::daily), plan(2, 3, JobMode::manual, CollectionType::demographics)});
    CHECK(world.store->queue().released == 3);
    const auto claims = world.claim(10);
    REQUIRE(claims.size() == 3);
    CHECK(std::ranges::count(claims, JobMode::initial, &Claim::mode) == 2);
    CHECK(std::ranges::count(claims, JobMode::daily, &Claim::mode) == 1);
    CHECK(world.claim(10).empty());
    for (const Claim& claim : claims) {
      CHECK(world.collect(claim).chunk_completed);
      CHECK(world.store->queue().released == 3);
    }
    CHECK(world.claim(10).size() == 3);
  });
}

TEST_CASE("a chunk that waits for its retry keeps its place in the window") {
  on_each_store([](World& world) {
    world.add_job(plan(5));
    const auto claims = world.claim(2);
    CHECK(world.end(claims.at(0), Failure::Kind::transient, retry_at(world.now + std::chrono::seconds(30))) ==
          Outcome::done);
    CHECK(world.store->queue().released == 2);
    CHECK_FALSE(world.claim_one().has_value());
    CHECK(world.store->next_due() == world.now + std::chrono::seconds(30));
    world.pass(std::chrono::seconds(30));
    const auto again = world.claim_one();
    REQUIRE(again.has_value());
    CHECK(again->chunk == claims.at(0).chunk);
    CHECK(again->retry_count == 1);
    CHECK(again->token != claims.at(0).token);
  });
}

TEST_CASE("calls of an app are counted over processes and days, and told for the last fifteen of them") {
  on_each_store([](World& world) {
    CHECK(world.store->queue().calls.empty());
    world.store->count_calls({{"meta:app:1", {10, 1}}, {"meta:app:2", {3, 0}}});
    world.store->count_calls({{"meta:app:1", {5, 2}}});
    auto calls = world.store->queue().calls;
    CHECK(calls.at("meta:app:1").calls == 15);
    CHECK(calls.at("meta:app:1").refused == 3);
    CHECK(calls.at("meta:app:2").calls == 3);
    world.now += std::chrono::days(14);
    world.store->count_calls({{"meta:app:1", {100, 0}}});
    CHECK(world.store->queue().calls.at("meta:app:1").calls == 115);
    world.now += std::chrono::days(1);
    calls = world.store->queue().calls;
    CHECK(calls.at("meta:app:1").calls == 100);
    CHECK_FALSE(calls.contains("meta:app:2"));
  });
}

TEST_CASE("how full a scope is is told as the worker that read it last knows it, for an hour") {
  on_each_store([](World& world) {
    CHECK(world.store->outlooks().empty());
    const auto first = WorkerId::draw(world.random);
    const auto second = WorkerId::draw(world.random);
    const ScopeOutlook app{.scope = "meta:app:1", .limits = {{"calls", 12.34, 0, false}}};
    const ScopeOutlook account{.scope = "meta:account:act_1",
                               .tier = "limited",
                               .limits = {{"insights", 7, 0, false}, {"score", 96.04, 60, true}}};
    world.store->save_outlooks(first, {account, app});
    world.pass(std::chrono::minutes(10));
    auto renewed = account;
    renewed.limits.erase(renewed.limits.begin());
    renewed.limits.front().usage_percent = 20;
    world.store->save_outlooks(second, {renewed});

    auto told = world.store->outlooks();
    REQUIRE(told.size() == 2);
    CHECK(told.at(0).scope == "meta:account:act_1");
    CHECK(told.at(0).worker == second);
    CHECK(told.at(0).read_at == world.now);
    CHECK(told.at(0).tier == "limited");
    REQUIRE(told.at(0).limits.size() == 1);  // what only the first had told is out of date
    CHECK(told.at(0).limits.at(0).name == "score");
    CHECK(told.at(0).limits.at(0).usage_percent == 20);
    CHECK(told.at(0).limits.at(0).capacity == 60);
    CHECK(told.at(0).limits.at(0).learned);
    CHECK(told.at(1).worker == first);
    CHECK(told.at(1).limits.at(0).usage_percent == doctest::Approx(12.3));

    world.pass(std::chrono::minutes(51));
    told = world.store->outlooks();
    REQUIRE(told.size() == 1);
    CHECK(told.at(0).worker == second);
    world.store->save_outlooks(first, {});
    CHECK(world.store->outlooks().size() == 1);
  });
}

TEST_CASE("a throttled scope is left alone until its time, and only that scope") {
  on_each_store([](World& world) {
    const IntegrationId throttled = world.add_account("act_1", {plan(2)});
    const IntegrationId open = world.add_account("act_2", {plan(2)});
    const Instant until = world.now + std::chrono::microseconds(90'000'123);
    world.store->close_scope("account act_1", until, "too many calls");
    world.store->close_scope("account act_1", until - std::chrono::seconds(50), "an earlier time changes nothing");
    REQUIRE(world.store->closed_scopes().size() == 1);
    CHECK(world.store->closed_scopes().at(0).reason == "too many calls");
    auto claims = world.claim(10);
    CHECK(claims.size() == 2);
    for (const Claim& claim : claims) CHECK(claim.integration == open);
    REQUIRE(world.store->next_due().has_value());
    CHECK(*world.store->next_due() >= until);
    CHECK(world.store->queue().throttled.size() == 1);
    world.now = until - std::chrono::microseconds(1);
    CHECK(world.claim(10).empty());
    world.now = *world.store->next_due();
    claims = world.claim(10);
    REQUIRE(claims.size() == 2);
    CHECK(claims.at(0).integration == throttled);
    CHECK(world.store->closed_scopes().empty());
  });
}

TEST_CASE("a closed source closes all its accounts") {
  on_each_store([](World& world) {
    world.add_account("act_1", {plan(2)});
    world.store->close_scope("meta", world.now + std::chrono::seconds(60), "nobody answers");
    CHECK(world.claim(10).empty());
    world.pass(std::chrono::seconds(60));
    CHECK(world.claim(10).size() == 2);
  });
}

TEST_CASE("a paused integration is not claimed, and comes back with the status it had") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(3)});
    const auto running = world.claim_one();
    CHECK(world.store->pause(integration, true, "test") == Outcome::done);
    CHECK(world.integration(integration).status == IntegrationStatus::paused);
    CHECK_FALSE(world.claim_one().has_value());
    CHECK_FALSE(world.store->next_due().has_value());
    CHECK(world.collect(*running).chunk_completed);
    CHECK(world.store->pause(integration, false, "test") == Outcome::done);
    CHECK(world.integration(integration).status == IntegrationStatus::collecting);
    CHECK(world.claim_one().has_value());
    CHECK(world.store->pause(IntegrationId::draw(world.random), true, "test") == Outcome::not_found);
  });
}

TEST_CASE(
    "what waits behind a closed scope comes back in its turn, and a person who acts sets an account going at once") {
  on_each_store([](World& world) {
    const IntegrationId throttled = world.add_account("act_1", {plan(4, 1)});
    const IntegrationId paused = world.add_account("act_2", {plan(4, 1)});
    const IntegrationId open = world.add_account("act_3", {plan(6, 1)});
    world.store->close_scope("account act_1", world.now + std::chrono::hours(1), "quota");
    CHECK(world.store->pause(paused, true, "test") == Outcome::done);
    for (int round = 0; round < 2; ++round) {
      for (const Claim& claim : world.claim(10)) {
        CHECK(claim.integration == open);
        (void)world.collect(claim);
      }
    }
    CHECK(world.store->pause(paused, false, "test") == Outcome::done);
    auto claims = world.claim(1);
    REQUIRE(claims.size() == 1);
    CHECK(claims.at(0).integration == paused);
    world.store->close_scope("account act_1", world.now + std::chrono::hours(2), "longer");
    world.pass(std::chrono::hours(1));
    for (const Claim& claim : world.claim(10)) CHECK(claim.integration != throttled);
    CHECK(*world.store->next_due() == world.now + std::chrono::hours(1));
    world.pass(std::chrono::hours(1));
    (void)world.store->sweep();
    claims = world.claim(2);
    REQUIRE(claims.size() == 2);
    CHECK(std::ranges::count(claims, throttled, &Claim::integration) >= 1);
  });
}

TEST_CASE("reports and slice sizes are remembered for the chunk and the integration") {
  on_each_store([](World& world) {
    world.add_job(plan(2));
    const auto claim = world.claim_one();
    const RunningReport report{"r-1", claim->range, world.store->draw_asked(), world.now};
    CHECK(world.store->remember_report(claim->token, report) == Outcome::done);
    CHECK(world.store->remember_report(claim->token, {"r-2", claim->range, world.store->draw_asked(), world.now}) ==
          Outcome::done);
    world.store->forget_report(claim->chunk, "r-2");
    world.store->remember_slice_days(claim->integration, CollectionType::ads, 7);
    CHECK(world.end(*claim, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    CHECK(world.store->remember_report(claim->token, report) == Outcome::stale);
    auto again = world.claim_one();
    REQUIRE(again->chunk == claim->chunk);
    CHECK(again->slice_days == 7);
    REQUIRE(again->reports.size() == 1);
    CHECK(again->reports.at(0).report_id == "r-1");
    CHECK(again->reports.at(0).asked == report.asked);
    CHECK(again->reports.at(0).range == claim->range);
    CHECK(world.end(*again, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    world.pass(std::chrono::hours(7));
    again = world.claim_one();
    REQUIRE(again->chunk == claim->chunk);
    CHECK(again->reports.empty());
  });
}

TEST_CASE(
    "what is claimed is asked for as the integration says now, and no report that was asked for otherwise is picked "
    "up") {
  on_each_store([](World& world) {
    world.add_job(plan(1));
    auto claim = world.claim_one();
    CHECK(claim->attribution.empty());
    CHECK(world.store->integration(claim->integration)->attribution.empty());
    CHECK(world.store->set_attribution(IntegrationId{}, "1d_view", "test") == Outcome::not_found);
    CHECK(world.store->set_attribution(claim->integration, "7d_click,1d_view", "test") == Outcome::done);
    CHECK(world.store->integration(claim->integration)->attribution == "7d_click,1d_view");
    const RunningReport old{"r-old", claim->range, world.store->draw_asked(), world.now};
    CHECK(world.store->remember_report(claim->token, old) == Outcome::done);  // begun before the change
    CHECK(world.end(*claim, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    claim = world.claim_one();
    CHECK(claim->attribution == "7d_click,1d_view");
    CHECK(claim->reports.empty());
    RunningReport fresh{"r-new", claim->range, world.store->draw_asked(), world.now};
    fresh.attribution = claim->attribution;
    CHECK(world.store->remember_report(claim->token, fresh) == Outcome::done);
    CHECK(world.end(*claim, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    claim = world.claim_one();
    REQUIRE(claim->reports.size() == 1);
    CHECK(claim->reports[0].report_id == "r-new");
  });
}

TEST_CASE("numbers are drawn in order, by jobs and by requests") {
  on_each_store([](World& world) {
    const Asked before = world.store->draw_asked();
    world.add_job(plan(1));
    const auto claim = world.claim_one();
    CHECK(claim->job_asked > before);
    CHECK(claim->asked > claim->job_asked);
    CHECK(world.store->draw_asked() > claim->asked);
    world.add_account("act_2", {plan(1, 2)});
    world.add_account("act_3", {plan(1, 2)});
    const auto both = world.claim(2);
    REQUIRE(both.size() == 2);
    CHECK(both[0].asked > both[1].job_asked);
    CHECK(both[1].asked > both[0].asked);
  });
}

}  // namespace adfill::conformance
