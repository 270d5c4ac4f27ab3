#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

namespace {

IntegrationId add_scheduled(World& world, const std::string& account = "act_1",
                            const std::string& advertiser = "Acme") {
  NewIntegration integration{.advertiser_name = advertiser,
                             .account_id = account,
                             .currency = "KRW",
                             .time_zone = "Asia/Seoul",
                             .sealed_credentials = "sealed",
                             .scopes = {"meta:account:" + account},
                             .id = IntegrationId::draw(world.random)};
  integration.schedules = {
      {.type = CollectionType::ads, .cron = "0 4 * * *", .next_due_at = world.now + std::chrono::hours(1)},
      {.type = CollectionType::creatives, .cron = "0 5 * * *", .next_due_at = world.now + std::chrono::hours(2)}};
  REQUIRE(world.store->add_integration(integration, {}, "test"));
  return integration.id;
}

ScheduleRecord first_schedule(World& world, IntegrationId integration) {
  ScheduleFilter filter;
  filter.integration = integration;
  for (const auto& schedule : world.store->schedules(filter)) {
    if (schedule.type == CollectionType::ads) return schedule;
  }
  FAIL("no schedule of ads");
  return {};
}

PlannedJob daily(int chunks = 1) {
  return plan(chunks, 1, JobMode::daily);
}

}  // namespace

TEST_CASE("schedules are made with their integration and go with it") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    add_scheduled(world, "act_2", "Other");

    const auto schedule = first_schedule(world, id);
    CHECK(schedule.integration == id);
    CHECK(schedule.cron == "0 4 * * *");
    CHECK(schedule.time_zone == "Asia/Seoul");
    CHECK_FALSE(schedule.paused);
    CHECK(schedule.next_due_at == world.now + std::chrono::hours(1));
    CHECK_FALSE(schedule.last_due_at);
    CHECK(world.store->schedules({}).size() == 4);
    ScheduleFilter seen;
    seen.sight = {schedule.advertiser};
    CHECK(world.store->schedules(seen).size() == 2);
    seen.sight = std::vector<AdvertiserId>{};
    CHECK(world.store->schedules(seen).empty());

    CHECK(world.store->remove_integration(id, false, "test") == Outcome::done);
    CHECK_FALSE(world.store->schedule(schedule.id));
    CHECK(world.store->schedules({}).size() == 2);
  });
}

TEST_CASE("schedules are listed page by page") {
  on_each_store([](World& world) {
    for (const auto* account : {"act_1", "act_2", "act_3"}) add_scheduled(world, account);

    std::vector<ScheduleId> seen;
    ScheduleFilter filter;
    filter.limit = 2;
    while (true) {
      const auto page = world.store->schedules(filter);
      for (const auto& schedule : page) seen.push_back(schedule.id);
      if (page.size() < 2) break;
      filter.after = page.back().id;
    }
    CHECK(seen.size() == 6);
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
  });
}

TEST_CASE("a schedule is due from its time on, and not while it or its account is paused or waits for credentials") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    const auto schedule = first_schedule(world, id);
    CHECK(world.store->due_schedules(10).empty());

    world.pass(std::chrono::hours(1));
    REQUIRE(world.store->due_schedules(10).size() == 1);
    CHECK(world.store->due_schedules(10)[0].id == schedule.id);

    ScheduleChange pause;
    pause.paused = true;
    CHECK(world.store->change_schedule(schedule.id, pause, "test") == Outcome::done);
    CHECK(world.store->due_schedules(10).empty());
    pause.paused = false;
    CHECK(world.store->change_schedule(schedule.id, pause, "test") == Outcome::done);
    CHECK(world.store->due_schedules(10).size() == 1);

    CHECK(world.store->pause(id, true, "test") == Outcome::done);
    CHECK(world.store->due_schedules(10).empty());
    CHECK(world.store->pause(id, false, "test") == Outcome::done);
    REQUIRE(world.store->enqueue(id, {daily()}, "test"));
    const auto claim = world.claim_one();
    REQUIRE(claim);
    CHECK(world.store->end_attempt(claim->token, Failure(Failure::Kind::credentials, "expired"),
                                   verdict_of(Verdict::Action::wait_for_credentials),
                                   claim->credentials_version) == Outcome::done);
    CHECK(world.store->due_schedules(10).empty());
    CHECK(world.store->replace_credentials(id, {.sealed_credentials = "new"}, "test") == Outcome::done);
    CHECK(world.store->due_schedules(10).size() == 1);
  });
}

TEST_CASE("a changed schedule keeps what was not changed") {
  on_each_store([](World& world) {
    const auto schedule = first_schedule(world, add_scheduled(world));
    ScheduleChange change;
    change.cron = "0 9 * * MON";
    change.next_due_at = world.now + std::chrono::days(3);

    CHECK(world.store->change_schedule(schedule.id, change, "Kim") == Outcome::done);

    const auto changed = world.store->schedule(schedule.id);
    REQUIRE(changed);
    CHECK(changed->cron == "0 9 * * MON");
    CHECK(changed->time_zone == "Asia/Seoul");
    CHECK(changed->next_due_at == world.now + std::chrono::days(3));
    const auto audit = world.store->audit(std::nullopt, 1);
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].who == "Kim");
    CHECK(audit[0].what == "schedule.change");
    CHECK(world.store->change_schedule(ScheduleId::draw(world.random), change, "Kim") == Outcome::not_found);
  });
}

TEST_CASE("a due time becomes a job once, however many schedulers saw it") {
  on_each_store([](World& world) {
    add_scheduled(world);
    world.pass(std::chrono::hours(1));
    const auto seen_by_all = world.store->due_schedules(10);
    REQUIRE(seen_by_all.size() == 1);
    const auto next = world.now + std::chrono::days(1);

    int made = 0;
    for (int scheduler = 0; scheduler < 10; ++scheduler) {
      // Each planned something else meanwhile: the due time alone decides.
      const auto jobs = world.store->run_due(seen_by_all[0], next, {daily(1 + scheduler)});
      if (jobs) made += static_cast<int>(jobs->jobs.size());
    }

    CHECK(made == 1);
    JobFilter filter;
    filter.mode = JobMode::daily;
    CHECK(world.store->jobs(filter).size() == 1);
    const auto after = world.store->schedule(seen_by_all[0].id);
    REQUIRE(after);
    CHECK(after->next_due_at == next);
    CHECK(after->last_due_at == seen_by_all[0].next_due_at);
    CHECK(world.store->due_schedules(10).empty());
    world.check();
  });
}

TEST_CASE("a due time that was run does not run again when the schedule is set back") {
  on_each_store([](World& world) {
    add_scheduled(world);
    world.pass(std::chrono::hours(1));
    const auto due = world.store->due_schedules(10).at(0);
    REQUIRE(world.store->run_due(due, world.now + std::chrono::days(1), {daily()}));
    ScheduleChange back;
    back.next_due_at = due.next_due_at;
    CHECK(world.store->change_schedule(due.id, back, "test") == Outcome::done);

    const auto again = world.store->run_due(due, world.now + std::chrono::days(1), {daily(2)});

    REQUIRE(again);
    CHECK(again->jobs.empty());
    CHECK(world.store->schedule(due.id)->next_due_at == world.now + std::chrono::days(1));
  });
}

TEST_CASE("a due time with nothing to do passes without a job") {
  on_each_store([](World& world) {
    add_scheduled(world);
    world.pass(std::chrono::hours(1));
    const auto due = world.store->due_schedules(10).at(0);

    const auto made = world.store->run_due(due, world.now + std::chrono::days(1), {});

    REQUIRE(made);
    CHECK(made->jobs.empty());
    CHECK(world.store->due_schedules(10).empty());
  });
}

TEST_CASE("daily chunks are released before those of a backfill") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    REQUIRE(world.store->enqueue(id, {plan(5)}, "test"));
    world.pass(std::chrono::hours(1));
    const auto due = world.store->due_schedules(10).at(0);
    REQUIRE(world.store->run_due(due, world.now + std::chrono::days(1), {daily()}));

    const auto claim = world.claim_one();

    REQUIRE(claim);
    CHECK(claim->mode == JobMode::daily);
  });
}

TEST_CASE("what is known of days: covered, open, failed and cancelled ones") {
  on_each_store([](World& world) {
    const auto id = add_scheduled(world);
    world.store->remember_slice_days(id, CollectionType::ads, 90);
    const auto nothing = world.store->collected_days(id, CollectionType::ads);
    CHECK(nothing.covered.empty());
    CHECK(nothing.open.empty());
    CHECK(nothing.failed.empty());
    CHECK_FALSE(nothing.window_days);

    const auto jobs = world.store->enqueue(id, {plan(4)}, "test");
    REQUIRE(jobs);
    auto claim = world.claim_one();
    REQUIRE(claim);
    world.collect(*claim);
    claim = world.claim_one();
    REQUIRE(claim);
    world.end(*claim, Failure::Kind::permanent, verdict_of(Verdict::Action::fail));

    const auto known = world.store->collected_days(id, CollectionType::ads);
    REQUIRE(known.covered.size() == 3);
    CHECK(known.covered[0].day == first_day);
    CHECK(known.covered[2].day == first_day.plus(2));
    CHECK(known.open.size() == 2);
    REQUIRE(known.failed.size() == 1);
    CHECK(known.failed[0].range == DayRange{first_day.plus(3), first_day.plus(5)});
    CHECK(known.failed[0].at == world.now);
    CHECK_FALSE(known.failed[0].cancelled);

    CHECK(world.store->cancel_job(jobs->jobs[0].id, "test") == Outcome::done);
    const auto after = world.store->collected_days(id, CollectionType::ads);
    CHECK(after.open.empty());
    CHECK(after.failed.size() == 3);
    CHECK(std::ranges::count_if(after.failed, &CollectedDays::Failed::cancelled) == 2);
  });
}

}  // namespace adfill::conformance
