// What goes to PostgreSQL without waiting for the answers in between: how seldom anybody waits, and what becomes of
// what was sent when a part of it fails.

#include "store/postgres/postgres_connection.h"
#include "store/postgres_machine.h"
#include "store/postgres_proxy.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>

namespace adfill {

namespace {

using conformance::plan;
using conformance::World;
using postgres::Connection;

// Statements are known by where they stand.
constexpr std::string_view make_table = "CREATE TABLE numbers (n integer PRIMARY KEY, of_what text)";
constexpr std::string_view insert_one = "INSERT INTO numbers VALUES (1)";
constexpr std::string_view insert_number = "INSERT INTO numbers VALUES (:n, :of_what)";
constexpr std::string_view count = "SELECT count(*) FROM numbers";
constexpr std::string_view all_numbers = "SELECT n FROM numbers ORDER BY n";
constexpr std::string_view begin = "BEGIN";
constexpr std::string_view flush = "INSERT INTO numbers SELECT max(n) + 100, 'flush' FROM numbers";

struct Table {
  std::atomic<bool> prepare = true;
  Connection db{PostgresServer::shared().new_database(true), prepare};
  Table() { (void)db.run_script(std::string(make_table)); }
};

// How many round trips `work` takes, kept if they are the fewest so far: a message that is cut on its way, by a busy
// machine, looks like two.
template <class Work>
void count_trips(PostgresProxy& proxy, int& fewest, const Work& work) {
  const int before = proxy.round_trips();
  work();
  fewest = std::min(fewest, proxy.round_trips() - before);
}

}  // namespace

TEST_CASE("who asks and for which account is read in one round trip, the request stored in one, and claimed in three") {
  PostgresProxy proxy(PostgresServer::shared().folder());
  World world(home_at(proxy.through(PostgresServer::shared().new_database())));
  const WorkerId worker = register_worker(*world.store, 21);
  int stored = 100;
  int claimed = 100;
  int nothing_claimed = 100;
  int drawn = 100;
  int read = 100;
  for (int time = 0; time < 5; ++time) {  // the first time statements are prepared as well
    const IntegrationId integration = world.add_account("act_" + std::to_string(time), {});
    count_trips(proxy, stored, [&] {
      const auto enqueued = world.store->enqueue(
          integration, {plan(1, 5), plan(1, 5, JobMode::initial, CollectionType::creatives)}, "test");
      CHECK(enqueued->all_new);
    });
    count_trips(proxy, claimed, [&] { CHECK(world.store->claim(worker, 4).size() == 2); });
    count_trips(proxy, nothing_claimed, [&] { CHECK(world.store->claim(worker, 4).empty()); });
    count_trips(proxy, drawn, [&] { CHECK(world.store->draw_asked().number > 0); });
    count_trips(proxy, read,
                [&] { CHECK_FALSE(world.store->find_token_and_integration("unknown", integration).token); });
  }
  CHECK(stored == 1);
  CHECK(claimed == 3);
  CHECK(nothing_claimed == 2);
  CHECK(drawn == 1);
  CHECK(read <= 2);  // with the end of the reading, which nobody waits for
}

TEST_CASE("each statement that was asked has its own answer, in whatever order they are taken") {
  Table table;
  table.db.send(insert_number, ":n", 7, ":of_what", std::nullopt);
  const auto first = table.db.ask(count);
  table.db.send(insert_number, ":n", 8, ":of_what", "eight");
  const auto second = table.db.ask(count);
  auto later = table.db.take(second);
  auto sooner = table.db.take(first);
  REQUIRE(later.step());
  REQUIRE(sooner.step());
  CHECK(later.next<int>() == 2);
  CHECK(sooner.next<int>() == 1);
}

TEST_CASE("what stands behind a statement that failed is skipped, COMMIT included, and the connection goes on") {
  Table table;
  table.db.begin(begin);
  table.db.send(insert_one);
  table.db.send(insert_one);
  table.db.send(insert_number, ":n", 2, ":of_what", "skipped");
  CHECK_THROWS_AS(table.db.commit(), postgres::TryAgain);
  CHECK_FALSE(table.db.is_idle());
  table.db.roll_back();
  CHECK(table.db.is_idle());
  CHECK(table.db.value<int>(count) == 0);
  // Its preparation was skipped with it.
  table.db.send(insert_number, ":n", 2, ":of_what", "again");
  CHECK(table.db.value<int>(count) == 1);
}

TEST_CASE("what is told behind a COMMIT is nobody's trouble when it fails, and the disk is waited for either way") {
  Table table;
  table.db.begin(begin);
  table.db.send(insert_number, ":n", 1, ":of_what", "with");
  table.db.commit_and_tell("INSERT INTO numbers VALUES (2, 'told')", flush);
  CHECK(table.db.is_idle());
  CHECK(table.db.values<int>(all_numbers) == std::vector{1, 2, 102});
  table.db.begin(begin);
  table.db.send(insert_number, ":n", 3, ":of_what", "with");
  table.db.commit_and_tell("SELECT 1 / 0", flush);
  CHECK(table.db.is_idle());
  CHECK(table.db.values<int>(all_numbers) == std::vector{1, 2, 3, 102, 202});
  table.db.begin(begin);
  table.db.send(insert_one);
  CHECK_THROWS_AS(table.db.commit_and_tell("INSERT INTO numbers VALUES (4, 'told')", flush), postgres::TryAgain);
  table.db.roll_back();
  CHECK(table.db.values<int>(all_numbers).size() == 5);
  table.db.begin(begin);
  table.db.send(insert_number, ":n", 5, ":of_what", "with");
  CHECK_THROWS_AS(table.db.commit_and_tell("SELECT 1", "SELECT 1 / 0"), StoreUnavailable);  // nothing is promised
  CHECK(table.db.is_idle());
}

TEST_CASE("nobody waits for the end of a reading, and the connection is free for the next") {
  Table table;
  for (int reading = 0; reading < 3; ++reading) {
    table.db.begin(begin);
    CHECK(table.db.value<int>(count) == 0);
    table.db.end_reading();
    CHECK(table.db.is_idle());
  }
  CHECK(table.db.run(insert_one) == 1);
}

TEST_CASE("a connection that broke while it was idle says so when a transaction begins, not one that breaks inside") {
  PostgresServer& server = PostgresServer::shared();
  Table table;
  PostgresShell shell(server.new_database(true));
  const auto end_all_others = [&] {
    shell.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
        "pg_backend_pid()");
  };
  table.db.begin(begin);
  CHECK(table.db.value<int>(count) == 0);
  end_all_others();
  bool while_idle = false;
  try {
    (void)table.db.value<int>(count);
    FAIL("the connection is gone");
  } catch (const postgres::LostWhileIdle&) {
    while_idle = true;
  } catch (const postgres::ConnectionLost&) {
  }
  CHECK_FALSE(while_idle);
  Table other;
  other.db.begin(begin);
  CHECK(other.db.value<int>(count) == 0);
  other.db.commit();
  end_all_others();
  const auto use = [&] {
    other.db.begin(begin);
    (void)other.db.value<int>(count);
  };
  CHECK_THROWS_AS(use(), postgres::LostWhileIdle);
}

}  // namespace adfill
