#include "core/must.h"
#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

namespace {

// Every open day of the chunk, with these rows a day.
DaysCommit whole(World& world, const Claim& claim, int rows_a_day = 2) {
  const Asked asked = world.store->draw_asked();
  DaysCommit commit{claim.token, {}};
  for (const Day day : claim.open_days) {
    commit.days.push_back(claim.type == CollectionType::ads ? snapshot_of(day, asked, ad_rows(day, rows_a_day))
                                                            : snapshot_of(day, asked, demographic_rows(day, 3)));
  }
  return commit;
}

std::vector<DaysCommit> all_of(World& world, const std::vector<Claim>& claims) {
  std::vector<DaysCommit> commits;
  for (const Claim& claim : claims) commits.push_back(whole(world, claim));
  return commits;
}

}  // namespace

TEST_CASE("chunks that are committed together are what they would be alone") {
  on_each_store([](World& world) {
    const PlannedJob ages = plan(1, 2, JobMode::initial, CollectionType::demographics);
    const IntegrationId first = world.add_account("act_1", {plan(2, 2), ages});
    const IntegrationId second = world.add_account("act_2", {plan(3, 2)}, "Other");
    std::vector<Claim> claims = world.claim(4);
    REQUIRE(claims.size() == 4);
    // Of one of them the first day only.
    auto commits = all_of(world, claims);
    commits.at(3).days.resize(1);
    const auto outcomes = world.store->commit_group(commits);
    REQUIRE(outcomes.size() == 4);
    for (std::size_t at = 0; at < 4; ++at) {
      REQUIRE(outcomes.at(at).has_value());
      CHECK(outcomes.at(at)->state == CommitResult::State::done);
      CHECK(outcomes.at(at)->days_committed == (at == 3 ? 1 : 2));
      CHECK(outcomes.at(at)->rows_written == (at == 3 ? 2 : 4));
      CHECK(outcomes.at(at)->chunk_completed == (at != 3));
    }
    world.check();
    CHECK(world.collect(claims.at(3)).chunk_completed);
    world.collect_all();
    CHECK(world.totals(first).impressions > 0);
    CHECK(world.totals(first, CollectionType::demographics).impressions > 0);
    CHECK(world.covered(second, first_day).rows == 2);
    for (const JobRecord& job : world.store->jobs({})) CHECK(job.status == JobStatus::completed);
    CHECK(world.integration(first).status == IntegrationStatus::success);
    CHECK(world.store->jobs({}).size() == 3);
  });
}

TEST_CASE("of two last chunks of a job in one group one ends the job, once") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(2, 1));
    const auto claims = world.claim(2);
    const auto outcomes = world.store->commit_group(all_of(world, claims));
    CHECK(outcomes.at(0)->chunk_completed);
    CHECK(outcomes.at(1)->chunk_completed);
    CHECK_FALSE(outcomes.at(0)->job_ended.has_value());
    CHECK(outcomes.at(1)->job_ended == JobStatus::completed);
    CHECK(world.job(job).chunks_completed == 2);
    CHECK(world.job(job).rows == 4);
    CHECK(world.job(job).status == JobStatus::completed);
  });
}

TEST_CASE("a stale token in a group costs only its own chunk") {
  on_each_store([](World& world) {
    const JobId cancelled = world.add_job(plan(1), "act_1");
    world.add_job(plan(1), "act_2");
    const auto claims = world.claim(2);
    auto commits = all_of(world, claims);
    REQUIRE(world.store->cancel_job(cancelled, "test") == Outcome::done);
    const auto outcomes = world.store->commit_group(commits);
    for (std::size_t at = 0; at < 2; ++at) {
      const bool stale = claims.at(at).job == cancelled;
      CHECK(outcomes.at(at)->state == (stale ? CommitResult::State::stale : CommitResult::State::done));
      CHECK(outcomes.at(at)->chunk_completed == !stale);
      CHECK(world.store->coverage(claims.at(at).integration, CollectionType::ads).empty() == stale);
    }
    CHECK(world.job(cancelled).rows == 0);
  });
}

TEST_CASE("a chunk of a group that is not exact goes alone, and the others are there") {
  on_each_store([](World& world) {
    for (const char* account : {"act_1", "act_2", "act_3"}) world.add_account(account, {plan(1)});
    const auto claims = world.claim(3);
    auto commits = all_of(world, claims);
    commits.at(1).days.at(2).rows_read += 1;
    const auto outcomes = world.store->commit_group(commits);
    CHECK(outcomes.at(0)->chunk_completed);
    CHECK(outcomes.at(1)->state == CommitResult::State::inexact);
    CHECK(outcomes.at(1)->problem.find("2025-01-03") != std::string::npos);
    CHECK(outcomes.at(2)->chunk_completed);
    CHECK(world.store->coverage(claims.at(1).integration, CollectionType::ads).empty());
    CHECK(world.totals(claims.at(1).integration) == Metrics{});
    world.check();
    CHECK(world.collect(claims.at(1)).chunk_completed);
  });
}

TEST_CASE("what one commit of a group throws is that one's alone") {
  on_each_store([](World& world) {
    for (const char* account : {"act_1", "act_2"}) world.add_account(account, {plan(1)});
    const auto claims = world.claim(2);
    auto commits = all_of(world, claims);
    const Day foreign = first_day.plus(-1);
    commits.at(0).days.push_back(snapshot_of(foreign, world.store->draw_asked(), ad_rows(foreign, 1)));
    const auto outcomes = world.store->commit_group(commits);
    REQUIRE_FALSE(outcomes.at(0).has_value());
    CHECK_THROWS_AS(std::rethrow_exception(outcomes.at(0).error()), Bug);
    CHECK(outcomes.at(1)->chunk_completed);
    CHECK(world.collect(claims.at(0)).chunk_completed);
  });
}

TEST_CASE("of two snapshots of a day in one group the newer stays, in whatever order they stand") {
  for (const bool newer_first : {true, false}) {
    CAPTURE(newer_first);
    on_each_store([newer_first](World& world) {
      const IntegrationId integration = world.add_account("act_1", {plan(1, 1)});
      (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
      const auto claims = world.claim(2);
      REQUIRE(claims.size() == 2);
      std::vector<DaysCommit> commits;
      commits.push_back(whole(world, claims.at(0), 2));
      commits.push_back(whole(world, claims.at(1), 3));
      if (newer_first) std::ranges::reverse(commits);
      const auto outcomes = world.store->commit_group(commits);
      CHECK(outcomes.at(0)->days_committed == 1);
      CHECK(outcomes.at(1)->days_committed == (newer_first ? 0 : 1));
      CHECK(outcomes.at(1)->days_left_alone == (newer_first ? 1 : 0));
      CHECK(outcomes.at(0)->chunk_completed);
      CHECK(outcomes.at(1)->chunk_completed);
      CHECK(world.covered(integration, first_day).rows == 3);
    });
  }
}

TEST_CASE("a token that stands in a group twice is stale the second time, once its chunk is completed") {
  on_each_store([](World& world) {
    world.add_job(plan(1));
    const auto claim = world.claim_one();
    const DaysCommit commit = whole(world, *claim);
    const auto outcomes = world.store->commit_group(std::vector{commit, commit});
    CHECK(outcomes.at(0)->chunk_completed);
    CHECK(outcomes.at(1)->state == CommitResult::State::stale);
    CHECK(world.store->commit_group({}).empty());
  });
}

TEST_CASE("rows that changed or vanished are dealt with in a group as they are alone") {
  on_each_store([](World& world) {
    for (const char* account : {"act_1", "act_2"}) world.add_account(account, {plan(1, 1)});
    (void)world.store->commit_group(all_of(world, world.claim(2)));
    for (const IntegrationRecord& account : world.store->integrations({})) {
      (void)world.store->enqueue(account.id, {plan(1, 1, JobMode::manual)}, "test");
    }
    const auto claims = world.claim(2);
    REQUIRE(claims.size() == 2);
    auto commits = all_of(world, claims);
    const Asked asked = world.store->draw_asked();
    commits.at(0).days.at(0) = snapshot_of(first_day, asked, ad_rows(first_day, 1));  // one has vanished, with proof
    commits.at(1).days.at(0) = snapshot_of(first_day, asked, ad_rows(first_day, 3, 2'000'000));
    const auto outcomes = world.store->commit_group(commits);
    CHECK(outcomes.at(0)->rows_removed == 1);
    CHECK(outcomes.at(0)->rows_unchanged == 1);
    CHECK(outcomes.at(1)->rows_written == 3);
    CHECK(world.totals(claims.at(0).integration).cost.value == 1'500'000);
    CHECK(world.totals(claims.at(1).integration).cost.value == 6'000'003);
  });
}

}  // namespace adfill::conformance
