// What only a SQLite file can show: reopening, the lock between processes, a full disk, threads.

#include "store/sqlite/sqlite_store.h"
#include "store/sqlite_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
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

}  // namespace

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

}  // namespace adfill
