#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

constexpr auto ads = CollectionType::ads;

// With a job of one chunk of three days, and a daily job due in an hour.
IntegrationId add_scheduled(World& world, const std::string& account = "act_1") {
  NewIntegration integration{.advertiser_name = "Acme",
                             .account_id = account,
                             .currency = "KRW",
                             .time_zone = "Asia/Seoul",
                             .sealed_credentials = "sealed",
                             .scopes = {"meta:account:" + account, "meta:app:1"},
                             .id = IntegrationId::draw(world.random)};
  integration.schedules = {
      {.type = ads, .cron = "0 4 * * *", .next_due_at = world.now + std::chrono::hours(1)},
      {.type = CollectionType::creatives, .cron = "0 5 * * *", .next_due_at = world.now + std::chrono::hours(1)}};
  REQUIRE(world.store->add_integration(integration, {plan(1)}, "test"));
  return integration.id;
}

}  // namespace

TEST_CASE("a check falls due with the account's daily job, is given to one caller, and then behind the next one") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    world.collect_all();
    CHECK(world.store->take_checks(10).empty());
    world.pass(std::chrono::hours(1));
    const auto taken = world.store->take_checks(10);
    REQUIRE(taken.size() == 1);  // creatives have no days
    CHECK(taken[0].integration == id);
    CHECK(taken[0].source == Source::meta);
    CHECK(taken[0].type == ads);
    CHECK(taken[0].scopes == std::vector<std::string>{"meta:account:act_1", "meta:app:1"});
    CHECK(world.store->take_checks(10).empty());

    // The schedule stood still meanwhile: not twice in a night all the same.
    world.pass(std::chrono::hours(19));
    CHECK(world.store->take_checks(10).empty());
    for (const auto& due : world.store->due_schedules(10)) {
      CHECK(world.store->run_due(due, world.now + std::chrono::hours(24), {}));
    }
    world.pass(std::chrono::hours(1));
    CHECK(world.store->take_checks(10).size() == 1);
    world.pass(std::chrono::hours(23));
    CHECK(world.store->take_checks(10).empty());
    world.pass(std::chrono::minutes(30));
    CHECK(world.store->take_checks(10).size() == 1);
  });
}

TEST_CASE("checks come the longest due first, as many as are asked for") {
  on_each_store([](World& world) {
    const auto first = add_scheduled(world, "act_1");
    world.pass(std::chrono::minutes(1));
    const auto second = add_scheduled(world, "act_2");
    world.collect_all();
    world.pass(std::chrono::hours(2));
    const auto one = world.store->take_checks(1);
    REQUIRE(one.size() == 1);
    CHECK(one[0].integration == first);
    const auto other = world.store->take_checks(1);
    REQUIRE(other.size() == 1);
    CHECK(other[0].integration == second);
    CHECK(world.store->take_checks(1).empty());
  });
}

TEST_CASE("no check of an account that is being collected, is paused, waits for credentials, or is throttled") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    world.pass(std::chrono::hours(2));
    CHECK(world.store->take_checks(1).empty());  // its first job is open
    world.collect_all();

    CHECK(world.store->pause(id, true, "test") == Outcome::done);
    CHECK(world.store->take_checks(1).empty());
    CHECK(world.store->pause(id, false, "test") == Outcome::done);

    const auto schedule = world.store->schedules({.integration = id}).at(0).id;
    CHECK(world.store->change_schedule(schedule, {.paused = true}, "test") == Outcome::done);
    CHECK(world.store->take_checks(1).empty());
    CHECK(world.store->change_schedule(schedule, {.paused = false}, "test") == Outcome::done);

    for (const auto* scope : {"meta:app:1", "meta"}) {
      world.store->close_scope(scope, world.now + std::chrono::minutes(5), "quota");
      CHECK(world.store->take_checks(1).empty());
      world.pass(std::chrono::minutes(6));
    }
    CHECK(world.store->take_checks(1).size() == 1);
  });
}

TEST_CASE("the days to compare are the settled ones, with what the platform told of them, and when they were seen") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    const auto claim = world.claim_one();
    REQUIRE(claim);
    std::vector<DaySnapshot> days;
    for (int day = 0; day < 3; ++day) {
      auto snapshot = snapshot_of(first_day.plus(day), world.store->draw_asked(), ad_rows(first_day.plus(day), 2));
      snapshot.as_of = world.now;
      days.push_back(snapshot);
    }
    days[0].platform = Totals{7, 8, Micros{9}};
    days[1].platform.reset();
    days[2].inside_window = days[2].moving = true;
    REQUIRE(world.store->commit_days(commit_of(*claim, days)).chunk_completed);

    auto settled = world.store->settled_days(id, ads);
    REQUIRE(settled.size() == 2);
    CHECK(settled[0].day == first_day);
    CHECK(settled[0].told == Totals{7, 8, Micros{9}});
    CHECK(settled[0].seen_at == world.now);
    CHECK(settled[1].told == days[1].totals_read);
    CHECK(world.store->settled_days(id, CollectionType::demographics).empty());

    const Instant collected_at = world.now;
    world.pass(std::chrono::hours(24));
    world.store->note_checked(id, ads, {first_day.plus(1)});
    settled = world.store->settled_days(id, ads);
    CHECK(settled[0].seen_at == collected_at);
    CHECK(settled[1].seen_at == world.now);
  });
}

TEST_CASE("a day that is pinned is not compared until it is released") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {plan(1, 1)});
    world.collect_all();
    REQUIRE(world.store->enqueue(id, {plan_from(first_day, 1, 1, JobMode::manual, ads)}, "test"));
    const auto claim = world.claim_one();
    REQUIRE(claim);
    REQUIRE(world.collect(*claim, 3).days_committed == 1);
    CHECK(world.store->settled_days(id, ads).size() == 1);
    REQUIRE(world.store->undo(id, claim->token, "test").state == Undone::State::done);
    CHECK(world.store->settled_days(id, ads).empty());
    CHECK(world.store->release_days(id, ads, {first_day, first_day}, "test") == 1);
    CHECK(world.store->settled_days(id, ads).size() == 1);
  });
}

}  // namespace adfill::conformance
