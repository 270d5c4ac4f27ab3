// Hints between machines: heard soon, sent together, and back by themselves after the server was away.

#include "store/postgres/checkup.h"
#include "store/postgres/wake_ups.h"
#include "store/postgres_machine.h"
#include "store/postgres_pooler.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <atomic>

namespace adfill {

namespace {

struct Heard {
  std::atomic<int> work = 0;
  std::atomic<int> progress = 0;
  [[nodiscard]] std::function<void(WakeUps::Hint)> counter() {
    return [this](WakeUps::Hint hint) { ++(hint == WakeUps::Hint::work ? work : progress); };
  }
};

}  // namespace

TEST_CASE("what one machine tells the others hear, and not itself") {
  const std::string url = PostgresServer::shared().new_database();
  Heard by_one;
  Heard by_other;
  const auto one = open_postgres_wake_ups(url, by_one.counter());
  const auto other = open_postgres_wake_ups(url, by_other.counter());
  wait_until([&] { return by_one.work == 1 && by_other.work == 1; });  // both listen
  one->tell(WakeUps::Hint::work);
  wait_until([&] { return by_other.work == 2; });
  one->tell(WakeUps::Hint::progress);
  wait_until([&] { return by_other.progress == 2; });
  PostgresShell(url).run("NOTIFY adfill_wake");
  wait_until([&] { return by_one.work == 2 && by_other.work == 3; });
  CHECK(by_one.progress == 1);  // when it began to listen
}

TEST_CASE("hints that come close together go as one, and the last of them is not lost when the process ends") {
  const std::string url = PostgresServer::shared().new_database();
  Heard heard;
  const auto listening = open_postgres_wake_ups(url, heard.counter());
  wait_until([&] { return heard.work == 1; });
  {
    Heard other;
    const auto telling = open_postgres_wake_ups(url, other.counter());
    wait_until([&] { return other.work == 1; });
    for (int hint = 0; hint < 10'000; ++hint) telling->tell(WakeUps::Hint::progress);
    wait_until([&] { return heard.progress >= 2; });
    telling->tell(WakeUps::Hint::work);
  }
  wait_until([&] { return heard.work == 2; });
  CHECK(heard.progress <= 4);
}

TEST_CASE("who stores a request tells the others with it, and of many that come close together not with each") {
  const std::string url = PostgresServer::shared().new_database();
  Heard heard;
  const auto listening = open_postgres_wake_ups(url, heard.counter());
  wait_until([&] { return heard.work == 1; });
  const auto store = machine_at(url);
  const IntegrationId integration = add_account(*store, "act_1", {});
  CHECK(store->enqueue(integration, {conformance::plan(1)}, "test")->told);
  wait_until([&] { return heard.work == 2; });
  const auto began = std::chrono::steady_clock::now();
  int told = 0;
  for (int days = 2; days < 42; ++days) {
    if (store->enqueue(integration, {conformance::plan(1, days)}, "test")->told) ++told;
  }
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(told <= 1 + took / std::chrono::milliseconds(5));
  CHECK_FALSE(store->enqueue(IntegrationId{}, {conformance::plan(1)}, "test").has_value());
}

TEST_CASE("after the server was away, or the connection broke, wake-ups are heard again") {
  const std::string url = PostgresServer::shared().new_database();
  Heard heard;
  const auto listening = open_postgres_wake_ups(url, heard.counter());
  wait_until([&] { return heard.work == 1; });
  PostgresShell shell(url);
  shell.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'adfill wake-ups' "
      "AND datname = current_database()");
  wait_until([&] { return heard.work == 2; });  // what was missed is looked at
  shell.run("NOTIFY adfill_wake");
  wait_until([&] { return heard.work == 3; });
}

TEST_CASE("behind a pooler in transaction mode nothing listens, and what is told there is heard elsewhere") {
  PostgresServer& server = PostgresServer::shared();
  const std::string url = server.new_database();
  const PostgresPooler pooler(server, "transaction");
  Heard pooled;
  Heard direct;
  const auto behind = open_postgres_wake_ups(pooler.through(url), pooled.counter());
  const auto listening = open_postgres_wake_ups(url, direct.counter());
  wait_until([&] { return pooled.progress == 1 && direct.progress == 1; });
  behind->tell(WakeUps::Hint::work);
  wait_until([&] { return direct.work == 2; });
  PostgresShell shell(url);
  CHECK(
      shell.run("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()") ==
      std::vector<std::string>{"0"});  // the pooler's sessions; the listening one has told nothing, and its last
  CHECK(pooled.work == 1);
}

TEST_CASE("a machine that can't reach the database ends at once") {
  const auto lonely = open_postgres_wake_ups("postgresql://adfill@192.0.2.1/nowhere", [](WakeUps::Hint) {});
  lonely->tell(WakeUps::Hint::work);
  const auto began = std::chrono::steady_clock::now();
  {
    const auto moved = open_postgres_wake_ups("postgresql://adfill@192.0.2.1/nowhere", [](WakeUps::Hint) {});
    moved->tell(WakeUps::Hint::work);
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
}

TEST_CASE("what stands between is found out: the server itself, a pooler that keeps sessions, one that shares them") {
  PostgresServer& server = PostgresServer::shared();
  const std::string url = server.new_database();
  const auto now = [] {
    return Instant(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()));
  };
  const auto direct = postgres::check_up(url, now);
  CHECK(direct.session == postgres::Session::direct);
  CHECK(direct.version_number >= postgres::least_version_number);
  CHECK(direct.version.starts_with(std::to_string(direct.version_number / 10'000)));
  CHECK(std::chrono::abs(direct.ahead) < std::chrono::seconds(1));
  CHECK(direct.statement_timeout == Duration::zero());
  CHECK(direct.bytes > 1'000'000);
  CHECK(std::filesystem::exists(direct.data_folder));
  PostgresShell(url).run("ALTER ROLE adfill SET statement_timeout = '2min'");
  CHECK(postgres::check_up(url, now).statement_timeout == std::chrono::minutes(2));
  PostgresShell(url).run("ALTER ROLE adfill RESET statement_timeout");
  const auto an_hour_back = postgres::check_up(url, [&now] { return now() - std::chrono::hours(1); });
  CHECK(std::chrono::abs(an_hour_back.ahead - std::chrono::hours(1)) < std::chrono::seconds(1));
  const PostgresPooler keeping(server, "session");
  CHECK(postgres::check_up(keeping.through(url), now).session == postgres::Session::kept);
  const PostgresPooler sharing(server, "transaction");
  for (int again = 0; again < 5; ++again) {
    CHECK(postgres::check_up(sharing.through(url), now).session == postgres::Session::shared);
  }
  CHECK(postgres::check_up(sharing.through(url), now).data_folder.empty());
  CHECK_THROWS_AS((void)postgres::check_up("postgresql://adfill@/nowhere?host=/nowhere", now), StoreUnavailable);
}

}  // namespace adfill
