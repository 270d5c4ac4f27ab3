#include "core/chunk_plan.h"
#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

TEST_CASE("two years at 90, 60 and 30 days become a job with 8, 12 and 24 pending chunks") {
  on_each_store([](World& world) {
    const DayRange two_years{Day(2024, 3, 1), Day(2026, 2, 28)};
    const IntegrationId integration = world.add_account("act_1", {});
    for (const auto& [days, chunks] : {std::pair(90, 8), std::pair(60, 12), std::pair(30, 24)}) {
      PlannedJob job;
      job.range = two_years;
      job.type = days == 90 ? CollectionType::ads : CollectionType::demographics;
      job.mode = days == 30 ? JobMode::manual : JobMode::initial;
      ChunkRule rule;
      rule.target_days = days;
      job.chunks = plan_chunks(two_years, rule);
      const auto enqueued = world.store->enqueue(integration, {job}, "test");
      REQUIRE(enqueued.has_value());
      CHECK(enqueued->all_new);
      const JobRecord& record = enqueued->jobs.at(0);
      CHECK(record.status == JobStatus::pending);
      CHECK(record.chunks_total == chunks);
      CHECK(record.range == two_years);
      const auto stored = world.store->chunks(record.id);
      REQUIRE(static_cast<int>(stored.size()) == chunks);
      for (int index = 0; index < chunks; ++index) {
        CHECK(stored.at(index).chunk_index == index);
        CHECK(stored.at(index).range == job.chunks.at(index));
        CHECK(stored.at(index).status == ChunkStatus::pending);
      }
    }
  });
}

TEST_CASE("a repeated request finds the job that is open, and makes a new one when it has ended") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1)});
    const auto again = world.store->enqueue(integration, {plan(1), plan(1, 3, JobMode::manual)}, "test");
    REQUIRE(again.has_value());
    CHECK_FALSE(again->all_new);
    CHECK(again->any_new);
    CHECK_FALSE(world.store->enqueue(integration, {plan(1), plan(1, 3, JobMode::manual)}, "test")->any_new);
    CHECK(world.store->jobs({}).size() == 2);
    world.collect_all();
    const auto later = world.store->enqueue(integration, {plan(1)}, "test");
    CHECK(later->all_new);
    CHECK(later->jobs.at(0).id != again->jobs.at(0).id);
  });
}

TEST_CASE("an integration and its jobs are made together, and an account that is there is named") {
  on_each_store([](World& world) {
    const IntegrationId first =
        world.add_account("act_1", {plan(2), plan(1, 6, JobMode::initial, CollectionType::creatives)});
    CHECK(world.store->jobs({}).size() == 2);
    CHECK(world.integration(first).status == IntegrationStatus::pending);
    CHECK(world.integration(first).advertiser_name == "Acme");
    NewIntegration twin;
    twin.advertiser_name = "Acme";
    twin.account_id = "act_1";
    twin.id = IntegrationId::draw(world.random);
    const auto refused = world.store->add_integration(twin, {plan(2)}, "test");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().id == first);
    CHECK(world.store->jobs({}).size() == 2);
    CHECK(world.store->find_integration("Acme", Source::meta, "act_1") == first);
    CHECK_FALSE(world.store->find_integration("Acme", Source::meta, "act_2").has_value());
    // Another advertiser may have the same account.
    CHECK(world.add_account("act_1", {}, "Other") != first);
  });
}

TEST_CASE("nothing is enqueued for an integration that isn't there") {
  on_each_store([](World& world) {
    CHECK_FALSE(world.store->enqueue(IntegrationId::draw(world.random), {plan(1)}, "test").has_value());
    CHECK(world.store->queue().pending == 0);
  });
}

}  // namespace adfill::conformance
