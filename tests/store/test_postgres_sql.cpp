// The SQL of the PostgreSQL home itself: its schema, its plans, and what people see who look into the database or write
// to it.

#include "sql/postgres.h"
#include "store/numbered_sql.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <libpq-fe.h>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::commit_of;
using conformance::first_day;
using conformance::plan;
using conformance::snapshot_of;
using conformance::World;
using namespace std::string_literals;

std::vector<std::string> schema_of(PostgresShell& shell) {
  return shell.run(
      "SELECT table_schema, table_name, column_name, data_type, column_default, is_nullable FROM "
      "information_schema.columns WHERE table_schema IN ('public', 'adfill') UNION ALL "
      "SELECT n.nspname, c.relname, i.relname, pg_get_indexdef(i.oid), '', '' FROM pg_index x JOIN pg_class i ON i.oid "
      "= "
      "x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
      "n.nspname "
      "IN ('public', 'adfill') UNION ALL "
      "SELECT n.nspname, conrelid::regclass::text, conname, pg_get_constraintdef(c.oid), '', '' FROM pg_constraint c "
      "JOIN "
      "pg_namespace n ON n.oid = c.connamespace WHERE n.nspname IN ('public', 'adfill') UNION ALL "
      "SELECT n.nspname, p.oid::regprocedure::text, '', pg_get_functiondef(p.oid), '', '' FROM pg_proc p JOIN "
      "pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'adfill') ORDER BY 1, 2, 3, 4");
}

// A database of its own, with a store and a shell on it.
struct Database {
  std::string url = PostgresServer::shared().new_database();
  World world{home_at(url)};
  PostgresShell shell{url};
};

}  // namespace

TEST_CASE("every statement prepares on a fresh PostgreSQL schema") {
  PostgresShell shell(PostgresServer::shared().new_database());
  shell.run("SET search_path = public");
  for (const auto& [name, text] : sql::postgres::statements) {
    CAPTURE(name);
    if (text.find(';') != text.size() - 1) continue;  // a script: run as one by every transaction, or every migration
    if (text.starts_with("COPY ")) continue;          // can't be prepared: "many rows at once"
    pg_result* result =
        PQprepare(shell.connection(), std::string(name).c_str(), numbered(text).text.c_str(), 0, nullptr);
    CHECK_MESSAGE(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
    PQclear(result);
  }
}

TEST_CASE("migrations up, down and up again give the same PostgreSQL schema, and down leaves nothing") {
  Database database;
  const auto schema = schema_of(database.shell);
  CHECK(schema.size() > 200);
  database.world.store->migrate_down(0);
  CHECK(schema_of(database.shell).empty());
  CHECK(database.shell.run("SELECT count(*) FROM pg_namespace WHERE nspname = 'adfill'").at(0) == "0");
  database.world.store->migrate_up();
  CHECK(schema_of(database.shell) == schema);
}

TEST_CASE("ten processes that start together bring the PostgreSQL schema up once") {
  const std::string url = PostgresServer::shared().new_database(true);
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int index = 0; index < 10; ++index) {
    threads.emplace_back([&] {
      try {
        PostgresOptions options;
        options.url = url;
        options.new_uuid = [] { return Uuid{}; };
        open_postgres_store(std::move(options))->migrate_up();
      } catch (const std::exception&) {
        ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(PostgresShell(url).run("SELECT count(*) FROM public.schema_migrations").at(0) ==
        std::to_string(sql::postgres::migrations.size()));
}

TEST_CASE("an older adfill refuses a newer PostgreSQL schema and says so") {
  Database database;
  database.shell.run("INSERT INTO public.schema_migrations VALUES (999, 'later', now())");
  CHECK_THROWS_WITH_AS(database.world.store->migrate_up(), doctest::Contains("newer adfill"), StoreUnavailable);
}

TEST_CASE("credentials and tokens have a schema of their own, and no other role sees a row of the rest") {
  Database database;
  database.world.add_job(plan(1));
  CHECK(
      database.shell.run("SELECT table_name FROM information_schema.tables WHERE table_schema = 'adfill' ORDER BY 1") ==
      std::vector<std::string>{"alert_channels", "alert_deliveries", "api_sessions", "api_tokens", "credentials",
                               "first_gate", "invocation", "keyed_requests", "second_gate"});
  CHECK(
      database.shell.run("SELECT relname FROM pg_class c WHERE relkind = 'r' AND NOT relrowsecurity AND relnamespace = "
                         "'public'::regnamespace") == std::vector<std::string>{});
  database.shell.run("CREATE ROLE web");
  database.shell.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO web");
  CHECK(database.shell.run("SELECT count(*) FROM public.integrations").at(0) == "1");
  database.shell.run("SET ROLE web");
  CHECK(database.shell.run("SELECT count(*) FROM public.integrations").at(0) == "0");
  CHECK(database.shell.run("SELECT count(*) FROM public.waiting_chunks").at(0) == "0");
  // Every table and view of it, whatever is added later; and none of the other schema, granted or not.
  database.shell.run("RESET ROLE");
  const auto tables = database.shell.run(
      "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'p') AND relnamespace = 'public'::regnamespace");
  database.shell.run("SET ROLE web");
  for (const auto& table : tables) {
    CAPTURE(table);
    CHECK(database.shell.run("SELECT count(*) FROM public." + table).at(0) == "0");
  }
  CHECK(database.shell.run("SELECT has_schema_privilege('web', 'adfill', 'USAGE')").at(0) == "f");
  database.shell.run("RESET ROLE");
  database.shell.run("CREATE POLICY web_reads ON public.integrations FOR SELECT TO web USING (true)");
  database.shell.run("SET ROLE web");
  CHECK(database.shell.run("SELECT count(*) FROM public.integrations").at(0) == "1");
  database.shell.run("RESET ROLE");
  database.shell.run("DROP OWNED BY web");
  database.shell.run("DROP ROLE web");
}

TEST_CASE("chunks that somebody put into PostgreSQL by plain SQL are collected") {
  Database database;
  World& world = database.world;
  world.now += std::chrono::hours(24 * 365);
  const IntegrationId integration = world.add_account("act_1", {});
  database.shell.run("SET search_path = public");
  database.shell.run("INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date) VALUES ('" +
                     integration.to_string() + "', 'ads', '2025-01-01', '2025-01-06')");
  for (const char* range : {"0, date '2025-01-01', date '2025-01-03'", "1, date '2025-01-04', date '2025-01-06'"}) {
    database.shell.run(
        "INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type) "
        "SELECT id, integration_id, " +
        std::string(range) + ", collection_type FROM collection_jobs");
  }
  CHECK(world.store->sweep().windows_mended == 2);
  world.check();
  world.collect_all();
  const auto job = world.store->jobs({}).at(0);
  CHECK(job.status == JobStatus::completed);
  CHECK(job.chunks_total == 2);
  CHECK(world.integration(integration).status == IntegrationStatus::success);
}

TEST_CASE("jobs in PostgreSQL whose chunks somebody ended by plain SQL, or that never had any, end at the sweep") {
  Database database;
  World& world = database.world;
  const JobId ended = world.add_job(plan(3));
  database.shell.run("SET search_path = public");
  database.shell.run("UPDATE collection_queue SET status = 'completed' WHERE chunk_index < 2");
  database.shell.run("UPDATE collection_queue SET status = 'failed', error_message = 'by hand' WHERE chunk_index = 2");
  const auto put_in = [&](const std::string& day, Instant at) {
    return *JobId::parse(
        database.shell
            .run("INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date, created_at) "
                 "SELECT integration_id, 'ads', '" +
                 day + "', '" + day + "', '" + to_rfc3339(at) + "' FROM collection_jobs LIMIT 1 RETURNING id")
            .at(0));
  };
  const JobId empty = put_in("2024-05-01", world.now - std::chrono::hours(1));
  const JobId young = put_in("2024-05-02", world.now);
  (void)world.store->sweep();
  CHECK(world.job(ended).status == JobStatus::partial);
  CHECK(world.job(ended).chunks_completed == 2);
  CHECK(world.job(ended).error_message == "by hand");
  CHECK(world.job(empty).status == JobStatus::completed);
  CHECK_FALSE(is_final(world.job(young).status));  // its chunks may be on their way
  world.pass(std::chrono::minutes(10));
  (void)world.store->sweep();
  CHECK(is_final(world.job(young).status));
  CHECK(world.store->queue().released == 0);
}

TEST_CASE("what hangs on a chunk goes with it, whoever deletes it") {
  Database database;
  World& world = database.world;
  const IntegrationId kept = world.add_account("act_1", {plan(2)});
  world.add_account("act_2", {plan(3, 1, JobMode::daily)});
  CHECK(world.claim(9).size() == 3);
  const auto count = [&](const std::string& what) { return database.shell.run("SELECT count(*) FROM " + what).at(0); };
  REQUIRE(count("public.released_chunks") == "3");
  REQUIRE(count("public.collection_attempts") == "3");
  database.shell.run("CREATE ROLE cleaner");
  database.shell.run("GRANT SELECT, DELETE ON public.collection_queue TO cleaner");
  database.shell.run("CREATE POLICY cleaning ON public.collection_queue TO cleaner USING (true)");
  database.shell.run("SET ROLE cleaner");
  database.shell.run("DELETE FROM public.collection_queue WHERE integration_id <> '" + kept.to_string() + "'");
  database.shell.run("RESET ROLE");
  database.shell.run("DROP OWNED BY cleaner; DROP ROLE cleaner");
  CHECK(count("public.released_chunks") == "2");
  CHECK(count("public.collection_attempts") == "2");
  CHECK(count("public.collection_attempts a JOIN public.collection_queue q ON q.id = a.chunk_id") == "2");

  database.shell.run("TRUNCATE public.collection_queue CASCADE");  // fires no trigger for rows
  (void)world.store->sweep();
  CHECK(count("public.released_chunks") == "0");
}

TEST_CASE("a chunk in PostgreSQL that can't be read fails with words, and the others are claimed") {
  Database database;
  World& world = database.world;
  const JobId job = world.add_job(plan(3));
  database.shell.run("SET search_path = public");
  database.shell.run("UPDATE collection_queue SET start_date = '-infinity' WHERE chunk_index = 0");
  const auto claims = world.claim(5);
  REQUIRE(claims.size() == 2);
  CHECK(claims.at(0).chunk_index == 1);
  CHECK(database.shell.run("SELECT status, error_message FROM collection_queue WHERE chunk_index = 0").at(0) ==
        "failed|the database holds a value that adfill did not write ('-infinity' as start_date): correct it, or put a "
        "backup in its place");
  CHECK(world.job(job).chunks_failed == 1);
  for (const Claim& claim : claims) CHECK(world.collect(claim).chunk_completed);
  CHECK(world.job(job).status == JobStatus::partial);
  database.shell.run("UPDATE collection_queue SET start_date = '2025-01-01' WHERE chunk_index = 0");
  CHECK(world.store->retry_job(job, "test") == Outcome::done);
  world.collect_all();
  CHECK(world.job(job).status == JobStatus::completed);
}

TEST_CASE("people read exact decimals from PostgreSQL, and what a commit changed or removed") {
  Database database;
  World& world = database.world;
  const IntegrationId integration = world.add_account("act_1", {plan(1, 1)});
  const auto commit = [&](std::vector<AdRow> rows) {
    const auto claim = world.claim_one();
    return world.store->commit_days(
        commit_of(*claim, {snapshot_of(first_day, world.store->draw_asked(), std::move(rows))}));
  };
  auto rows = ad_rows(first_day, 3, 12'345'678);
  rows.at(1).metrics.cost = Micros{-50'001};
  rows.at(1).ad_name = "quote\" back\\slash {brace} NULL \0 end"s;
  CHECK(commit(rows).rows_written == 3);
  database.shell.run("SET search_path = public");
  CHECK(database.shell.run("SELECT cost, conversions, details FROM ad_performance_readable ORDER BY campaign_ad_id") ==
        std::vector<std::string>{"12.345678|0.500000|{\"frequency\":\"1.1\"}",
                                 "-0.050001|0.500000|{\"frequency\":\"1.1\"}",
                                 "12.345680|0.500000|{\"frequency\":\"1.1\"}"});
  CHECK(database.shell.run("SELECT ad_name FROM ad_performance WHERE campaign_ad_id = 'ad-1'").at(0) ==
        "quote\" back\\slash {brace} NULL \xEF\xBF\xBD end");
  (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
  CHECK(commit(rows).rows_unchanged == 3);
  (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
  rows.pop_back();
  rows.at(0).metrics.clicks = 11;
  CHECK(commit(rows).rows_removed == 1);
  CHECK(database.shell.run("SELECT change, key, date, r.clicks, r.cost, ad_name, details FROM row_changes r "
                           "JOIN day_changes c ON c.id = r.change_id ORDER BY key") ==
        std::vector<std::string>{"changed|ad-0|2025-01-01|10|12.345678||",
                                 "removed|ad-2|2025-01-01|10|12.345680|Ad 2|{\"frequency\":\"1.1\"}"});
  CHECK(database.shell.run("SELECT count(*) FROM ad_performance_details").at(0) == "2");
}

TEST_CASE("a day whose rows in PostgreSQL are not what was read is refused, whoever changed them on the way") {
  Database database;
  World& world = database.world;
  world.add_job(plan(1, 1));
  const auto claim = world.claim_one();
  database.shell.run("SET search_path = public");
  database.shell.run(
      "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.cost := NEW.cost + 0.000001; RETURN "
      "NEW; "
      "END $$");
  database.shell.run("CREATE TRIGGER meddler BEFORE INSERT ON ad_performance FOR EACH ROW EXECUTE FUNCTION meddle()");
  const auto refused = world.collect(*claim);
  CHECK(refused.state == CommitResult::State::inexact);
  CHECK(refused.problem.find("stored are 2 rows") != std::string::npos);
  CHECK(world.store->coverage(claim->integration, CollectionType::ads).empty());
  CHECK(database.shell.run("SELECT count(*) FROM ad_performance").at(0) == "0");
  database.shell.run("DROP TRIGGER meddler ON ad_performance");
  CHECK(world.collect(*claim).chunk_completed);
}

}  // namespace adfill
