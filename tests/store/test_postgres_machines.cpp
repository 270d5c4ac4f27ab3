// Several machines on one PostgreSQL: each is a store with connections of its own, going by the database's clock.

#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::first_day;
using conformance::lease;
using conformance::plan;
using conformance::plan_from;
using conformance::snapshot_of;
using conformance::World;

// Runs `work(index)` in so many threads; what one throws fails the test.
template <class Work>
void in_threads(int count, const Work& work) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::string thrown;
  for (int index = 0; index < count; ++index) {
    threads.emplace_back([&, index] {
      try {
        work(index);
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        thrown = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CAPTURE(thrown);
  CHECK(thrown.empty());
}

}  // namespace

TEST_CASE("two machines that claim at once never get the same chunk, and together collect everything") {
  const std::string url = PostgresServer::shared().new_database();
  const auto one = machine_at(url);
  const auto other = machine_at(url);
  for (int account = 0; account < 6; ++account) {
    add_account(*one, "act_" + std::to_string(account), {plan(20, 2)});
  }
  std::mutex mutex;
  std::set<std::string> claimed;
  std::atomic<int> twice = 0;
  std::atomic<int> completed = 0;
  in_threads(8, [&](int index) {
    Store& store = index % 2 == 0 ? *one : *other;
    const WorkerId worker = register_worker(store, 100 + static_cast<std::uint64_t>(index));
    while (completed < 120) {
      for (const Claim& claim : store.claim(worker, 3)) {
        {
          const std::lock_guard lock(mutex);
          if (!claimed.insert(claim.chunk.to_string()).second) ++twice;
        }
        if (collect(store, claim, 20).chunk_completed) ++completed;
      }
    }
  });
  CHECK(twice == 0);
  CHECK(claimed.size() == 120);
  const QueueRecord queue = one->queue();
  CHECK(queue.completed == 120);
  CHECK(queue.released == 0);
  CHECK(one->performance({}).at(0).rows == 6 * 20 * 2 * 20);
  JobFilter filter;
  for (const JobRecord& job : one->jobs(filter)) CHECK(job.status == JobStatus::completed);
  for (const IntegrationRecord& integration : one->integrations({})) {
    CHECK(integration.status == IntegrationStatus::success);
  }
}

TEST_CASE("ten machines whose schedulers see the same due time at once make its job once") {
  constexpr int machines = 10;
  const std::string url = PostgresServer::shared().new_database();
  std::vector<std::unique_ptr<Store>> stores;
  for (int machine = 0; machine < machines; ++machine) stores.push_back(machine_at(url));
  Random random(1);
  const Instant begin = stores.front()->now();
  NewIntegration account{.advertiser_name = "Acme",
                         .account_id = "act_1",
                         .currency = "KRW",
                         .time_zone = "Asia/Seoul",
                         .sealed_credentials = "sealed",
                         .scopes = {"meta:account:act_1"},
                         .id = IntegrationId::draw(random)};
  account.schedules = {{.type = CollectionType::ads, .cron = "0 4 * * *", .next_due_at = begin}};
  REQUIRE(stores.front()->add_integration(account, {}, "test"));
  for (int day = 0; day < 20; ++day) {
    const auto due = stores.front()->schedules({}).at(0);
    std::barrier start(machines);
    std::atomic<int> made = 0;
    in_threads(machines, [&](int machine) {
      start.arrive_and_wait();
      // Each planned something else: the due time alone decides.
      const auto job = plan_from(first_day.plus(day * machines + machine), 1, 1, JobMode::daily, CollectionType::ads);
      const auto run =
          stores.at(static_cast<std::size_t>(machine))->run_due(due, due.next_due_at + std::chrono::hours(24), {job});
      if (run) made += static_cast<int>(run->jobs.size());
    });
    CHECK(made == 1);
    CHECK(stores.front()->jobs({}).size() == static_cast<std::size_t>(day + 1));
  }
}

TEST_CASE("commits that overlap neither deadlock nor lose: each day has the newest of its snapshots, once") {
  constexpr int jobs = 8;
  constexpr int days = 10;
  const std::string url = PostgresServer::shared().new_database();
  const auto deadlocks = PostgresServer::shared().logged("deadlock detected");
  const auto store = machine_at(url, jobs);
  const IntegrationId integration = add_account(*store, "act_1", {});
  const WorkerId worker = register_worker(*store, 7);
  for (int round = 0; round < 5; ++round) {
    std::vector<PlannedJob> plans;
    for (int job = 0; job < jobs; ++job) {
      plans.push_back(plan_from(first_day.plus(job), 1, days, JobMode::initial, CollectionType::ads));
    }
    REQUIRE(store->enqueue(integration, plans, "test")->all_new);
    const auto claims = store->claim(worker, jobs);
    REQUIRE(claims.size() == jobs);
    std::vector<Asked> numbers(jobs);
    in_threads(jobs, [&](int index) {
      const Claim& claim = claims.at(static_cast<std::size_t>(index));
      const Asked asked = store->draw_asked();
      numbers.at(static_cast<std::size_t>(index)) = asked;
      DaysCommit commit{claim.token, {}};
      for (const Day day : claim.open_days) {  // the number shows in the rows
        commit.days.push_back(snapshot_of(day, asked, ad_rows(day, 30, asked.number * 1'000'000)));
      }
      if (index % 2 == 0) std::ranges::reverse(commit.days);
      if (store->commit_days(commit).state != CommitResult::State::done) throw std::runtime_error("a commit was lost");
    });
    CHECK(store->queue().processing == 0);
    std::int64_t rows = 0;
    for (const CoverageRecord& day : store->coverage(integration, CollectionType::ads)) {
      Asked newest;
      for (std::size_t index = 0; index < jobs; ++index) {
        if (claims.at(index).range.contains(day.day)) newest = std::max(newest, numbers.at(index));
      }
      CHECK(day.asked == newest);
      CHECK(day.rows == 30);
      CHECK(day.stored ==
            snapshot_of(day.day, day.asked, ad_rows(day.day, 30, day.asked.number * 1'000'000)).totals_read);
      PerformanceFilter filter;
      filter.integration = integration;
      filter.since = filter.until = day.day;
      const auto figures = store->performance(filter);
      CHECK(totals_of(figures.at(0).metrics) == day.stored);
      rows += figures.at(0).rows;
    }
    CHECK(rows == 30 * (days + jobs - 1));
  }
  for (const JobRecord& job : store->jobs({})) CHECK(job.status == JobStatus::completed);
  CHECK(PostgresServer::shared().logged("deadlock detected") == deadlocks);
}

TEST_CASE("of two last jobs that end at the same moment one sees the other, and the integration has succeeded") {
  const std::string url = PostgresServer::shared().new_database();
  const auto one = machine_at(url);
  const auto other = machine_at(url);
  const WorkerId worker = register_worker(*one, 8);
  for (int round = 0; round < 60; ++round) {
    const IntegrationId integration = add_account(
        *one, "act_" + std::to_string(round), {plan(1, 1), plan(1, 1, JobMode::initial, CollectionType::demographics)});
    const auto claims = one->claim(worker, 2);
    REQUIRE(claims.size() == 2);
    std::barrier together(2);
    in_threads(2, [&](int index) {
      const Claim& claim = claims.at(static_cast<std::size_t>(index));
      DaysCommit commit{claim.token, {}};
      const Asked asked = one->draw_asked();
      commit.days.push_back(claim.type == CollectionType::ads
                                ? snapshot_of(first_day, asked, std::vector<AdRow>{})
                                : snapshot_of(first_day, asked, std::vector<DemographicRow>{}));
      together.arrive_and_wait();
      (void)(index == 0 ? *one : *other).commit_days(commit);
    });
    CHECK(one->integration(integration)->status == IntegrationStatus::success);
  }
}

TEST_CASE("a machine whose clock is an hour off does no harm") {
  for (const auto off : {std::chrono::hours(-1), std::chrono::hours(1)}) {
    World world(home_on_database_clock(PostgresServer::shared().new_database()));
    world.now = world.store->now() + off;
    const JobId job = world.add_job(plan(4));
    const auto claim = world.claim_one();
    REQUIRE(claim.has_value());
    CHECK(world.store->sweep().taken_back == 0);
    CHECK(world.store->heartbeat(world.worker, lease) == std::vector{claim->token});
    CHECK(world.collect(*claim).chunk_completed);
    world.collect_all();
    CHECK(world.job(job).status == JobStatus::completed);
    CHECK(std::chrono::abs(*world.job(job).completed_at - world.store->now()) < std::chrono::minutes(1));
    world.check();
  }
}

TEST_CASE("a sweep that meets a full page of rows it may not touch goes on behind them") {
  const std::string url = PostgresServer::shared().new_database();
  World world(home_at(url), 300);
  world.add_job(plan(300, 1));
  REQUIRE(world.claim(300).size() == 300);
  world.pass(lease);
  PostgresShell other(url);
  other.run("BEGIN");
  const std::string rows = "FROM public.released_chunks WHERE token IS NOT NULL ORDER BY token";
  CHECK(other.run("SELECT 1 " + rows + " LIMIT 290 FOR UPDATE").size() == 290);
  CHECK(world.store->sweep().taken_back == 10);
  other.run("ROLLBACK");
  CHECK(world.store->sweep().taken_back == 290);
  world.check();
}

TEST_CASE("a sweep never touches a chunk that is being finished meanwhile") {
  const std::string url = PostgresServer::shared().new_database();
  World world(home_at(url));
  world.add_job(plan(1));
  const auto claim = world.claim_one();
  world.pass(lease);
  CommitResult result;
  std::jthread committing;  // ends after the shell that it waits for, whatever fails here
  PostgresShell other(url);
  other.run("BEGIN");
  other.run("SELECT 1 FROM public.collection_jobs FOR UPDATE");  // where the commit will have to wait
  committing = std::jthread([&] { result = world.collect(*claim); });
  PostgresShell looking(url);
  wait_until([&] { return waiting_for_locks(looking) == 1; });
  CHECK(world.store->sweep().taken_back == 0);
  other.run("COMMIT");
  committing.join();
  CHECK(result.chunk_completed);
  CHECK(world.store->sweep().taken_back == 0);
  world.check();
}

TEST_CASE("a sweep with an old snapshot never touches a chunk that finished meanwhile, or that another one took over") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  add_account(*store, "act_1", {plan(2)});
  const WorkerId dead = register_worker(*store, 41);
  const WorkerId alive = register_worker(*store, 42);
  const auto claims = store->claim(dead, 2);
  REQUIRE(claims.size() == 2);
  PostgresShell shell(url);
  shell.run("UPDATE public.workers SET lease_until = now() - interval '1 hour', lease = '0' WHERE id = '" +
            dead.to_string() + "'");
  // Whoever reads the workers stops at a gate, with the snapshot that it has by then.
  shell.run(
      "CREATE FUNCTION public.pass_gate() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN "
      "PERFORM pg_advisory_xact_lock_shared(7); RETURN true; END $$");
  shell.run("ALTER TABLE public.workers RENAME TO real_workers");
  shell.run("CREATE VIEW public.workers AS SELECT * FROM public.real_workers WHERE public.pass_gate()");
  shell.run("SELECT pg_advisory_lock(7)");
  int taken_back = -1;
  std::jthread sweeping([&] { taken_back = machine_at(url)->sweep().taken_back; });
  wait_until([&] {
    const auto waiting = shell.run(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()");
    return waiting.at(0) == "1";
  });
  CHECK(collect(*store, claims.at(0), 2).chunk_completed);
  shell.run("UPDATE public.released_chunks SET token = gen_random_uuid(), worker_id = '" + alive.to_string() +
            "' WHERE token = '" + claims.at(1).token.to_string() + "'");
  shell.run("SELECT pg_advisory_unlock(7)");
  sweeping.join();
  CHECK(taken_back == 0);
  CHECK(shell.run("SELECT worker_id FROM public.released_chunks").at(0) == alive.to_string());
}

TEST_CASE("a restart of the database after an hour off does not expire everybody at once") {
  PostgresServer server;
  const std::string url = server.new_database();
  const auto store = machine_at(url, 3);
  add_account(*store, "act_1", {plan(3)});
  const Duration short_lease = std::chrono::seconds(3);
  const WorkerId alive = register_worker(*store, 51, short_lease);
  const auto claims = store->claim(alive, 2);
  REQUIRE(claims.size() == 2);
  const WorkerId dead = register_worker(*store, 52, short_lease);
  REQUIRE(store->claim(dead, 1).size() == 1);
  {
    PostgresShell shell(url);
    shell.run("UPDATE public.workers SET lease_until = now() - interval '1 hour'");
  }
  server.kill();
  server.start();

  CHECK(machine_at(url)->sweep().taken_back == 0);
  CHECK(store->heartbeat(alive, short_lease).size() == 2);
  CHECK(collect(*store, claims.at(0), 2).chunk_completed);
  int taken_back = 0;
  wait_until([&] {
    CHECK(!store->heartbeat(alive, short_lease).empty());
    taken_back += store->sweep().taken_back;
    return taken_back > 0;
  });
  CHECK(taken_back == 1);  // of the one that did not come back
  CHECK(collect(*store, claims.at(1), 2).chunk_completed);
}

TEST_CASE("after the database has started, a sweep first waits one lease") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  add_account(*store, "act_1", {plan(1)});
  const WorkerId worker = register_worker(*store, 11, std::chrono::hours(10));  // the test's server is younger
  REQUIRE(store->claim(worker, 1).size() == 1);
  PostgresShell shell(url);
  shell.run("UPDATE public.workers SET lease_until = now() - interval '1 hour'");
  CHECK(store->sweep().taken_back == 0);
  shell.run("UPDATE public.workers SET lease = interval '0'");
  CHECK(store->sweep().taken_back == 1);
}

TEST_CASE("a cancelled job takes the tokens of its chunks away, while another machine commits") {
  const std::string url = PostgresServer::shared().new_database();
  const auto one = machine_at(url, 4);
  const auto other = machine_at(url, 4);
  const WorkerId worker = register_worker(*one, 12);
  for (int round = 0; round < 20; ++round) {
    add_account(*one, "act_" + std::to_string(round), {plan(6, 1)});
    const JobId job = one->jobs({}).at(0).id;
    const auto claims = one->claim(worker, 4);
    in_threads(3, [&](int index) {
      if (index == 0) {
        if (other->cancel_job(job, "test") != Outcome::done) throw std::runtime_error("it was not over");
        return;
      }
      for (std::size_t at = static_cast<std::size_t>(index) - 1; at < claims.size(); at += 2) {
        (void)collect(*one, claims.at(at), 2);
      }
    });
    CHECK(one->job(job)->status == JobStatus::cancelled);
    CHECK(one->queue().released == 0);
    CHECK(one->queue().processing == 0);
    for (const ChunkRecord& chunk : one->chunks(job)) {
      CHECK((chunk.status == ChunkStatus::completed || chunk.cancelled_at.has_value()));
    }
  }
}

}  // namespace adfill
