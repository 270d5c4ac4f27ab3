#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

// A day that was collected with five ads, and a second claim on it.
struct Recollected {
  World& world;
  IntegrationId integration;

  explicit Recollected(World& home) : world(home), integration(home.add_account("act_1", {plan(1, 1)})) {
    const auto claim = world.claim_one();
    CHECK(world.collect(*claim, 5).chunk_completed);
  }
  CommitResult commit(const DaySnapshot& snapshot) {
    (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
    const auto claim = world.claim_one();
    REQUIRE(claim.has_value());
    auto numbered = snapshot;
    numbered.asked = world.store->draw_asked();
    return world.store->commit_days(commit_of(*claim, {numbered}));
  }
  std::int64_t rows() {
    PerformanceFilter filter;
    filter.integration = integration;
    return world.store->performance(filter).at(0).rows;
  }
};

}  // namespace

TEST_CASE("vanished rows are removed when the account's own total proves that the snapshot is all of the day") {
  on_each_store([](World& world) {
    Recollected day(world);
    auto fewer = snapshot_of(first_day, {}, ad_rows(first_day, 3));
    fewer.platform->cost.value += 15'000;  // three rows, half a cent each
    const auto result = day.commit(fewer);
    CHECK(result.rows_removed == 2);
    CHECK(result.rows_absent == 0);
    CHECK(day.rows() == 3);
    CHECK(totals_of(world.totals(day.integration)) == fewer.totals_read);
  });
}

TEST_CASE("vanished rows stay, marked, when there is no proof, and count in performance") {
  on_each_store([](World& world) {
    Recollected day(world);
    const Metrics before = world.totals(day.integration);
    auto fewer = snapshot_of(first_day, {}, ad_rows(first_day, 3));
    SUBCASE("the account's total is missing") {
      fewer.platform.reset();
    }
    SUBCASE("impressions say that something is missing") {
      fewer.platform->impressions += 104;
    }
    SUBCASE("clicks say so") {
      fewer.platform->clicks += 10;
    }
    SUBCASE("the cost is out of rounding") {
      fewer.platform->cost.value += 15'001;
    }
    const auto result = day.commit(fewer);
    CHECK(result.state == CommitResult::State::done);
    CHECK(result.rows_removed == 0);
    CHECK(result.rows_absent == 2);
    CHECK(day.rows() == 5);
    CHECK(world.totals(day.integration) == before);
    CHECK(world.covered(day.integration, first_day).rows == 3);
    CHECK(world.covered(day.integration, first_day).rows_absent == 2);
    CHECK(world.covered(day.integration, first_day).stored == fewer.totals_read);
    // They come back: nothing is left of their absence.
    const auto back = day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 5)));
    CHECK(back.rows_absent == 0);
    CHECK(world.covered(day.integration, first_day).rows_absent == 0);
    CHECK(world.totals(day.integration) == before);
  });
}

TEST_CASE("rows that were absent go with those that vanish later, once there is proof") {
  on_each_store([](World& world) {
    Recollected day(world);
    auto four = snapshot_of(first_day, {}, ad_rows(first_day, 4));
    four.platform.reset();
    CHECK(day.commit(four).rows_absent == 1);
    auto three = snapshot_of(first_day, {}, ad_rows(first_day, 3));
    three.platform.reset();
    CHECK(day.commit(three).rows_absent == 2);
    CHECK(day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 3))).rows_removed == 2);
    CHECK(day.rows() == 3);
  });
}

TEST_CASE("a snapshot of other ads is merged in the order of its keys") {
  on_each_store([](World& world) {
    Recollected day(world);
    auto rows = ad_rows(first_day, 5);
    rows.at(0).campaign_ad_id = "a-first";
    rows.at(2).campaign_ad_id = "zz-last";
    rows.at(3).campaign_ad_id = "ad-1x";
    const auto result = day.commit(snapshot_of(first_day, {}, rows));
    CHECK(result.rows_removed == 3);
    CHECK(result.rows_written == 3);
    CHECK(result.rows_unchanged == 2);
    CHECK(day.rows() == 5);
  });
}

TEST_CASE("demographic groups vanish and change by the same rules") {
  on_each_store([](World& world) {
    const auto demographics = CollectionType::demographics;
    const IntegrationId integration = world.add_account("act_1", {plan(1, 1, JobMode::initial, demographics)});
    CHECK(world.collect(*world.claim_one(), 6).chunk_completed);
    CHECK(world.totals(integration, demographics).impressions == 300);
    (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual, demographics)}, "test");
    auto rows = demographic_rows(first_day, 5);
    rows.at(1).metrics.clicks = 6;
    const auto result = world.store->commit_days(
        commit_of(*world.claim_one(), {snapshot_of(first_day, world.store->draw_asked(), rows)}));
    CHECK(result.rows_removed == 1);
    CHECK(result.rows_written == 1);
    CHECK(result.rows_unchanged == 4);
    CHECK(world.totals(integration, demographics).clicks == 26);
  });
}

}  // namespace adfill::conformance
