// The SQL of the SQLite home itself: its schema, its plans, and what people see who look into the file or write to it.

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite_file.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <mutex>
#include <string>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::commit_of;
using conformance::first_day;
using conformance::plan;
using conformance::snapshot_of;
using conformance::World;

std::vector<std::string> schema_of(const std::string& path) {
  return Shell(path).run("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
}

}  // namespace

TEST_CASE("every statement prepares on a fresh schema") {
  const TemporaryFolder folder;
  const World world(home_in(folder.file()));
  Shell shell(folder.file());
  for (const auto& [name, text] : sql::sqlite::statements) {
    CAPTURE(name);
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v2(shell.connection(), text.data(), static_cast<int>(text.size()), &prepared, &rest);
    CHECK_MESSAGE(code == SQLITE_OK, sqlite3_errmsg(shell.connection()));
    CHECK(rest == text.data() + text.size());
    sqlite3_finalize(prepared);
  }
}

TEST_CASE("migrations up, down and up again give the same schema, and down leaves nothing") {
  const TemporaryFolder folder;
  const World world(home_in(folder.file()));
  const auto schema = schema_of(folder.file());
  CHECK(schema.size() > 30);
  world.store->migrate_down(0);
  CHECK(schema_of(folder.file()).empty());
  world.store->migrate_up();
  CHECK(schema_of(folder.file()) == schema);
}

TEST_CASE("twenty processes that start together bring the schema up once") {
  const TemporaryFolder folder;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::string errors;
  for (int index = 0; index < 20; ++index) {
    threads.emplace_back([&] {
      try {
        open_sqlite_store({folder.file(), [] { return Instant{}; }, [] { return Uuid{}; }})->migrate_up();
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        errors += std::string(error.what()) + "\n";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(errors == "");
  CHECK(Shell(folder.file()).run("SELECT count(*) FROM schema_migrations").at(0) ==
        std::to_string(sql::sqlite::migrations.size()));
}

TEST_CASE("an older adfill refuses a newer schema and says so") {
  const TemporaryFolder folder;
  {
    const World world(home_in(folder.file()));
  }
  Shell(folder.file()).run("INSERT INTO schema_migrations VALUES (999, 'later', '')");
  CHECK_THROWS_WITH_AS(World(home_in(folder.file())), doctest::Contains("newer adfill"), StoreUnavailable);
}

TEST_CASE("claims and releases look along their indexes, whatever the backlog") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  world.add_account("act_1", {plan(5'000, 1)});
  Shell shell(folder.file());
  shell.run("ANALYZE");
  for (const auto statement : {sql::sqlite::next_claimable, sql::sqlite::next_to_release, sql::sqlite::has_open_chunks,
                               sql::sqlite::check_token, sql::sqlite::held_by_worker, sql::sqlite::count_days_done,
                               sql::sqlite::mend_processing, sql::sqlite::count_open_chunks,
                               sql::sqlite::settle_integration, sql::sqlite::list_ended_jobs}) {
    for (const std::string& step : shell.run("EXPLAIN QUERY PLAN " + std::string(statement))) {
      CAPTURE(step);
      CHECK(step.find("SCAN collection_queue") == std::string::npos);
      CHECK(step.find("SCAN q") == std::string::npos);
      CHECK(step.find("SCAN c ") == std::string::npos);
    }
  }
  std::string plan_of_claim;
  for (const std::string& step : shell.run("EXPLAIN QUERY PLAN " + std::string(sql::sqlite::next_claimable)))
    plan_of_claim += step;
  CHECK(plan_of_claim.find("idx_released_chunks_claim") != std::string::npos);
  CHECK(plan_of_claim.find("TEMP B-TREE") == std::string::npos);
}

TEST_CASE("chunks that somebody put in by plain SQL are collected") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  const IntegrationId integration = world.add_account("act_1", {});
  Shell shell(folder.file());
  shell.run("INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date) VALUES ('" +
            integration.to_string() + "', 'ads', '2025-01-01', '2025-01-06')");
  for (const char* range : {"0, '2025-01-01', '2025-01-03'", "1, '2025-01-04', '2025-01-06'"}) {
    shell.run(
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

TEST_CASE("what lost its release, or says it is processed by nobody, is mended by the sweep") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  world.add_job(plan(3));
  (void)world.claim_one();
  Shell(folder.file()).run("DELETE FROM released_chunks");
  CHECK(world.store->sweep().windows_mended == 2);
  world.check();
  world.collect_all();
  CHECK(world.store->queue().completed == 3);
}

TEST_CASE("jobs whose chunks somebody ended by plain SQL, or that never had any, end at the sweep") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  const JobId ended = world.add_job(plan(3));
  Shell shell(folder.file());
  shell.run("UPDATE collection_queue SET status = 'completed' WHERE chunk_index < 2");
  shell.run("UPDATE collection_queue SET status = 'failed', error_message = 'by hand' WHERE chunk_index = 2");
  const auto put_in = [&](const std::string& day, Instant at) {
    shell.run(
        "INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date, created_at) SELECT "
        "integration_id, 'ads', '" +
        day + "', '" + day + "', '" + to_rfc3339(at) + "' FROM collection_jobs LIMIT 1");
    return *JobId::parse(shell.run("SELECT id FROM collection_jobs WHERE start_date = '" + day + "'").at(0));
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

TEST_CASE("a chunk that can't be read fails with words, and the others are claimed") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  const JobId job = world.add_job(plan(3));
  Shell shell(folder.file());
  shell.run("UPDATE collection_queue SET start_date = 'yesterday' WHERE chunk_index = 0");
  const auto claims = world.claim(5);
  REQUIRE(claims.size() == 2);
  CHECK(claims.at(0).chunk_index == 1);
  CHECK(shell.run("SELECT status, retry_count, error_message FROM collection_queue WHERE chunk_index = 0").at(0) ==
        "failed|0|the database holds a value that adfill did not write ('yesterday' as start_date): correct it, or put "
        "a backup in its place");
  CHECK(shell.run("SELECT outcome FROM collection_attempts WHERE ended_at IS NOT NULL").at(0) == "failed");
  CHECK(world.job(job).chunks_failed == 1);
  for (const Claim& claim : claims) CHECK(world.collect(claim).chunk_completed);
  CHECK(world.job(job).status == JobStatus::partial);
  shell.run("UPDATE collection_queue SET start_date = '2025-01-01' WHERE chunk_index = 0");
  CHECK(world.store->retry_job(job, "test") == Outcome::done);
  world.collect_all();
  CHECK(world.job(job).status == JobStatus::completed);
}

TEST_CASE("a day whose stored rows are not what was read is refused, whoever changed them on the way") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  world.add_job(plan(1, 1));
  const auto claim = world.claim_one();
  Shell shell(folder.file());
  shell.run(
      "CREATE TRIGGER meddler AFTER INSERT ON ad_performance BEGIN "
      "UPDATE ad_performance SET cost = cost + 1 WHERE id = NEW.id AND campaign_ad_id = 'ad-1'; END");
  const auto refused = world.collect(*claim);
  CHECK(refused.state == CommitResult::State::inexact);
  CHECK(refused.problem.find("stored are 2 rows") != std::string::npos);
  CHECK(world.store->coverage(claim->integration, CollectionType::ads).empty());
  CHECK(shell.run("SELECT count(*) FROM ad_performance").at(0) == "0");
  shell.run("DROP TRIGGER meddler");
  CHECK(world.collect(*claim).chunk_completed);
}

TEST_CASE("people read exact decimals, and what a commit changed or removed") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  const IntegrationId integration = world.add_account("act_1", {plan(1, 1)});
  const auto commit = [&](std::vector<AdRow> rows) {
    const auto claim = world.claim_one();
    return world.store->commit_days(
        commit_of(*claim, {snapshot_of(first_day, world.store->draw_asked(), std::move(rows))}));
  };
  auto rows = ad_rows(first_day, 3, 12'345'678);
  rows.at(1).metrics.cost = Micros{-50'001};
  CHECK(commit(rows).rows_written == 3);
  Shell shell(folder.file());
  CHECK(shell.run("SELECT cost, conversions, details FROM ad_performance_readable ORDER BY campaign_ad_id") ==
        std::vector<std::string>{"12.345678|0.500000|{\"frequency\":\"1.1\"}",
                                 "-0.050001|0.500000|{\"frequency\":\"1.1\"}",
                                 "12.345680|0.500000|{\"frequency\":\"1.1\"}"});
  (void)world.store->enqueue(integration, {plan(1, 1, JobMode::manual)}, "test");
  rows.pop_back();
  rows.at(0).metrics.clicks = 11;
  CHECK(commit(rows).rows_removed == 1);
  CHECK(shell.run("SELECT change, key, date, r.clicks, r.cost, ad_name, details FROM row_changes r "
                  "JOIN day_changes c ON c.id = r.change_id ORDER BY key") ==
        std::vector<std::string>{"changed|ad-0|2025-01-01|10|12345678||",
                                 "removed|ad-2|2025-01-01|10|12345680|Ad 2|{\"frequency\":\"1.1\"}"});
  CHECK(shell.run("SELECT count(*) FROM ad_performance_details").at(0) == "2");
}

}  // namespace adfill
