#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

TEST_CASE("migrations go up, down to nothing, and up again") {
  on_each_store([](World& world) {
    const auto steps = world.store->migrations();
    REQUIRE(steps.size() >= 4);
    CHECK(std::ranges::all_of(steps, &MigrationStep::applied));
    world.store->migrate_up();
    world.store->migrate_down(steps.at(1).version);
    CHECK(std::ranges::count_if(world.store->migrations(), &MigrationStep::applied) == 2);
    world.store->migrate_down(0);
    CHECK(std::ranges::none_of(world.store->migrations(), &MigrationStep::applied));
    world.store->migrate_down(0);
    world.store->migrate_up();
    world.add_job(plan(2));
    world.collect_all();
    CHECK(world.store->queue().completed == 2);
  });
}

}  // namespace adfill::conformance
