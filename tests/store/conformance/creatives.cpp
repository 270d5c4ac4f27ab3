#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

PlannedJob creatives_job(JobMode mode = JobMode::initial) {
  return plan(1, 30, mode, CollectionType::creatives);
}

CreativesCommit page(World& world, const Claim& claim, Asked asked, const std::vector<std::string>& ads, bool last) {
  CreativesCommit commit{claim.token, asked, world.now, {}, last};
  for (const std::string& ad : ads) commit.rows.push_back(creative(ad));
  return commit;
}

}  // namespace

TEST_CASE("pages of creatives are committed as they come, and the last one completes the chunk") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(creatives_job());
    const auto claim = world.claim_one();
    CHECK(claim->open_days.empty());
    const Asked asked = world.store->draw_asked();
    const auto first = world.store->commit_creatives(page(world, *claim, asked, {"a", "b"}, false));
    CHECK(first.rows_written == 2);
    CHECK_FALSE(first.chunk_completed);
    CHECK(world.store->coverage(claim->integration, CollectionType::creatives).empty());
    const auto last = world.store->commit_creatives(page(world, *claim, asked, {"c"}, true));
    CHECK(last.chunk_completed);
    CHECK(last.job_ended == JobStatus::completed);
    CHECK(world.job(job).rows == 3);
    CHECK(world.store->chunks(job).at(0).days_done == 30);
    const auto coverage = world.store->coverage(claim->integration, CollectionType::creatives);
    REQUIRE(coverage.size() == 1);
    CHECK(coverage.at(0).rows == 3);
    CHECK(coverage.at(0).asked == asked);
    CHECK(coverage.at(0).day == Day(2026, 3, 1));  // noon in Seoul
  });
}

TEST_CASE("ads that a complete listing no longer has are marked absent, never removed, and come back") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    const auto list = [&](const std::vector<std::string>& ads) {
      const auto claim = world.claim_one();
      CHECK(world.store->commit_creatives(page(world, *claim, world.store->draw_asked(), ads, true)).chunk_completed);
      world.pass(std::chrono::hours(24));
      (void)world.store->enqueue(integration, {creatives_job(JobMode::daily)}, "test");
      const auto coverage = world.store->coverage(integration, CollectionType::creatives);
      REQUIRE(coverage.size() == 1);
      return std::pair(coverage.at(0).rows, coverage.at(0).rows_absent);
    };
    CHECK(list({"a", "b", "c"}) == std::pair<std::int64_t, std::int64_t>(3, 0));
    CHECK(list({"a"}) == std::pair<std::int64_t, std::int64_t>(1, 2));
    CHECK(list({"a", "c", "d"}) == std::pair<std::int64_t, std::int64_t>(3, 1));
    CHECK(list({}) == std::pair<std::int64_t, std::int64_t>(0, 4));
  });
}

TEST_CASE("an older listing that ends late changes nothing and completes its chunk") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job(), creatives_job(JobMode::manual)});
    const auto claims = world.claim(2);
    const Asked older = world.store->draw_asked();
    const Asked newer = world.store->draw_asked();
    CHECK(world.store->commit_creatives(page(world, claims.at(0), older, {"a"}, false)).rows_written == 1);
    CHECK(world.store->commit_creatives(page(world, claims.at(1), newer, {"b"}, true)).chunk_completed);
    const auto late = world.store->commit_creatives(page(world, claims.at(0), older, {"c"}, true));
    CHECK(late.chunk_completed);
    CHECK(late.rows_written == 0);
    CHECK(late.days_left_alone == 1);
    const auto coverage = world.store->coverage(integration, CollectionType::creatives);
    CHECK(coverage.at(0).asked == newer);
    CHECK(coverage.at(0).rows == 1);
    CHECK(coverage.at(0).rows_absent == 1);
  });
}

TEST_CASE("a page with a stale token writes nothing") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(creatives_job());
    const auto claim = world.claim_one();
    CHECK(world.store->cancel_job(job, "test") == Outcome::done);
    const auto result = world.store->commit_creatives(page(world, *claim, world.store->draw_asked(), {"a"}, true));
    CHECK(result.state == CommitResult::State::stale);
    CHECK(world.store->coverage(claim->integration, CollectionType::creatives).empty());
  });
}

}  // namespace adfill::conformance
