// What waits for the database's disk, what does not, and what becomes of that when it is lost.

#include "store/postgres/wake_ups.h"
#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::commit_of;
using conformance::lease;
using conformance::plan;
using conformance::snapshot_of;

// The next number of an attempt or a job is the first of a run that the server has to write down.
void use_up_numbers(const std::string& url) {
  PostgresShell shell(url);
  shell.run("SET synchronous_commit = off");
  while (shell.run("SELECT log_cnt FROM asked_sequence").at(0) != "0") shell.run("SELECT nextval('asked_sequence')");
}

// What does not may hold a lock: it is not waited for any longer, and the test goes on to let it go.
template <class Condition>
bool comes_true(const Condition& condition) {
  for (int look = 0; look < 600; ++look) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

CommitResult commit_with_its_number(Store& store, const Claim& claim) {
  const Day day = claim.open_days.at(0);
  return store.commit_days(commit_of(claim, {snapshot_of(day, claim.asked, ad_rows(day, 2))}));
}

}  // namespace

TEST_CASE("what a claim that was lost with the server has begun is written nowhere, and its chunk is claimed anew") {
  PostgresServer server;
  const std::string url = server.new_database();
  PostgresShell(url).run("ALTER SYSTEM SET wal_writer_delay = '10s'");  // nobody else brings it to the disk
  server.kill();
  server.start();
  const auto store = machine_at(url);
  const WorkerId worker = register_worker(*store, 21);
  int lost = 0;
  for (int time = 0; time < 3; ++time) {
    const IntegrationId integration = add_account(*store, "act_" + std::to_string(time), {plan(1, 1)});
    use_up_numbers(url);
    (void)store->draw_asked();  // all of that is on the disk
    const auto claims = store->claim(worker, 1);
    REQUIRE(claims.size() == 1);
    server.kill();
    server.start();
    const auto valid = when_back([&] { return store->heartbeat(worker, lease); });
    const bool survived = std::ranges::find(valid, claims[0].token) != valid.end();
    Claim now = claims[0];
    if (!survived) {
      ++lost;
      const RunningReport report{.report_id = "r1", .range = now.range, .asked = now.asked, .started_at = Instant{}};
      CHECK(store->remember_report(now.token, report) == Outcome::stale);
      CHECK(commit_with_its_number(*store, now).state == CommitResult::State::stale);
      const auto anew = store->claim(worker, 1);
      REQUIRE(anew.size() == 1);
      CHECK(anew[0].chunk == claims[0].chunk);
      CHECK(anew[0].reports.empty());
      now = anew[0];
    }
    CHECK(commit_with_its_number(*store, now).chunk_completed);
    CHECK(store->coverage(integration, CollectionType::ads).at(0).asked == now.asked);
  }
  CHECK(lost > 0);
}

TEST_CASE("where anything of a claim is on the disk its number is, and is never drawn again") {
  PostgresServer server;
  const std::string url = server.new_database();
  const auto store = machine_at(url);
  const WorkerId worker = register_worker(*store, 21);
  (void)add_account(*store, "act_1", {plan(1, 1)});
  use_up_numbers(url);
  const auto claims = store->claim(worker, 1);
  REQUIRE(claims.size() == 1);
  const RunningReport report{
      .report_id = "r1", .range = claims[0].range, .asked = claims[0].asked, .started_at = store->now()};
  CHECK(store->remember_report(claims[0].token, report) == Outcome::done);
  PostgresShell(url).run("SELECT pg_logical_emit_message(true, 'test', '')");  // anything that waits for the disk
  server.kill();
  server.start();
  CHECK(when_back([&] { return store->heartbeat(worker, lease); }) == std::vector{claims[0].token});
  CHECK(store->draw_asked() > claims[0].asked);
  CHECK(commit_with_its_number(*store, claims[0]).chunk_completed);
}

TEST_CASE("workers begin with a request that is not on the disk yet, and it is answered when it is") {
  PostgresServer server;
  const std::string url = server.new_database();
  const auto before = machine_at(url);
  const IntegrationId integration = add_account(*before, "act_1", {});
  // A standby that nobody runs: what waits for the disk waits for it too.
  PostgresShell(url).run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  server.kill();
  server.start();
  const auto store = machine_at(url);
  const auto elsewhere = machine_at(url);
  const WorkerId worker = register_worker(*elsewhere, 21);
  std::atomic<int> heard = 0;
  const auto listening = open_postgres_wake_ups(url, [&](WakeUps::Hint hint) { heard += hint == WakeUps::Hint::work; });
  wait_until([&] { return heard == 1; });

  std::atomic<bool> answered = false;
  std::optional<EnqueuedJobs> enqueued;
  std::jthread asking([&] {
    enqueued = store->enqueue(integration, {plan(1, 1)}, "test");
    answered = true;
  });
  const bool heard_before = comes_true([&] { return heard == 2; });
  use_up_numbers(url);
  std::atomic<bool> claimed = false;
  std::vector<Claim> claims;
  std::jthread claiming([&] {
    claims = elsewhere->claim(worker, 1);
    claimed = true;
  });
  const bool claimed_before = comes_true([&] { return claimed.load(); });
  const bool answered_before = answered;
  PostgresShell shell(url);
  shell.run("ALTER SYSTEM RESET synchronous_standby_names");
  shell.run("SELECT pg_reload_conf()");
  asking.join();
  claiming.join();
  CHECK(heard_before);
  CHECK(claimed_before);
  CHECK_FALSE(answered_before);
  REQUIRE(enqueued.has_value());
  CHECK(enqueued->told);
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].job == enqueued->jobs.at(0).id);
  CHECK(claims[0].asked > claims[0].job_asked);
}

}  // namespace adfill
