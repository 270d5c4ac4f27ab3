// The replaced system's parts on PostgreSQL: its names, its functions, and chunks put in by plain SQL.

#include "store/postgres/postgres_store.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <libpq-fe.h>

namespace adfill {

namespace {

using conformance::first_day;
using conformance::plan;
using conformance::World;

struct Database {
  std::string url = PostgresServer::shared().new_database();
  World world{home_at(url)};
  PostgresShell shell{url};

  Database() {
    shell.run("SET search_path = public");
    world.now += std::chrono::hours(24 * 365);  // past the time at which the database puts chunks in
  }
  std::string ask(const std::string& statement) { return shell.run(statement).at(0); }
  // The server's words when the statement is refused.
  std::string refusal(const std::string& statement) {
    pg_result* result = PQexec(shell.connection(), statement.c_str());
    std::string words = PQresultErrorMessage(result);
    PQclear(result);
    return words;
  }
  void put_in(const std::string& job, int index, const std::string& days) {
    shell.run(
        "INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type) "
        "SELECT id, integration_id, " +
        std::to_string(index) + ", " + days + ", collection_type FROM collection_jobs WHERE id = '" + job + "'");
  }
};

int version_of(Store& store, const std::string& migration) {
  for (const MigrationStep& step : store.migrations()) {
    if (step.name == migration) return step.version;
  }
  FAIL("there is no migration ", migration);
  return 0;
}

// A worker's look; how many chunks it released.
int take_in(World& world) {
  const auto before = world.store->queue().released;
  (void)world.store->next_due();
  return static_cast<int>(world.store->queue().released - before);
}

bool notified(PostgresShell& shell) {
  shell.run("SELECT 1");
  PGnotify* notification = PQnotifies(shell.connection());
  const bool any = notification != nullptr;
  PQfreemem(notification);
  return any;
}

}  // namespace

TEST_CASE("the replaced system's tables, checks, keys and indexes have their names on PostgreSQL") {
  Database database;
  CHECK(database.shell.run("SELECT column_name, data_type, is_nullable, coalesce(column_default, '') FROM "
                           "information_schema.columns WHERE table_schema = 'public' AND table_name = "
                           "'collection_queue' ORDER BY ordinal_position LIMIT 16") ==
        std::vector<std::string>{
            "id|uuid|NO|gen_random_uuid()", "job_id|uuid|NO|", "integration_id|uuid|NO|", "chunk_index|integer|NO|",
            "start_date|date|NO|", "end_date|date|NO|", "collection_type|text|NO|", "status|text|NO|'pending'::text",
            "retry_count|integer|NO|0", "max_retries|integer|NO|3", "error_message|text|YES|",
            "last_error_at|timestamp with time zone|YES|", "created_at|timestamp with time zone|NO|now()",
            "started_at|timestamp with time zone|YES|", "completed_at|timestamp with time zone|YES|",
            "updated_at|timestamp with time zone|NO|now()"});
  const auto constraint = [&](const std::string& table, const std::string& name) {
    return database.ask("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '" + table +
                        "'::regclass AND conname = '" + name + "'");
  };
  CHECK(constraint("collection_queue", "valid_status") ==
        "CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))");
  CHECK(constraint("collection_queue", "valid_collection_type") ==
        "CHECK ((collection_type = ANY (ARRAY['ads'::text, 'demographics'::text, 'creatives'::text])))");
  CHECK(constraint("collection_queue", "valid_retry_count") ==
        "CHECK (((retry_count >= 0) AND (retry_count <= max_retries)))");
  CHECK(constraint("collection_queue", "collection_queue_job_id_chunk_index_key") == "UNIQUE (job_id, chunk_index)");
  CHECK(constraint("collection_queue", "collection_queue_job_id_fkey") ==
        "FOREIGN KEY (job_id) REFERENCES collection_jobs(id) ON DELETE CASCADE");
  CHECK(constraint("collection_queue", "collection_queue_integration_id_fkey") ==
        "FOREIGN KEY (integration_id) REFERENCES integrations(id) ON DELETE CASCADE");
  const auto index = [&](const std::string& name) {
    return database.ask("SELECT pg_get_indexdef('" + name + "'::regclass)");
  };
  CHECK(index("idx_collection_queue_status_created") ==
        "CREATE INDEX idx_collection_queue_status_created ON public.collection_queue USING btree (status, created_at) "
        "WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]))");
  CHECK(index("idx_collection_queue_job_id") ==
        "CREATE INDEX idx_collection_queue_job_id ON public.collection_queue USING btree (job_id, status)");
  CHECK(index("idx_collection_queue_integration") ==
        "CREATE INDEX idx_collection_queue_integration ON public.collection_queue USING btree (integration_id)");
  const auto unique = [&](const std::string& table) {
    return database.ask("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'u' AND conrelid = '" +
                        table + "'::regclass");
  };
  CHECK(unique("ad_performance") == "UNIQUE (advertiser_id, source, account_id, date, campaign_ad_id)");
  CHECK(unique("ad_creatives") == "UNIQUE (advertiser_id, source, account_id, ad_id)");
  CHECK(unique("ad_performance_demographics") ==
        "UNIQUE (advertiser_id, source, account_id, date, breakdown, gender, age)");
}

TEST_CASE("counting a chunk too often does no harm, and a job is closed exactly when its chunks are") {
  Database database;
  World& world = database.world;
  const JobId job = world.add_job(plan(3));
  const std::string id = "('" + job.to_string() + "')";
  const auto state = [&] {
    return database.ask("SELECT status, chunks_total, chunks_completed, chunks_failed FROM collection_jobs");
  };
  const auto end_chunk = [&](int index, const std::string& status) {
    database.shell.run(
        "UPDATE collection_queue SET status = '" + status +
        "', error_message = 'by hand', last_error_at = now() WHERE chunk_index = " + std::to_string(index));
  };
  end_chunk(0, "completed");
  for (int call = 0; call < 5; ++call) database.shell.run("SELECT increment_chunks_completed" + id);
  CHECK(state() == "pending|3|1|0");
  end_chunk(1, "failed");
  for (int call = 0; call < 5; ++call) database.shell.run("SELECT increment_chunks_failed" + id);
  CHECK(state() == "pending|3|1|1");
  CHECK(database.ask("SELECT check_and_finalize_job" + id) == "f");
  CHECK(state() == "pending|3|1|1");
  end_chunk(2, "completed");
  CHECK(database.ask("SELECT check_and_finalize_job" + id) == "t");
  CHECK(state() == "partial|3|2|1");
  CHECK(database.ask("SELECT status, last_error FROM integrations") == "error|by hand");
  CHECK(database.ask("SELECT check_and_finalize_job('00000000-0000-4000-8000-000000000000')") == "f");
}

TEST_CASE("check_and_finalize_job closes jobs and settles integrations as adfill's own statements do") {
  const std::vector<std::string> ends{"completed", "failed"};
  for (unsigned pattern = 0; pattern < 16; ++pattern) {
    CAPTURE(pattern);
    // The same states twice: one is closed by the function, the other by the sweep.
    std::vector<std::string> closed;
    for (const bool by_function : {true, false}) {
      Database database;
      World& world = database.world;
      const IntegrationId account =
          world.add_account("act_1", {plan(2), plan(1, 3, JobMode::daily, CollectionType::creatives)});
      database.shell.run("UPDATE collection_queue q SET error_message = 'by hand', status = CASE " +
                         std::string("WHEN j.mode = 'daily' THEN '") + ends[pattern & 1U] + "' WHEN chunk_index = 0 " +
                         "THEN '" + ends[pattern >> 1U & 1U] + "' ELSE '" +
                         (pattern >> 2U & 1U ? "pending" : ends[pattern >> 3U & 1U]) +
                         "' END FROM collection_jobs j WHERE j.id = q.job_id");
      if (by_function) {
        database.shell.run("SELECT check_and_finalize_job(id) FROM collection_jobs ORDER BY id");
      } else {
        (void)world.store->sweep();
      }
      std::string text =
          std::string(to_string(world.integration(account).status)) + world.integration(account).last_error;
      for (const auto& line : database.shell.run("SELECT mode, status, chunks_total, chunks_completed, chunks_failed, "
                                                 "error_message FROM collection_jobs ORDER BY mode")) {
        text += "\n" + line;
      }
      closed.push_back(text);
    }
    // Jobs that are still open have been counted by one of the two only.
    if ((pattern >> 2U & 1U) == 0) CHECK(closed[0] == closed[1]);
    CHECK(closed[0].substr(0, closed[0].find('\n')) == closed[1].substr(0, closed[1].find('\n')));
  }
}

TEST_CASE("a scheduled collection makes one job for yesterday in each account's time zone, and no second open one") {
  Database database;
  World& world = database.world;
  const IntegrationId seoul = world.add_account("act_1", {});
  const IntegrationId paused = world.add_account("act_2", {});
  CHECK(world.store->pause(paused, true, "test") == Outcome::done);
  world.add_account("act_3", {});
  database.shell.run("UPDATE integrations SET time_zone = 'Pacific/Kiritimati' WHERE account_id = 'act_1'");
  database.shell.run("UPDATE integrations SET time_zone = 'Pacific/Pago_Pago' WHERE account_id = 'act_3'");
  database.shell.run("LISTEN adfill_wake");
  CHECK(database.ask("SELECT trigger_scheduled_collection('meta', 'ads')") == "2");
  CHECK(notified(database.shell));
  CHECK(database.ask("SELECT trigger_scheduled_collection('meta', 'ads')") == "0");
  CHECK(database.ask("SELECT trigger_scheduled_collection('naver', 'ads')") == "0");
  CHECK(database.shell.run(
            "SELECT i.account_id, j.mode, j.status, j.collection_type, j.chunks_total, q.status, "
            "j.start_date = (now() AT TIME ZONE i.time_zone)::date - 1 AND j.start_date = j.end_date AND "
            "q.start_date = j.start_date AND q.end_date = j.end_date FROM collection_jobs j JOIN "
            "collection_queue q ON q.job_id = j.id JOIN integrations i ON i.id = j.integration_id ORDER BY "
            "1") ==
        std::vector<std::string>{"act_1|daily|pending|ads|1|pending|t", "act_3|daily|pending|ads|1|pending|t"});
  CHECK(database.ask("SELECT count(DISTINCT start_date) FROM collection_jobs") == "2");
  CHECK(take_in(world) == 2);
  world.collect_all();
  CHECK(database.ask("SELECT count(*) FROM collection_jobs WHERE status = 'completed'") == "2");
  CHECK(world.integration(seoul).status == IntegrationStatus::success);
  for (const char* wrong : {"('tictoc', 'ads')", "('meta', 'tictoc')"}) {
    CHECK(database.refusal(std::string("SELECT trigger_scheduled_collection") + wrong).find("\"tictoc\"") !=
          std::string::npos);
  }
  CHECK(database.refusal("SELECT trigger_scheduled_collection('naver', 'demographics')").find("naver") !=
        std::string::npos);
  CHECK(database.refusal("SELECT trigger_scheduled_collection(NULL, NULL)").find("there is no source") !=
        std::string::npos);
}

TEST_CASE("the invoke functions wake workers, and call adfill with its token where pg_net is there") {
  Database database;
  database.shell.run("LISTEN adfill_wake");
  for (const char* function : {"invoke_collection_worker", "invoke_scheduler_worker"}) {
    CHECK(database.ask(std::string("SELECT ") + function + "()").empty());
    CHECK(notified(database.shell));
  }
  // pg_net's own function, as far as it is used.
  database.shell.run("CREATE SCHEMA net");
  database.shell.run("CREATE TABLE net.called (url TEXT, headers JSONB)");
  database.shell.run(
      "CREATE FUNCTION net.http_get(url TEXT, params JSONB DEFAULT '{}', headers JSONB DEFAULT '{}', "
      "timeout_milliseconds INTEGER DEFAULT 1000) RETURNS BIGINT LANGUAGE sql AS $$ INSERT INTO net.called VALUES "
      "(url, headers); SELECT 1::bigint $$");
  database.shell.run("SELECT invoke_collection_worker()");
  CHECK(database.ask("SELECT count(*) FROM net.called") == "0");  // nobody said where
  database.shell.run("INSERT INTO adfill.invocation (base_url, token) VALUES ('https://adfill.example', 'adf_secret')");
  database.shell.run("SELECT invoke_collection_worker()");
  database.shell.run("SELECT invoke_scheduler_worker()");
  CHECK(database.shell.run("SELECT url, headers FROM net.called ORDER BY url") ==
        std::vector<std::string>{
            R"(https://adfill.example/functions/v1/collection-worker|{"Authorization": "Bearer adf_secret"})",
            R"(https://adfill.example/functions/v1/scheduler-worker|{"Authorization": "Bearer adf_secret"})"});
  database.shell.run("CREATE ROLE stranger");
  database.shell.run("ALTER SCHEMA net OWNER TO stranger");  // then its functions are not run with our rights
  database.shell.run("SELECT invoke_collection_worker()");
  CHECK(database.ask("SELECT count(*) FROM net.called") == "2");
  database.shell.run("ALTER SCHEMA net OWNER TO adfill");
  database.shell.run("DROP ROLE stranger");
}

TEST_CASE("no role but the owner may call the replaced system's functions or read where they call") {
  Database database;
  database.world.add_account("act_1", {});
  database.shell.run("CREATE ROLE caller");
  database.shell.run("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO caller");
  CHECK(database.shell.run("SELECT p.proname FROM pg_proc p WHERE pronamespace IN ('public'::regnamespace, "
                           "'adfill'::regnamespace) AND prorettype <> 'trigger'::regtype AND "
                           "has_function_privilege('caller', oid, 'EXECUTE')") == std::vector<std::string>{});
  CHECK(database.shell.run("SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef AND pronamespace = "
                           "'public'::regnamespace ORDER BY 1") ==
        std::vector<std::string>{R"(invoke_collection_worker|{"search_path=pg_catalog, pg_temp"})",
                                 R"(invoke_scheduler_worker|{"search_path=pg_catalog, pg_temp"})"});
  // Who is given one of them still sees no row that no policy shows.
  database.shell.run("GRANT EXECUTE ON FUNCTION trigger_scheduled_collection(text, text) TO caller");
  database.shell.run("SET ROLE caller");
  CHECK(database.refusal("SELECT token FROM adfill.invocation").find("permission denied") != std::string::npos);
  CHECK(database.ask("SELECT trigger_scheduled_collection('meta', 'ads')") == "0");
  database.shell.run("RESET ROLE");
  database.shell.run("DROP OWNED BY caller");
  database.shell.run("DROP ROLE caller");
}

TEST_CASE("a chunk put by plain SQL into a job of adfill's in PostgreSQL is taken in, and the counters follow") {
  Database database;
  World& world = database.world;
  const JobId job = world.add_job(plan(2));
  database.shell.run("LISTEN adfill_wake");
  CHECK_FALSE(notified(database.shell));  // adfill's own chunks notify nobody inside the commit
  database.put_in(job.to_string(), 2, "'2025-02-01', '2025-02-03'");
  CHECK(notified(database.shell));
  CHECK(take_in(world) == 0);  // the window is full
  CHECK(world.job(job).chunks_total == 3);
  world.check();
  world.collect_all();
  CHECK(world.job(job).status == JobStatus::completed);
  CHECK(world.job(job).chunks_completed == 3);

  // The job has ended: it goes on.
  database.put_in(job.to_string(), 3, "'2025-02-04', '2025-02-06'");
  CHECK(take_in(world) == 1);
  CHECK(world.job(job).status == JobStatus::pending);
  world.check();
  world.collect_all();
  CHECK(world.job(job).chunks_completed == 4);
  CHECK(world.job(job).status == JobStatus::completed);

  // Another job of that range is open: there the days are collected already.
  const JobRecord ended = world.job(job);
  (void)world.store->enqueue(ended.integration, {plan(2)}, "test");
  database.put_in(job.to_string(), 4, "'2025-02-07', '2025-02-09'");
  CHECK(take_in(world) == 0);
  CHECK(world.job(job).status == JobStatus::partial);
  CHECK(world.job(job).chunks_failed == 1);
  CHECK(world.store->chunks(job).back().error_message.find("another job of the same range") != std::string::npos);
  world.check();
}

TEST_CASE("a chunk put in by plain SQL for another account than its job's fails with words") {
  Database database;
  World& world = database.world;
  const JobId job = world.add_job(plan(1));
  const IntegrationId other = world.add_account("act_2", {});
  database.shell.run(
      "INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type) "
      "VALUES "
      "('" +
      job.to_string() + "', '" + other.to_string() + "', 1, '2025-02-01', '2025-02-03', 'ads')");
  CHECK(take_in(world) == 0);
  CHECK(world.job(job).chunks_failed == 1);
  world.check();
  world.collect_all();
  CHECK(world.job(job).status == JobStatus::partial);
}

TEST_CASE("without pg_cron no cron jobs are registered on PostgreSQL") {
  Database database;
  PostgresOptions options;
  options.url = database.url;
  options.new_uuid = [] { return Uuid{}; };
  CHECK_FALSE(schedule_cron_jobs(std::move(options)));
}

TEST_CASE("a PostgreSQL database with data goes down step by step, comes up again and works") {
  Database database;
  World& world = database.world;
  world.add_job(plan(2));
  world.collect_all();
  CHECK(world.store->queue().completed == 2);
  // In the replaced system's order, each alone.
  world.store->migrate_down(version_of(*world.store, "invocation") - 1);
  CHECK(database.refusal("SELECT invoke_collection_worker()").find("does not exist") != std::string::npos);
  CHECK(database.ask("SELECT to_regproc('increment_chunks_completed') IS NOT NULL") == "t");
  world.store->migrate_down(version_of(*world.store, "chunk_counters") - 1);
  CHECK(database.ask("SELECT to_regproc('increment_chunks_completed') IS NULL") == "t");
  CHECK(database.ask("SELECT count(*) FROM collection_queue") == "2");
  world.store->migrate_up();
  CHECK(database.ask("SELECT count(*) FROM collection_queue") == "2");
  CHECK(take_in(world) == 0);  // what was there is seen
  world.add_job(plan(1), "act_2");
  world.collect_all();
  CHECK(world.store->queue().completed == 3);
  world.store->migrate_down(0);
  CHECK(database.shell.run("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") ==
        std::vector<std::string>{});
  CHECK(database.shell.run("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") ==
        std::vector<std::string>{});
  CHECK(database.shell.run("SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace") ==
        std::vector<std::string>{});
  CHECK(database.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'adfill'") == "0");
  world.store->migrate_up();
  world.add_job(plan(1));
  world.collect_all();
  CHECK(world.store->queue().completed == 1);
}

}  // namespace adfill
