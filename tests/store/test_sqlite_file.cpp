// What only a SQLite file can show: reopening, the lock between processes, a full disk, threads, and the SQL itself.

#include "sql/sqlite.h"
#include "store/conformance/world.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace adfill {

namespace {

using conformance::ad_rows;
using conformance::commit_of;
using conformance::first_day;
using conformance::lease;
using conformance::plan;
using conformance::snapshot_of;
using conformance::World;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "adfill-store-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file() const { return (path_ / "adfill.db").string(); }

 private:
  std::filesystem::path path_;
};

conformance::Home home_in(const std::string& path) {
  return {"SQLite file", [path](const conformance::StoreSetup& setup) {
            auto store = open_sqlite_store({path, setup.now, setup.new_uuid, setup.window});
            store->migrate_up();
            return store;
          }};
}

// Plain SQL beside the store, as a user with the sqlite3 shell.
class Shell {
 public:
  explicit Shell(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &connection_) == SQLITE_OK); }
  ~Shell() { sqlite3_close(connection_); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // All rows, columns joined by '|'.
  std::vector<std::string> run(const std::string& statement) {
    std::vector<std::string> rows;
    const auto collect = [](void* into, int columns, char** values, char** /*names*/) {
      std::string row;
      for (int column = 0; column < columns; ++column) {
        row += (column > 0 ? "|" : "") + std::string(values[column] != nullptr ? values[column] : "");
      }
      static_cast<std::vector<std::string>*>(into)->push_back(row);
      return 0;
    };
    char* error = nullptr;
    const int code = sqlite3_exec(connection_, statement.c_str(), collect, &rows, &error);
    CAPTURE(statement);
    REQUIRE_MESSAGE(code == SQLITE_OK, (error != nullptr ? error : ""));
    return rows;
  }
  [[nodiscard]] sqlite3* connection() { return connection_; }

 private:
  sqlite3* connection_ = nullptr;
};

// While it lives, no file of this process grows past what it had plus `bytes`.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit small{bytes, before_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

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
  std::atomic<int> failed = 0;
  for (int index = 0; index < 20; ++index) {
    threads.emplace_back([&] {
      try {
        open_sqlite_store({folder.file(), [] { return Instant{}; }, [] { return Uuid{}; }})->migrate_up();
      } catch (const std::exception&) {
        ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
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
  for (const auto statement :
       {sql::sqlite::next_claimable, sql::sqlite::next_to_release, sql::sqlite::has_open_chunks,
        sql::sqlite::check_token, sql::sqlite::held_by_worker, sql::sqlite::count_days_done,
        sql::sqlite::mend_processing, sql::sqlite::count_open_chunks, sql::sqlite::settle_integration}) {
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

TEST_CASE("a file keeps everything when it is opened again, and only its owner may read it") {
  const TemporaryFolder folder;
  IntegrationId integration;
  Metrics totals;
  {
    World world(home_in(folder.file()));
    integration = world.add_account("act_1", {plan(2)});
    world.collect_all();
    totals = world.totals(integration);
  }
  World world(home_in(folder.file()));
  CHECK(world.totals(integration) == totals);
  CHECK(world.integration(integration).status == IntegrationStatus::success);
  world.check();
  struct stat status{};
  for (const char* suffix : {"", "-wal", "-shm"}) {
    REQUIRE(::stat((folder.file() + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
  }
}

TEST_CASE("one process works on a file at a time, and the next one takes back at once what the last one held") {
  const TemporaryFolder folder;
  auto first = std::make_unique<World>(home_in(folder.file()));
  World second(home_in(folder.file()), 2, 2);
  CHECK(first->store->become_worker_process());
  CHECK(first->store->become_worker_process());
  CHECK_FALSE(second.store->become_worker_process());
  first->add_job(plan(2));
  const auto claim = first->claim_one();
  REQUIRE(claim.has_value());
  first.reset();  // it was killed: nothing was handed back
  CHECK(second.store->become_worker_process());
  const auto again = second.claim_one();
  REQUIRE(again.has_value());
  CHECK(again->chunk == claim->chunk);
  CHECK(again->lost_count == 1);
  CHECK(second.collect(*claim).state == CommitResult::State::stale);
  CHECK(second.collect(*again).chunk_completed);
  second.check();
}

TEST_CASE("the lock holds between processes and ends with its process") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  int ready[2];
  int done[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(done) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto store = open_sqlite_store({folder.file(), [] { return Instant{}; }, [] { return Uuid{}; }});
    char locked = store->become_worker_process() ? 'y' : 'n';
    (void)!::write(ready[1], &locked, 1);
    (void)!::read(done[0], &locked, 1);
    ::_exit(0);
  }
  char locked = '?';
  REQUIRE(::read(ready[0], &locked, 1) == 1);
  CHECK(locked == 'y');
  CHECK_FALSE(world.store->become_worker_process());
  REQUIRE(::write(done[1], &locked, 1) == 1);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(world.store->become_worker_process());
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

TEST_CASE("a full disk refuses the transaction, leaves nothing of it, and work goes on when there is room") {
  const TemporaryFolder folder;
  World world(home_in(folder.file()));
  const JobId job = world.add_job(plan(1, 1));
  const auto claim = world.claim_one();
  const auto day = snapshot_of(first_day, world.store->draw_asked(), ad_rows(first_day, 20'000));
  for (int again = 0; again < 2; ++again) {
    const FullDisk full(1'000'000);
    try {
      (void)world.store->commit_days(commit_of(*claim, {day}));
      FAIL("a megabyte can't hold twenty thousand rows");
    } catch (const StoreUnavailable& refusal) {
      CHECK(std::string(refusal.what()).find("adfill goes on by itself") != std::string::npos);
    }
    CHECK(world.store->coverage(claim->integration, CollectionType::ads).empty());
    CHECK(world.totals(claim->integration) == Metrics{});
    world.check();
  }
  CHECK(world.store->commit_days(commit_of(*claim, {day})).chunk_completed);
  CHECK(world.job(job).rows == 20'000);
  world.check();
}

TEST_CASE("a folder that isn't there is named with what to do") {
  CHECK_THROWS_WITH_AS(World(home_in("/nowhere/adfill.db")), doctest::Contains("check that its folder exists"),
                       StoreUnavailable);
}

TEST_CASE("a file that is no database is named with what to do") {
  const TemporaryFolder folder;
  std::ofstream(folder.file()) << std::string(8'192, 'x');
  CHECK_THROWS_WITH_AS(World(home_in(folder.file())), doctest::Contains("put a backup in its place"), StoreUnavailable);
}

TEST_CASE("several threads claim, commit and read at once, and no chunk is collected twice") {
  const TemporaryFolder folder;
  std::atomic<std::uint64_t> drawn = 0;
  const Instant now{std::chrono::hours(500'000)};
  const auto new_uuid = [&drawn] {
    Random random(++drawn);
    return Uuid::draw(random);
  };
  const auto store = open_sqlite_store({folder.file(), [now] { return now; }, new_uuid, 4});
  store->migrate_up();
  NewIntegration integration;
  integration.advertiser_name = "Acme";
  integration.account_id = "act_1";
  integration.currency = "USD";
  integration.time_zone = "UTC";
  integration.id = IntegrationId{new_uuid()};
  REQUIRE(store->add_integration(integration, {plan(40, 2)}, "test").has_value());
  std::atomic<int> completed = 0;
  std::atomic<int> failed = 0;
  const auto work = [&] {
    const WorkerId worker{new_uuid()};
    store->register_worker(worker, "here", 1, lease);
    for (auto claims = store->claim(worker, 1); !claims.empty(); claims = store->claim(worker, 1)) {
      DaysCommit commit{claims.front().token, {}};
      const Asked asked = store->draw_asked();
      for (const Day day : claims.front().open_days) commit.days.push_back(snapshot_of(day, asked, ad_rows(day, 20)));
      if (store->commit_days(commit).chunk_completed) ++completed;
      if (store->performance({}).size() != 1) ++failed;
      if (store->queue().failed != 0) ++failed;
    }
  };
  std::vector<std::thread> threads;
  for (int index = 0; index < 4; ++index) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(completed == 40);
  CHECK(failed == 0);
  CHECK(store->performance({}).at(0).rows == 40 * 2 * 20);
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
  CHECK(shell.run("SELECT change, key, date, json_extract(previous, '$.clicks'), json_extract(previous, '$.cost'), "
                  "json_extract(previous, '$.details') FROM row_changes ORDER BY id") ==
        std::vector<std::string>{"changed|ad-0|2025-01-01|10|12345678|{\"frequency\":\"1.1\"}",
                                 "removed|ad-2|2025-01-01|10|12345680|{\"frequency\":\"1.1\"}"});
  CHECK(shell.run("SELECT count(*) FROM ad_performance_details").at(0) == "2");
}

}  // namespace adfill
