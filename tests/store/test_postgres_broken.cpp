// What lies between adfill and PostgreSQL, breaking: the server goes away and comes back, an answer gets lost, a pooler
// stands between.

#include "store/postgres/postgres_store.h"
#include "store/postgres_machine.h"
#include "store/postgres_pooler.h"
#include "store/postgres_proxy.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::commit_of;
using conformance::lease;
using conformance::plan;
using conformance::snapshot_of;
using conformance::World;

// Calls until the store answers again.
template <class Call>
auto when_back(const Call& call) {
  std::optional<decltype(call())> answer;
  wait_until([&] {
    try {
      answer.emplace(call());
    } catch (const StoreUnavailable&) {
    }
    return answer.has_value();
  });
  return *answer;
}

}  // namespace

TEST_CASE("when the server is killed in the middle of a chunk, the store says so, and goes on when it is back") {
  PostgresServer& server = PostgresServer::shared();
  const auto store = machine_at(server.new_database());
  const IntegrationId integration = add_account(*store, "act_1", {plan(1, 4)});
  const WorkerId worker = register_worker(*store, 21);
  const auto claim = store->claim(worker, 1).at(0);
  const Asked asked = store->draw_asked();
  const auto commit = [&](std::size_t since, std::size_t until) {
    DaysCommit days{claim.token, {}};
    for (std::size_t at = since; at < until; ++at) {
      days.days.push_back(snapshot_of(claim.open_days.at(at), asked, ad_rows(claim.open_days.at(at), 50)));
    }
    return store->commit_days(days);
  };
  CHECK(commit(0, 2).days_committed == 2);
  server.kill();
  CHECK_THROWS_AS((void)commit(2, 4), StoreUnavailable);
  CHECK_THROWS_AS((void)store->heartbeat(worker, lease), StoreUnavailable);
  CHECK_THROWS_WITH_AS((void)store->queue(), doctest::Contains("can't be reached"), StoreUnavailable);
  server.start();
  CHECK(when_back([&] { return store->heartbeat(worker, lease); }) == std::vector{claim.token});
  // Of a chunk that is not completed days may be lost with the server, all that were committed together.
  const CommitResult result = commit(0, 4);
  CHECK((result.days_left_alone == 2 || result.days_left_alone == 0));
  CHECK(result.days_committed == 4 - result.days_left_alone);
  CHECK(result.chunk_completed);
  server.kill();
  server.start();
  CHECK(when_back([&] { return store->jobs({}); }).at(0).status == JobStatus::completed);
  PerformanceFilter filter;
  filter.integration = integration;
  CHECK(store->performance(filter).at(0).rows == 200);
}

TEST_CASE("after the server has started anew, idle connections don't fail the next call") {
  PostgresServer& server = PostgresServer::shared();
  const auto store = machine_at(server.new_database());
  CHECK(store->queue().pending == 0);
  server.kill();
  server.start();
  CHECK(store->queue().pending == 0);
  const Asked before = store->draw_asked();
  server.kill();
  server.start();
  CHECK(store->draw_asked() > before);
}

TEST_CASE("a number that came with a claim is never drawn again, though the claim itself may be lost") {
  PostgresServer& server = PostgresServer::shared();
  const std::string url = server.new_database();
  const auto store = machine_at(url);
  for (int time = 0; time < 3; ++time) {
    (void)add_account(*store, "act_" + std::to_string(time), {plan(1)});
    const WorkerId worker = register_worker(*store, 21 + static_cast<std::uint64_t>(time));
    // The next number is the first of a run that the server has to write down.
    PostgresShell shell(url);
    while (shell.run("SELECT log_cnt FROM asked_sequence").at(0) != "0") (void)store->draw_asked();
    const auto claims = store->claim(worker, 1);
    server.kill();
    server.start();
    REQUIRE(claims.size() == 1);
    CHECK(when_back([&] { return store->draw_asked(); }) > claims[0].asked);
  }
}

TEST_CASE("when the answer to a group is lost, each of its chunks finds out by its token") {
  PostgresServer& server = PostgresServer::shared();
  PostgresProxy proxy(server.folder());
  World world(home_at(proxy.through(server.new_database())));
  world.add_account("act_1", {plan(1, 1)});
  world.add_account("act_2", {plan(1, 2)});
  const auto claims = world.claim(2);
  REQUIRE(claims.size() == 2);
  std::vector<DaysCommit> commits;
  for (const Claim& claim : claims) {
    const Day day = claim.open_days.at(0);
    commits.push_back(commit_of(claim, {snapshot_of(day, world.store->draw_asked(), ad_rows(day, 3))}));
  }
  proxy.swallow_next_commit();
  for (const CommitOutcome& outcome : world.store->commit_group(commits)) {
    REQUIRE_FALSE(outcome.has_value());
    CHECK_THROWS_WITH_AS(std::rethrow_exception(outcome.error()), doctest::Contains("broke while it committed"),
                         StoreUnavailable);
  }
  CHECK(proxy.has_swallowed());
  const auto again = world.store->commit_group(commits);
  for (std::size_t at = 0; at < 2; ++at) {
    const bool was_last = claims.at(at).range.length() == 1;
    CHECK(again.at(at)->state == (was_last ? CommitResult::State::stale : CommitResult::State::done));
    CHECK(again.at(at)->days_left_alone == (was_last ? 0 : 1));
    CHECK(world.totals(claims.at(at).integration).impressions == commits.at(at).days.at(0).totals_read.impressions);
  }
}

TEST_CASE("a commit whose answer was lost is not repeated: the next call finds out by its token") {
  PostgresServer& server = PostgresServer::shared();
  PostgresProxy proxy(server.folder());
  World world(home_at(proxy.through(server.new_database())));
  const IntegrationId integration = world.add_account("act_1", {plan(2, 2)});
  auto claim = world.claim_one();
  const Asked asked = world.store->draw_asked();
  const auto day = [&](std::size_t at) {
    return snapshot_of(claim->open_days.at(at), asked, ad_rows(claim->open_days.at(at), 10));
  };
  const auto lose = [&](const std::vector<DaySnapshot>& days) {
    proxy.swallow_next_commit();
    CHECK_THROWS_WITH_AS((void)world.store->commit_days(commit_of(*claim, days)),
                         doctest::Contains("broke while it committed"), StoreUnavailable);
    CHECK(proxy.has_swallowed());
  };
  lose({day(0)});
  const auto again = world.store->commit_days(commit_of(*claim, {day(0)}));
  CHECK(again.days_committed == 0);
  CHECK(again.days_left_alone == 1);
  lose({day(1)});
  CHECK(world.store->commit_days(commit_of(*claim, {day(1)})).state == CommitResult::State::stale);
  CHECK(world.end(*claim, Failure::Kind::transient, conformance::retry_at(world.now)) == Outcome::stale);
  PerformanceFilter filter;
  filter.integration = integration;
  CHECK(world.store->performance(filter).at(0).rows == 20);
  CHECK(world.store->jobs({}).at(0).rows == 20);
  CHECK(world.store->jobs({}).at(0).chunks_completed == 1);
  world.collect_all();
  world.check();
}

TEST_CASE("a request whose answer was lost finds what it made when it is repeated") {
  PostgresServer& server = PostgresServer::shared();
  PostgresProxy proxy(server.folder());
  World world(home_at(proxy.through(server.new_database())));
  const IntegrationId integration = world.add_account("act_1", {});
  proxy.swallow_next_commit();
  CHECK_THROWS_WITH_AS((void)world.store->enqueue(integration, {plan(3)}, "test"),
                       doctest::Contains("broke while it committed"), StoreUnavailable);
  const auto again = world.store->enqueue(integration, {plan(3)}, "test");
  CHECK_FALSE(again->all_new);
  CHECK(world.store->jobs({}).size() == 1);
  world.collect_all();
  world.check();
}

TEST_CASE("a pooler that has no prepared statements is noticed, and everything works through it") {
  PostgresServer& server = PostgresServer::shared();
  const PostgresPooler pooler(server, "transaction");
  const std::string url = pooler.through(server.new_database());
  std::atomic<int> completed = 0;
  std::atomic<int> failed = 0;
  const auto work = [&](std::uint64_t machine) {
    try {
      const auto store = machine_at(url);
      add_account(*store, "act_" + std::to_string(machine), {plan(15, 2)});
      const WorkerId worker = register_worker(*store, machine);
      while (completed < 60) {
        for (const Claim& claim : store->claim(worker, 4)) {
          if (collect(*store, claim, 10).chunk_completed) ++completed;
        }
      }
    } catch (const std::exception&) {
      ++failed;
      completed = 60;
    }
  };
  std::vector<std::thread> machines;
  for (std::uint64_t machine = 0; machine < 4; ++machine) machines.emplace_back(work, 30 + machine);
  for (std::thread& machine : machines) machine.join();
  CHECK(failed == 0);
  const auto store = machine_at(url + "&prepared_statements=off");
  CHECK(store->queue().completed == 60);
  CHECK(store->performance({}).at(0).rows == 60 * 2 * 10);
}

TEST_CASE("a URL that leads nowhere is named without its password, with what to do") {
  const auto store = machine_at("postgresql://somebody:secret@/nowhere?host=/nowhere");
  for (int again = 0; again < 2; ++again) {
    try {
      (void)store->queue();
      FAIL("there is no such server");
    } catch (const StoreUnavailable& refusal) {
      const std::string words = refusal.what();
      CHECK(words.find("check the URL") != std::string::npos);
      CHECK(words.find("secret") == std::string::npos);
    }
  }
  CHECK_THROWS_AS((void)machine_at("postgresql:///adfill?prepared_statements=maybe"), StoreUnavailable);
}

}  // namespace adfill
