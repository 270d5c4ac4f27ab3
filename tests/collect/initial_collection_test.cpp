#include "collect/initial_collection.h"

#include "core/time_zone.h"
#include "platform/meta/meta_connector.h"
#include "store/sqlite/sqlite_store.h"
#include "support/simulated_network.h"
#include "support/virtual_time.h"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::simulation;
namespace asio = boost::asio;

namespace {

// An adfill without workers, at 01:30 in Seoul on 10 March 2026: still the 9th in UTC.
struct Desk {
  MortalLoop loop;
  VirtualTime time{*parse_rfc3339("2026-03-09T16:30:00Z")};
  VirtualClock clock{time, Duration(0)};
  Random random{1};
  Random store_random{2};
  NetworkProfile network_profile{.latency_most = std::chrono::milliseconds(1)};
  Simulator platform{SimulatorSettings{.ads = 2, .token = "good-token"}, clock};
  SimulatedNetwork network{platform, clock, random, network_profile};
  Governor governor;
  SecretBox secrets{SecretBox::Key{7}};
  std::unique_ptr<Store> store;
  EventHub events{loop.get_executor()};
  Connectors connectors;
  std::unique_ptr<StorePool> pool;
  std::unique_ptr<InitialCollection> desk;
  int wakes = 0;

  Desk() {
    SqliteOptions options{.path = ":memory:",
                          .now = [this] { return time.now(); },
                          .new_uuid = [this] { return Uuid::draw(store_random); }};
    store = open_sqlite_store(options);
    store->migrate_up();
    const PlatformContext context{.http = network, .clock = clock, .random = random, .governor = governor};
    MetaSettings meta;
    meta.base_url = "https://platform.test";
    connectors.emplace(Source::meta, make_meta_connector(context, meta));
    pool = std::make_unique<StorePool>(*store, 0);
    desk =
        std::make_unique<InitialCollection>(*pool, connectors, secrets, clock, random, events, [this] { wakes += 1; });
  }
  ~Desk() { loop.kill(); }

  template <class Value>
  Value run(asio::awaitable<Value> work) {
    std::optional<Value> answer;
    asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, Value value) {
      if (error) std::rethrow_exception(error);
      answer = std::move(value);
    });
    while (!answer) {
      loop.restart();
      loop.poll();
      if (!answer) REQUIRE(time.advance());
    }
    return std::move(*answer);
  }

  auto add(std::optional<RangeRequest> range, std::string token = "good-token", std::string account = "act_1") {
    IntegrationRequest request{.advertiser = "Acme", .account_id = std::move(account), .initial = std::move(range)};
    request.credentials.fields.emplace("access_token", std::move(token));
    return run(desk->add(request, "test"));
  }
};

const Day today(2026, 3, 10);

RangeRequest range(Day since, Day until) {
  return {.since = since, .until = until};
}

}  // namespace

TEST_CASE("two years make one job a type with 8, 12 and 1 chunks, and wake the workers") {
  Desk desk;
  const auto added = desk.add(range(today.plus(-730), today.plus(-1)));
  REQUIRE(added);
  REQUIRE(added->jobs.size() == 3);
  CHECK(added->jobs[0].chunks_total == 8);
  CHECK(added->jobs[1].chunks_total == 12);
  CHECK(added->jobs[2].chunks_total == 1);
  CHECK(desk.wakes == 1);
}

TEST_CASE("later makes the integration and no job") {
  Desk desk;
  const auto added = desk.add(std::nullopt);
  REQUIRE(added);
  CHECK(added->jobs.empty());
  CHECK(desk.store->integrations({}).size() == 1);
}

TEST_CASE("today is the account's own day, and the last one that may be asked for") {
  Desk desk;
  CHECK(desk.add(range(today.plus(-1), today)).has_value());
  const auto refused = desk.add(range(today.plus(-1), today.plus(1)), "good-token", "act_2");
  REQUIRE(!refused);
  CHECK(refused.error().kind == Refusal::Kind::invalid);
  CHECK(refused.error().field == "initial.until");
  CHECK(refused.error().message.find("2026-03-10") != std::string::npos);
}

TEST_CASE("days older than the platform keeps are refused with the earliest day that works, and that day works") {
  Desk desk;
  const auto refused = desk.add(range(Day(2020, 1, 1), today));
  REQUIRE(!refused);
  CHECK(refused.error().field == "initial.since");
  REQUIRE(refused.error().earliest);
  CHECK(refused.error().message.find(refused.error().earliest->to_string()) != std::string::npos);
  CHECK(desk.store->integrations({}).empty());
  CHECK(desk.add(range(*refused.error().earliest, today)).has_value());
}

TEST_CASE("since after until is refused by name") {
  Desk desk;
  const auto refused = desk.add(range(today, today.plus(-1)));
  REQUIRE(!refused);
  CHECK(refused.error().field == "initial.since");
}

TEST_CASE("bad credentials are refused with the platform's words and nothing is written") {
  Desk desk;
  const auto refused = desk.add(range(today.plus(-9), today), "another-token");
  REQUIRE(!refused);
  CHECK(refused.error().kind == Refusal::Kind::platform);
  CHECK(refused.error().message.find("190") != std::string::npos);
  CHECK(refused.error().message.find("another-token") == std::string::npos);
  CHECK(desk.store->integrations({}).empty());
  CHECK(desk.wakes == 0);
}

TEST_CASE("an account that is there already is a conflict that names it") {
  Desk desk;
  const auto first = desk.add(range(today.plus(-9), today));
  const auto again = desk.add(range(today.plus(-9), today), "good-token", "1");
  REQUIRE(!again);
  CHECK(again.error().kind == Refusal::Kind::exists);
  CHECK(again.error().existing == first->id);
}

TEST_CASE("the same range asked for again while it is open finds the same jobs") {
  Desk desk;
  const auto added = desk.add(range(today.plus(-9), today));
  const auto again = desk.run(desk.desk->collect(added->id, range(today.plus(-9), today), "test"));
  REQUIRE(again);
  CHECK(!again->all_new);
  REQUIRE(again->jobs.size() == 3);
  CHECK(again->jobs[0].id == added->jobs[0].id);
}

TEST_CASE("only the types asked for are collected, newest first if so asked") {
  Desk desk;
  const auto added = desk.add(std::nullopt);
  auto request = range(today.plus(-199), today);
  request.types = {CollectionType::ads};
  request.newest_first = true;
  const auto enqueued = desk.run(desk.desk->collect(added->id, request, "test"));
  REQUIRE(enqueued);
  REQUIRE(enqueued->jobs.size() == 1);
  const auto chunks = desk.store->chunks(enqueued->jobs[0].id);
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].range.until == today);
  CHECK(chunks[1].range.since == today.plus(-199));
}

TEST_CASE("a good verdict holds ten minutes: the platform is not asked twice") {
  Desk desk;
  REQUIRE(desk.add(std::nullopt));
  const auto calls = desk.governor.scopes();
  std::int64_t before = 0;
  for (const auto& [scope, state] : calls) before += state.calls;
  static_cast<void>(desk.add(std::nullopt));
  std::int64_t after = 0;
  for (const auto& [scope, state] : desk.governor.scopes()) after += state.calls;
  CHECK(before == after);
}

TEST_CASE("an integration that is not there is said so") {
  Desk desk;
  const auto missing = desk.run(desk.desk->collect(IntegrationId::draw(desk.random), range(today, today), "test"));
  REQUIRE(!missing);
  CHECK(missing.error().kind == Refusal::Kind::not_found);
}
