// What keeps a PostgreSQL home as quick beside a large queue: what is counted rarely, looked at page by page, and
// planned once.

#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

namespace adfill {

namespace {

using conformance::plan;

// `jobs` accounts with a job of `chunks` chunks each, none of them released, as a crash might leave them.
void fill(PostgresShell& shell, int jobs, int chunks) {
  const std::string many = std::to_string(jobs);
  const std::string last = std::to_string(chunks - 1);
  shell.run("SET search_path = public; SET session_replication_role = replica");  // no look at each foreign key
  shell.run("INSERT INTO advertisers (name) VALUES ('Many') ON CONFLICT DO NOTHING");
  shell.run(
      "INSERT INTO integrations (advertiser_id, source, account_id, currency, time_zone) "
      "SELECT a.id, 'meta', 'many_' || n, 'USD', 'UTC' FROM advertisers a, generate_series(1, " +
      many + ") n WHERE a.name = 'Many'");
  shell.run(
      "INSERT INTO integration_slices (integration_id, collection_type, days) "
      "SELECT id, 'ads', 90 FROM integrations WHERE account_id LIKE 'many%'");
  shell.run(
      "INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date, asked, chunks_total) "
      "SELECT id, 'ads', '2025-01-01', date '2025-01-01' + " +
      last + ", nextval('asked_sequence'), " + last + " + 1 FROM integrations WHERE account_id LIKE 'many%'");
  shell.run(
      "INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type, "
      "unseen) SELECT j.id, j.integration_id, n, j.start_date + n, j.start_date + n, 'ads', false "
      "FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id, generate_series(0, " +
      last + ") n WHERE i.account_id LIKE 'many%'");
}

}  // namespace

TEST_CASE("a small queue is counted for each look, a large one rarely, and says when") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  PostgresShell shell(url);
  add_account(*store, "act_1", {plan(5)});
  CHECK(store->queue().pending == 5);
  add_account(*store, "act_2", {plan(3)});
  CHECK(store->queue().pending == 8);

  fill(shell, 100, 600);
  const QueueRecord counted = store->queue();
  CHECK(counted.pending == 60'008);
  REQUIRE(counted.counted_at.has_value());
  add_account(*store, "act_3", {plan(7)});
  const QueueRecord again = store->queue();
  CHECK(again.pending == 60'008);
  CHECK(again.counted_at == counted.counted_at);
  store->close_scope("an app", store->now() + std::chrono::minutes(1), "quota");
  CHECK(store->queue().throttled.size() == 1);  // what is not counted is of now

  const QueueRecord elsewhere = machine_at(url)->queue();
  CHECK(elsewhere.pending == 60'015);
  CHECK(elsewhere.counted_at > counted.counted_at);
}

TEST_CASE("sweeps look at a page of the jobs each, and together at all of them") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  PostgresShell shell(url);
  fill(shell, 2'500, 3);

  CHECK(store->sweep().windows_mended == 2 * 1'000);
  CHECK(store->sweep().windows_mended == 2 * 1'000);
  CHECK(store->sweep().windows_mended == 2 * 500);
  CHECK(store->queue().released == 5'000);
  shell.run(
      "UPDATE released_chunks SET parked_until = 'infinity' WHERE chunk_id IN "
      "(SELECT max(chunk_id::text)::uuid FROM released_chunks)");
  shell.run(
      "UPDATE collection_queue SET status = 'completed' WHERE id IN (SELECT min(chunk_id::text)::uuid FROM "
      "released_chunks)");
  for (int round = 0; round < 6; ++round) (void)store->sweep();
  CHECK(shell.run("SELECT count(*) FROM released_chunks WHERE parked_until IS NOT NULL").at(0) == "0");
  CHECK(shell
            .run("SELECT count(*) FROM released_chunks r JOIN collection_queue q ON q.id = r.chunk_id "
                 "WHERE q.status = 'completed'")
            .at(0) == "0");
}

TEST_CASE("an account that is opened while a claim parks its chunks is not left waiting, nor holds the claim up") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url);
  const WorkerId worker = register_worker(*store, 5);
  const IntegrationId integration = add_account(*store, "act_1", {plan(5)});
  REQUIRE(store->pause(integration, true, "test") == Outcome::done);
  PostgresShell claim(url);
  claim.run("BEGIN");
  claim.run("UPDATE public.released_chunks SET parked_until = 'infinity'");  // it has seen the account paused

  std::jthread opening([&] { CHECK(store->pause(integration, false, "test") == Outcome::done); });
  PostgresShell looking(url);
  while (looking.run("SELECT count(*) FROM pg_locks WHERE NOT granted").at(0) == "0") std::this_thread::yield();
  claim.run("UPDATE public.integrations SET turn = turn");  // what it served goes to the end of the round
  claim.run("COMMIT");
  opening.join();

  CHECK(store->claim(worker, 5).size() == 2);
}

TEST_CASE("what writes goes along the indexes, also when it was planned while its tables were empty") {
  const std::string url = PostgresServer::shared().new_database();
  {
    const auto store = machine_at(url, 1);
    const WorkerId worker = register_worker(*store, 5);
    for (int account = 0; account < 8; ++account) {
      add_account(*store, "act_" + std::to_string(account), {plan(2)});
      for (const Claim& claim : store->claim(worker, 2)) (void)collect(*store, claim, 1);
    }
  }
  PostgresShell shell(url);
  const auto scans = [&shell](const std::string& kind) {  // a session tells its numbers at its end
    return shell
        .run("SELECT sum(" + kind +
             ") FROM pg_stat_user_tables WHERE relname IN "
             "('collection_queue', 'collection_jobs', 'released_chunks', 'ad_performance', 'collection_coverage')")
        .at(0);
  };
  wait_until([&] { return scans("idx_scan") != "0"; });
  CHECK(scans("seq_scan") == "0");
}

TEST_CASE("claims go into the round one behind the other, and past one that stands still in there") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = machine_at(url, 2);
  add_account(*store, "act_0", {plan(1, 1)});
  add_account(*store, "act_1", {plan(2, 1)});
  CHECK(store->claim(register_worker(*store, 6), 1).size() == 1);  // a connection's first look reads catalogues
  PostgresShell looking(url);
  std::vector<Claim> claims;
  std::jthread claiming;
  PostgresShell standing(url);
  standing.run("BEGIN");
  const std::string enter = "LOCK TABLE adfill.first_gate, adfill.second_gate IN SHARE UPDATE EXCLUSIVE MODE";
  standing.run(enter);
  claiming = std::jthread([&] { claims = store->claim(register_worker(*store, 7), 1); });
  wait_until([&] { return waiting_for_locks(looking) == 1; });
  CHECK(looking.run("SELECT count(backend_xmin) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").at(0) == "0");
  standing.run("COMMIT");
  claiming.join();
  CHECK(claims.size() == 1);

  standing.run("BEGIN");
  standing.run(enter);
  CHECK(store->claim(register_worker(*store, 8), 1).size() == 1);
  standing.run("ROLLBACK");
}

}  // namespace adfill
