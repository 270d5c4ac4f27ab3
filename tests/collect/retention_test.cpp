// What is old goes by itself, while the process does other things.
#include "collect/retention.h"

#include "collect/task_group.h"
#include "store/sqlite/sqlite_store.h"
#include "support/faulty_store.h"
#include "support/virtual_time.h"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <vector>

using namespace adfill;
using namespace adfill::simulation;

namespace {

constexpr StoreProfile no_faults{};

// Has so much left that is old, and tells when it was asked to take some of it away.
class OldStore : public FaultyStore {
 public:
  OldStore(Store& store, Random& random, const VirtualTime& time)
      : FaultyStore(store, random, no_faults), time_(time) {}
  Pruned prune(const RetentionRules& rules) override {
    asked.push_back(time_.now());
    history = rules.history;
    if (away > 0) {
      --away;
      throw StoreUnavailable("the database is away");
    }
    Pruned pruned;
    pruned.more = old > 0;
    if (old > 0) pruned.changes = 1;
    if (old > 0) --old;
    return pruned;
  }
  int old = 0;
  int away = 0;
  Duration history{};
  std::vector<Instant> asked{};

 private:
  const VirtualTime& time_;
};

const Instant start = parse_rfc3339("2026-03-15T12:00:00Z").value();

struct World {
  World() {
    spdlog::set_level(spdlog::level::off);
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return time.now(); };
    options.new_uuid = [this] { return Uuid::draw(random); };
    real = open_sqlite_store(options);
    real->migrate_up();
    store.emplace(*real, random, time);
    pool.emplace(*store, 0);
    RetentionRules rules;
    rules.history = std::chrono::days(3);
    retention.emplace(*pool, clock, rules);
  }
  void live_until(Instant until) {
    while (true) {
      loop.restart();
      loop.poll();
      if (!time.next() || *time.next() > until) return;
      time.advance();
    }
  }

  // A task is cancelled from within the loop.
  void stop_all() {
    boost::asio::post(loop, [this] { tasks.cancel_all(); });
    live_until(time.now());
  }

  Random random{1};
  VirtualTime time{start};
  VirtualClock clock{time, Duration(0)};
  MortalLoop loop;
  std::unique_ptr<Store> real;
  std::optional<OldStore> store;
  std::optional<StorePool> pool;
  std::optional<Retention> retention;
  TaskGroup tasks{loop.get_executor()};
};

}  // namespace

TEST_CASE("what is old goes by itself every hour, a little at a time with pauses between") {
  World world;
  world.store->old = 5;
  world.tasks.spawn(world.retention->run());
  world.live_until(start + std::chrono::minutes(59));
  CHECK(world.store->old == 0);
  CHECK(world.store->history == std::chrono::days(3));
  REQUIRE(world.store->asked.size() == 6);  // the last time there was nothing left
  for (std::size_t batch = 1; batch < world.store->asked.size(); ++batch) {
    CHECK(world.store->asked[batch] > world.store->asked[batch - 1]);
  }
  world.store->old = 2;
  world.live_until(start + std::chrono::minutes(62));
  CHECK(world.store->old == 0);
  CHECK(world.store->asked.size() == 9);
  world.stop_all();
}

TEST_CASE("a store that is away does not end it: an hour later it goes on") {
  World world;
  world.store->old = 2;
  world.store->away = 1;
  world.tasks.spawn(world.retention->run());
  world.live_until(start + std::chrono::minutes(30));
  CHECK(world.store->asked.size() == 1);
  CHECK(world.store->old == 2);
  world.live_until(start + std::chrono::minutes(61));
  CHECK(world.store->old == 0);
  CHECK(world.tasks.size() == 1);
  world.stop_all();
}

TEST_CASE("it stops at once when it is told to, in the middle of its work too") {
  World world;
  world.store->old = 1000;
  const auto task = world.tasks.spawn(world.retention->run());
  world.live_until(start + std::chrono::seconds(2));
  const auto left = world.store->old;
  CHECK(left < 1000);
  CHECK(left > 0);
  boost::asio::post(world.loop, [&] { world.tasks.cancel(task); });
  world.live_until(start + std::chrono::hours(3));
  CHECK(world.tasks.size() == 0);
  CHECK(world.store->old == left);
}
