// Two commits of one chunk at once.

#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::plan;
using conformance::snapshot_of;

DaysCommit commit_days_of(const Claim& claim, Asked asked, std::size_t first, std::size_t behind) {
  DaysCommit commit{claim.token, {}};
  for (std::size_t at = first; at < behind; ++at) {
    const Day day = claim.open_days.at(at);
    commit.days.push_back(snapshot_of(day, asked, ad_rows(day, 3, 1'000'000)));
  }
  return commit;
}

// What synchronous_commit was when a chunk was written.
std::vector<std::string> noted(PostgresShell& shell) {
  return shell.run("DELETE FROM public.noted RETURNING setting");
}

}  // namespace

TEST_CASE("a commit of a chunk does not wait for another one of the same attempt") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url, 2);
  add_account(*store, "act_1", {plan(1, 4)});
  const Claim claim = store->claim(register_worker(*store, 21), 1).at(0);
  const Asked asked = store->draw_asked();
  PostgresShell beside(url);
  beside.run("BEGIN");
  REQUIRE(beside.run("SELECT 1 FROM public.released_chunks WHERE token IS NOT NULL FOR SHARE").size() == 1);
  std::atomic<bool> is_there = false;
  std::jthread committing([&] {
    CHECK(store->commit_days(commit_days_of(claim, asked, 0, 2)).days_committed == 2);
    is_there = true;
  });
  wait_until([&] { return is_there.load(); });
  beside.run("ROLLBACK");
}

TEST_CASE("of two commits at once that bring a chunk's last days one completes it") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url, 2);
  add_account(*store, "act_1", {plan(1, 4)});
  const Claim claim = store->claim(register_worker(*store, 22), 1).at(0);
  const Asked asked = store->draw_asked();
  PostgresShell looking(url);
  std::atomic<int> completed = 0;
  std::jthread first;
  std::jthread second;
  PostgresShell holding(url);
  holding.run("BEGIN");
  REQUIRE(holding.run("SELECT 1 FROM public.collection_queue FOR NO KEY UPDATE").size() == 1);
  const auto commit = [&](std::size_t from, std::size_t behind) {
    return std::jthread([&, from, behind] {
      const CommitResult result = store->commit_days(commit_days_of(claim, asked, from, behind));
      CHECK(result.days_committed == 2);
      if (result.chunk_completed) ++completed;
    });
  };
  first = commit(0, 2);
  second = commit(2, 4);
  wait_until([&] { return waiting_for_locks(looking) == 2; });
  holding.run("ROLLBACK");
  first.join();
  second.join();
  CHECK(completed == 1);
  CHECK(store->jobs({}).at(0).status == JobStatus::completed);
}

TEST_CASE("the disk is waited for when a chunk is completed, and for each day that was there before") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url, 2);
  const IntegrationId integration = add_account(*store, "act_1", {plan(1, 4)});
  PostgresShell shell(url);
  shell.run("CREATE TABLE public.noted (setting text)");
  shell.run(
      "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.noted SELECT "
      "current_setting('synchronous_commit'); RETURN NULL; END $$");
  const WorkerId worker = register_worker(*store, 23);
  const Claim claim = store->claim(worker, 1).at(0);
  shell.run("CREATE TRIGGER note AFTER UPDATE ON public.collection_queue FOR EACH ROW EXECUTE FUNCTION public.note()");
  const Asked asked = store->draw_asked();
  CHECK(store->commit_days(commit_days_of(claim, asked, 0, 2)).days_committed == 2);
  CHECK(noted(shell) == std::vector<std::string>{"off"});
  CHECK(store->commit_days(commit_days_of(claim, asked, 2, 4)).chunk_completed);
  CHECK(noted(shell) == std::vector<std::string>{"on"});

  REQUIRE(store->enqueue(integration, {plan(1, 4)}, "test")->all_new);
  const Claim again = store->claim(worker, 1).at(0);
  (void)noted(shell);
  CHECK(store->commit_days(commit_days_of(again, store->draw_asked(), 0, 1)).days_committed == 1);
  CHECK(noted(shell) == std::vector<std::string>{"on"});
}

}  // namespace adfill
