#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

TEST_CASE("a committed day has its rows, its receipt and its totals, to the last unit") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(2));
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    auto day = snapshot_of(first_day, asked, ad_rows(first_day, 5, 1'234'567));
    day.inside_window = true;
    day.moving = true;
    day.attribution = "ad_set";
    const auto result = world.store->commit_days(commit_of(*claim, {day}));
    CHECK(result.state == CommitResult::State::done);
    CHECK(result.days_committed == 1);
    CHECK(result.rows_written == 5);
    CHECK_FALSE(result.chunk_completed);
    const auto covered = world.covered(claim->integration, first_day);
    CHECK(covered.asked == asked);
    CHECK(covered.rows == 5);
    CHECK(covered.stored == day.totals_read);
    CHECK(covered.platform == day.totals_read);
    CHECK(covered.difference == Difference::none);
    CHECK(covered.state == DayState::moving);
    CHECK(covered.report_id == "report");
    CHECK(covered.attribution == "ad_set");
    CHECK(covered.as_of == day.as_of);
    const Metrics totals = world.totals(claim->integration);
    CHECK(totals_of(totals) == day.totals_read);
    CHECK(totals.cost.value == 5 * 1'234'567 + 10);
    CHECK(totals.conversions.value == 2'500'000);
    CHECK(world.job(job).rows == 5);
    CHECK(world.store->chunks(job).at(0).days_done == 1);
    CHECK(world.store->chunks(job).at(0).rows == 5);
  });
}

TEST_CASE("the last day completes the chunk, the last chunk the job, and the last initial job the integration") {
  on_each_store([](World& world) {
    const IntegrationId integration =
        world.add_account("act_1", {plan(2), plan(1, 6, JobMode::initial, CollectionType::demographics)});
    const auto jobs = world.store->jobs({});
    for (int index = 0; index < 3; ++index) {
      world.check();
      const auto claim = world.claim_one();
      REQUIRE(claim.has_value());
      auto first = *claim;
      first.open_days.resize(1);
      CHECK_FALSE(world.collect(first).chunk_completed);
      world.check();
      CHECK(world.integration(integration).status == IntegrationStatus::collecting);
      auto rest = *claim;
      rest.open_days.erase(rest.open_days.begin());
      const auto result = world.collect(rest);
      CHECK(result.chunk_completed);
      CHECK((result.job_ended == JobStatus::completed) == (index >= 1));
    }
    for (const JobRecord& job : jobs) {
      CHECK(world.job(job.id).status == JobStatus::completed);
      CHECK(world.job(job.id).rows == 12);
    }
    CHECK(world.integration(integration).status == IntegrationStatus::success);
  });
}

TEST_CASE("a day without rows is committed and covered") {
  on_each_store([](World& world) {
    world.add_job(plan(1, 1));
    const auto claim = world.claim_one();
    const auto result = world.collect(*claim, 0);
    CHECK(result.chunk_completed);
    CHECK(world.covered(claim->integration, first_day).rows == 0);
    CHECK(world.covered(claim->integration, first_day).difference == Difference::none);
  });
}

TEST_CASE("a chunk whose days others have done completes without a day of its own") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1)});
    (void)world.store->enqueue(integration, {plan(1, 3, JobMode::manual)}, "test");
    const auto claims = world.claim(2);
    REQUIRE(claims.size() == 2);
    CHECK(world.collect(claims.at(0)).chunk_completed);
    const auto result = world.store->commit_days(commit_of(claims.at(1), {}));
    CHECK(result.state == CommitResult::State::done);
    CHECK(result.chunk_completed);
    CHECK(result.job_ended == JobStatus::completed);
  });
}

TEST_CASE("a stale token commits nothing") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    const auto old = world.claim_one();
    SUBCASE("after the sweep took it away") {
      world.pass(lease + std::chrono::seconds(1));
      CHECK(world.store->sweep().taken_back == 1);
    }
    SUBCASE("after it was handed back") {
      CHECK(world.end(*old, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    }
    SUBCASE("after the job was cancelled") {
      CHECK(world.store->cancel_job(job, "test") == Outcome::done);
    }
    SUBCASE("after its chunk was completed") {
      CHECK(world.collect(*old).chunk_completed);
    }
    const auto fresh = world.claim_one();
    const Metrics before = world.totals(old->integration);
    CHECK(world.collect(*old, 3).state == CommitResult::State::stale);
    CHECK(world.end(*old, Failure::Kind::transient, retry_at(world.now)) == Outcome::stale);
    CHECK(world.totals(old->integration) == before);
    world.check();
    if (fresh) CHECK(world.collect(*fresh).chunk_completed);
  });
}

TEST_CASE("of two overlapping jobs the newer snapshot stays, in whatever order they commit") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1, 2)});
    (void)world.store->enqueue(integration, {plan(1, 2, JobMode::manual)}, "test");
    const auto claims = world.claim(2);
    const Asked older = world.store->draw_asked();
    const Asked newer = world.store->draw_asked();
    const auto commit = [&](const Claim& claim, Asked asked, std::int64_t cost) {
      return world.store->commit_days(commit_of(claim, {snapshot_of(first_day, asked, ad_rows(first_day, 2, cost))}));
    };
    CHECK(commit(claims.at(0), newer, 9'000'000).days_committed == 1);
    const auto late = commit(claims.at(1), older, 1'000'000);
    CHECK(late.state == CommitResult::State::done);
    CHECK(late.days_committed == 0);
    CHECK(late.days_left_alone == 1);
    CHECK(world.covered(integration, first_day).asked == newer);
    CHECK(world.totals(integration).cost.value == 18'000'001);
    CHECK(world.store->chunks(claims.at(1).job).at(0).days_done == 1);
  });
}

TEST_CASE("a day that was covered before the job was made is asked for again, a later one is done") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1)});
    world.collect_all();
    const auto again = world.store->enqueue(integration, {plan(1, 3, JobMode::manual)}, "test");
    const auto claim = world.claim_one();
    CHECK(claim->open_days.size() == 3);
    const Asked asked = world.store->draw_asked();
    (void)world.store->commit_days(
        commit_of(*claim, {snapshot_of(first_day.plus(1), asked, ad_rows(first_day.plus(1), 2))}));
    CHECK(world.end(*claim, Failure::Kind::transient, retry_at(world.now)) == Outcome::done);
    const auto rest = world.claim_one();
    CHECK(rest->open_days == std::vector{first_day, first_day.plus(2)});
    CHECK(world.collect(*rest).job_ended == JobStatus::completed);
    CHECK(world.job(again->jobs.at(0).id).rows == 6);
  });
}

TEST_CASE("collecting a range twice changes nothing") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(2)});
    world.collect_all();
    const Metrics before = world.totals(integration);
    (void)world.store->enqueue(integration, {plan(2)}, "test");
    while (const auto claim = world.claim_one()) {
      const auto result = world.collect(*claim);
      CHECK(result.days_committed == 3);
      CHECK(result.rows_written == 0);
      CHECK(result.rows_unchanged == 6);
    }
    CHECK(world.totals(integration) == before);
  });
}

TEST_CASE("only what has changed is written: figures, names and details") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1, 1)});
    world.collect_all();
    for (int change = 0; change < 4; ++change) {
      (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
      const auto claim = world.claim_one();
      auto rows = ad_rows(first_day, 2);
      if (change >= 0) rows.at(0).metrics.cost.value += 5;
      if (change >= 1) rows.at(0).ad_name = "Renamed";
      if (change >= 2) rows.at(0).details = R"({"frequency":"1.2"})";
      if (change >= 3) rows.at(0).reach = std::nullopt;
      const auto result =
          world.store->commit_days(commit_of(*claim, {snapshot_of(first_day, world.store->draw_asked(), rows)}));
      CHECK(result.rows_written == 1);
      CHECK(result.rows_unchanged == 1);
    }
    CHECK(world.totals(integration).cost.value == 2 * 1'500'000 + 1 + 5);
  });
}

TEST_CASE("what is not exactly what was read is refused, and nothing of the commit stays") {
  on_each_store([](World& world) {
    world.add_job(plan(1));
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    const auto good = snapshot_of(first_day, asked, ad_rows(first_day, 3));
    auto bad = snapshot_of(first_day.plus(1), asked, ad_rows(first_day.plus(1), 3));
    SUBCASE("a row was lost on the way") {
      std::get<std::vector<AdRow>>(bad.rows).pop_back();
    }
    SUBCASE("a cost differs by a millionth") {
      bad.totals_read.cost.value += 1;
    }
    SUBCASE("impressions differ") {
      bad.totals_read.impressions -= 1;
    }
    SUBCASE("clicks differ") {
      bad.totals_read.clicks += 1;
    }
    SUBCASE("an ad comes twice") {
      auto rows = ad_rows(first_day.plus(1), 2);
      rows.push_back(rows.front());
      bad = snapshot_of(first_day.plus(1), asked, rows);
    }
    SUBCASE("sums don't fit") {
      std::get<std::vector<AdRow>>(bad.rows).at(0).metrics.cost.value = std::numeric_limits<std::int64_t>::max();
    }
    const auto result = world.store->commit_days(commit_of(*claim, {good, bad}));
    CHECK(result.state == CommitResult::State::inexact);
    CHECK(result.problem.find("2025-01-02") != std::string::npos);
    CHECK(result.days_committed == 0);
    CHECK(world.store->coverage(claim->integration, CollectionType::ads).empty());
    CHECK(world.totals(claim->integration) == Metrics{});
    CHECK(world.collect(*claim).chunk_completed);
  });
}

TEST_CASE("a difference from the account's own total is classified, and only an unexplained one is a mismatch") {
  on_each_store([](World& world) {
    world.add_job(plan(1, 5));
    const auto claim = world.claim_one();
    std::vector<DaySnapshot> days;
    for (int index = 0; index < 5; ++index) {
      const Day day = first_day.plus(index);
      days.push_back(snapshot_of(day, world.store->draw_asked(), ad_rows(day, 4)));
    }
    days.at(0).platform->cost.value += 20'000;  // four rows, half a cent each
    days.at(1).platform->cost.value += 20'001;
    days.at(2).platform->impressions += 1;
    days.at(2).inside_window = true;
    days.at(2).moving = true;
    days.at(3).platform.reset();
    CHECK(world.store->commit_days(commit_of(*claim, days)).chunk_completed);
    const auto coverage = world.store->coverage(claim->integration, CollectionType::ads);
    REQUIRE(coverage.size() == 5);
    CHECK(coverage.at(0).difference == Difference::rounding);
    CHECK(coverage.at(0).state == DayState::fresh);
    CHECK(coverage.at(1).difference == Difference::unexplained);
    CHECK(coverage.at(1).state == DayState::mismatch);
    CHECK(coverage.at(2).difference == Difference::moving);
    CHECK(coverage.at(2).state == DayState::moving);
    CHECK(coverage.at(3).difference == Difference::not_asked);
    CHECK_FALSE(coverage.at(3).platform.has_value());
    CHECK(coverage.at(4).difference == Difference::none);
  });
}

TEST_CASE("accounts of one advertiser don't overwrite each other") {
  on_each_store([](World& world) {
    const IntegrationId first = world.add_account("act_1", {plan(1)});
    const IntegrationId second = world.add_account("act_2", {plan(1)});
    world.collect_all();
    CHECK(world.totals(first) == world.totals(second));
    PerformanceFilter everything;
    CHECK(world.store->performance(everything).at(0).rows == 12);
  });
}

}  // namespace adfill::conformance
