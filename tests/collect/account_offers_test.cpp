#include "collect/account_offers.h"

#include "collect/sealed_credentials.h"
#include "core/random.h"
#include "store/sqlite/sqlite_store.h"
#include "support/virtual_time.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <map>
#include <memory>
#include <optional>

using namespace adfill;
using namespace adfill::simulation;
namespace asio = boost::asio;

namespace {

constexpr auto a_day = std::chrono::hours(24);

// A platform of which only the list of accounts is asked.
class ListingConnector : public Connector {
 public:
  [[nodiscard]] Source source() const override { return Source::meta; }
  [[nodiscard]] TypePlan plan(CollectionType) const override { return {}; }
  [[nodiscard]] Day earliest_day(Day today) const override { return today; }
  [[nodiscard]] int restatement_days(CollectionType) const override { return 0; }
  [[nodiscard]] std::optional<Malformed> malformed(std::string_view, const Credentials&) const override { return {}; }
  asio::awaitable<Result<VerifiedAccount>> verify(std::string, Credentials) override {
    co_return std::unexpected(Failure(Failure::Kind::permanent, "not asked"));
  }
  asio::awaitable<Result<void>> collect(SliceRequest, SliceSink&) override { co_return Result<void>(); }
  asio::awaitable<Result<std::vector<ListedAccount>>> accounts(Credentials credentials) override {
    const auto token = credentials.fields.at("access_token");
    ++asked[token];
    const auto seen = sees.find(token);
    if (seen == sees.end()) co_return std::unexpected(Failure(Failure::Kind::credentials, "the token has expired"));
    co_return seen->second;
  }

  std::map<std::string, std::vector<ListedAccount>> sees{};  // by token
  std::map<std::string, int> asked{};
};

ListedAccount account(const std::string& id, const std::string& status = "active") {
  return {id, "Shop " + id, "KRW", "Asia/Seoul", status};
}

struct World {
  asio::io_context loop;
  VirtualTime time{*parse_rfc3339("2026-03-09T16:30:00Z")};
  VirtualClock clock{time, Duration(0)};
  Random random{2};
  SecretBox secrets{SecretBox::Key{7}};
  std::unique_ptr<Store> store;
  std::unique_ptr<StorePool> pool;
  Connectors connectors;
  ListingConnector* platform = nullptr;
  std::unique_ptr<AccountOffers> offers;

  World() {
    spdlog::set_level(spdlog::level::off);
    SqliteOptions options{
        .path = ":memory:", .now = [this] { return time.now(); }, .new_uuid = [this] { return Uuid::draw(random); }};
    store = open_sqlite_store(options);
    store->migrate_up();
    pool = std::make_unique<StorePool>(*store, 0);
    auto connector = std::make_unique<ListingConnector>();
    platform = connector.get();
    connectors.emplace(Source::meta, std::move(connector));
    offers = std::make_unique<AccountOffers>(*pool, connectors, secrets, clock);
  }

  void add(const std::string& account, const std::string& token, const std::string& advertiser = "Acme") {
    NewIntegration integration{.advertiser_name = advertiser,
                               .account_id = account,
                               .currency = "KRW",
                               .time_zone = "Asia/Seoul",
                               .id = IntegrationId::draw(random)};
    integration.sealed_credentials = seal_credentials(secrets, Credentials{{{"access_token", token}}}, integration.id);
    REQUIRE(store->add_integration(integration, {}, "test"));
  }

  int look() {
    std::optional<int> looked;
    asio::co_spawn(loop, offers->look(), [&](const std::exception_ptr& error, int value) {
      if (error) std::rethrow_exception(error);
      looked = value;
    });
    while (!looked) {
      loop.restart();
      loop.poll();
      if (!looked) REQUIRE(time.advance());
    }
    return *looked;
  }

  // Without asking anybody, time goes on.
  void pass(Duration duration) { time.jump(duration); }
  std::vector<std::string> offered() {
    std::vector<std::string> ids;
    for (const auto& offer : store->account_offers({})) ids.push_back(offer.account.account_id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("accounts that appear later are offered, and each token is asked once a day however many accounts have it") {
  World world;
  world.platform->sees["shared"] = {account("act_1"), account("act_2")};
  world.platform->sees["own"] = {account("act_3")};
  world.add("act_1", "shared");
  world.add("act_2", "shared", "Bolt");
  world.add("act_3", "own");
  CHECK(world.look() == 0);  // they have just come
  world.pass(a_day);
  CHECK(world.look() == 2);
  CHECK(world.platform->asked == std::map<std::string, int>{{"own", 1}, {"shared", 1}});
  CHECK(world.offered().empty());
  CHECK(world.look() == 0);

  world.platform->sees["shared"].push_back(account("act_9"));
  world.platform->sees["shared"].push_back(account("act_10", "closed"));
  world.pass(a_day);
  CHECK(world.look() == 2);
  CHECK(world.offered() == Ids{"act_9"});  // not the closed one
  CHECK(world.platform->asked.at("shared") == 2);
}

TEST_CASE("a token that is refused costs the others nothing, and what it saw stays offered") {
  World world;
  world.platform->sees["first"] = {account("act_7")};
  world.platform->sees["second"] = {account("act_8")};
  world.add("act_1", "first");
  world.add("act_2", "second");
  world.pass(a_day);
  CHECK(world.look() == 2);
  CHECK(world.offered() == Ids{"act_7", "act_8"});
  world.platform->sees.erase("first");
  world.platform->sees["second"] = {};
  world.pass(a_day);
  CHECK(world.look() == 2);
  CHECK(world.offered() == Ids{"act_7"});
}
