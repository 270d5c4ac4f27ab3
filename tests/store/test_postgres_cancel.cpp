// A job that is cancelled while its chunks are committed or claimed on another machine.

#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <thread>

namespace adfill {

namespace {

using conformance::plan;

}  // namespace

TEST_CASE("a cancellation takes hold of its chunks in the order in which a commit of several does") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url, 8);
  add_account(*store, "act_1", {plan(8, 1)});
  REQUIRE(store->claim(register_worker(*store, 13), 8).size() == 8);
  const JobId job = store->jobs({}).at(0).id;
  PostgresShell looking(url);
  std::jthread cancelling;  // ends after the shell that it waits for, whatever fails here
  PostgresShell committing(url);
  committing.run("BEGIN");
  const std::string first = "SELECT token FROM public.released_chunks ORDER BY token LIMIT 1";
  REQUIRE(committing.run(first + " FOR UPDATE").size() == 1);
  cancelling = std::jthread([&] { CHECK(store->cancel_job(job, "test") == Outcome::done); });
  wait_until([&] { return waiting_for_locks(looking) == 1; });
  const std::string others = "SELECT 1 FROM public.released_chunks WHERE token <> (" + first + ")";
  CHECK(committing.run(others + " FOR UPDATE SKIP LOCKED").size() == 7);
  committing.run("ROLLBACK");
  cancelling.join();
  CHECK(store->job(job)->status == JobStatus::cancelled);
  CHECK(store->queue().released == 0);
}

TEST_CASE("a cancellation that meets a claim of a chunk that was released meanwhile begins anew") {
  const std::string url = PostgresServer::shared().new_database();
  const auto deadlocks = PostgresServer::shared().logged("deadlock detected");
  const auto store = machine_at(url, 2);
  add_account(*store, "act_1", {plan(4, 1)});
  const JobId job = store->jobs({}).at(0).id;
  PostgresShell looking(url);
  std::jthread cancelling;
  std::jthread claiming;
  PostgresShell holding(url);
  PostgresShell claim(url);
  holding.run("BEGIN");
  holding.run("SELECT 1 FROM public.integrations FOR NO KEY UPDATE");
  cancelling = std::jthread([&] { CHECK(store->cancel_job(job, "test") == Outcome::done); });
  wait_until([&] { return waiting_for_locks(looking) == 1; });
  // It has cancelled the job's chunks, which nobody sees yet. One that ends just now releases the third.
  looking.run(
      "INSERT INTO public.released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at, "
      "alone) "
      "SELECT id, integration_id, 0, 1, 0, chunk_index, now(), false FROM public.collection_queue WHERE chunk_index = "
      "2");
  claim.run("BEGIN");
  const std::string third = "SELECT id FROM public.collection_queue WHERE chunk_index = 2";
  const std::string released = "SELECT 1 FROM public.released_chunks WHERE chunk_id = (" + third + ") FOR UPDATE";
  REQUIRE(claim.run(released).size() == 1);
  claiming = std::jthread([&] {
    CHECK(claim.run(third + " AND status = 'pending' FOR NO KEY UPDATE").size() == 1);
    claim.run("COMMIT");
  });
  wait_until([&] { return waiting_for_locks(looking) == 2; });
  holding.run("ROLLBACK");
  claiming.join();
  cancelling.join();
  CHECK(store->job(job)->status == JobStatus::cancelled);
  CHECK(store->queue().released == 0);
  CHECK(PostgresServer::shared().logged("deadlock detected") == deadlocks);
}

TEST_CASE("what is cancelled while a claim waits for it is left out and leaves the round, the rest is claimed") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  add_account(*store, "act_1", {plan(1, 1)});
  const JobId cancelled = store->jobs({}).at(0).id;
  add_account(*store, "act_2", {plan(1, 1)});
  const WorkerId worker = register_worker(*store, 13);
  PostgresShell looking(url);
  std::vector<Claim> claims;
  std::jthread claiming;
  PostgresShell cancelling(url);
  cancelling.run("BEGIN");
  cancelling.run("UPDATE public.collection_queue SET status = 'failed', cancelled_at = now() WHERE job_id = '" +
                 cancelled.to_string() + "'");
  claiming = std::jthread([&] { claims = store->claim(worker, 2); });
  wait_until([&] { return waiting_for_locks(looking) == 1; });
  cancelling.run("COMMIT");
  claiming.join();
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].account_id == "act_2");
  CHECK(looking.run("SELECT token FROM public.released_chunks") == std::vector{claims[0].token.to_string()});
  CHECK(looking.run("SELECT token FROM public.collection_attempts") == std::vector{claims[0].token.to_string()});
}

}  // namespace adfill
