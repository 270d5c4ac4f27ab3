#include "collect/receipts.h"

#include "core/random.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace adfill;

namespace {

// A store on a file, so that somebody can change it past adfill.
struct World {
  World() : file(std::filesystem::temp_directory_path() / ("adfill-receipts-" + Uuid::draw(random).to_string())) {
    SqliteOptions options;
    options.path = file.string();
    options.now = [this] { return now; };
    options.new_uuid = [this] { return Uuid::draw(random); };
    store = open_sqlite_store(std::move(options));
    store->migrate_up();
    NewIntegration account;
    account.id = id = IntegrationId::draw(random);
    account.advertiser_name = "Acme";
    account.account_id = "act_1";
    account.currency = "USD";
    account.time_zone = "Asia/Seoul";
    PlannedJob job;
    job.range = {Day(2026, 2, 1), Day(2026, 2, 3)};
    job.chunks = {job.range};
    REQUIRE(store->add_integration(account, {job}, "test").has_value());
    collect();
  }
  ~World() {
    store.reset();
    for (const auto* end : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(file.string() + end);
  }
  static AdRow row(Day day, const std::string& ad, std::int64_t impressions) {
    AdRow ad_row;
    ad_row.day = day;
    ad_row.campaign_ad_id = ad_row.ad_id = ad;
    ad_row.metrics.impressions = impressions;
    ad_row.metrics.cost = Micros{impressions * 1'000};
    ad_row.details = "{}";
    return ad_row;
  }
  void collect() {
    const auto worker = WorkerId::draw(random);
    REQUIRE(store->become_worker_process());
    store->register_worker(worker, "here", 1, std::chrono::minutes(1));
    const auto claims = store->claim(worker, 1);
    REQUIRE(claims.size() == 1);
    DaysCommit commit{.token = claims[0].token, .days = {}};
    for (const auto day : claims[0].open_days) {
      DaySnapshot snapshot;
      snapshot.day = day;
      snapshot.asked = store->draw_asked();
      snapshot.as_of = now;
      std::vector<AdRow> rows{row(day, "a", 10), row(day, "b", 20)};
      for (const auto& ad : rows) REQUIRE(snapshot.totals_read.add(totals_of(ad.metrics)));
      snapshot.rows_read = 2;
      snapshot.rows = std::move(rows);
      commit.days.push_back(std::move(snapshot));
    }
    REQUIRE(store->commit_days(commit).state == CommitResult::State::done);
  }
  void change_by_hand(const std::string& sql) const {
    REQUIRE(std::system(("sqlite3 '" + file.string() + "' \"" + sql + "\"").c_str()) == 0);
  }

  Random random{static_cast<std::uint64_t>(getpid())};
  std::filesystem::path file;
  Instant now = parse_rfc3339("2026-02-05T00:00:00Z").value();
  std::unique_ptr<Store> store;
  IntegrationId id;
};

}  // namespace

TEST_CASE("a day agrees with its receipt until a row of it is changed, added or removed by hand") {
  World world;
  CHECK(verify_receipts(*world.store, {})->changed.empty());
  CHECK(verify_receipts(*world.store, {})->days == 3);
  world.change_by_hand("UPDATE ad_performance SET clicks = clicks + 1 WHERE date = '2026-02-02' AND ad_id = 'a'");
  auto verified = verify_receipts(*world.store, {}).value();
  REQUIRE(verified.changed.size() == 1);
  CHECK(verified.changed[0].receipt.day == Day(2026, 2, 2));
  CHECK(verified.changed[0].receipt.stored.clicks == 0);
  CHECK(verified.changed[0].stored.totals.clicks == 1);
  world.change_by_hand("DELETE FROM ad_performance WHERE date = '2026-02-03'");
  verified = verify_receipts(*world.store, {}).value();
  REQUIRE(verified.changed.size() == 2);
  CHECK(verified.changed[1].stored.rows == 0);

  VerifyRequest some;
  some.until = Day(2026, 2, 1);
  CHECK(verify_receipts(*world.store, some)->days == 1);
  CHECK(verify_receipts(*world.store, some)->changed.empty());
  some.integration = IntegrationId::draw(world.random);
  CHECK_FALSE(verify_receipts(*world.store, some));
}

TEST_CASE("a change by hand shows in columns that no total counts, and in details, absence and rows moved elsewhere") {
  const auto changed = [](const std::string& sql) {
    const World world;
    world.change_by_hand(sql);
    return verify_receipts(*world.store, {})->changed.size();
  };
  CHECK(changed("UPDATE ad_performance SET ad_name = 'x' WHERE date = '2026-02-02' AND ad_id = 'a'") == 1);
  CHECK(changed("UPDATE ad_performance SET conversion_value = 1 WHERE date = '2026-02-02' AND ad_id = 'a'") == 1);
  CHECK(changed("UPDATE ad_performance SET reach = 0 WHERE date = '2026-02-02' AND ad_id = 'a'") == 1);
  CHECK(changed("UPDATE ad_performance_details SET details = '[]' WHERE id = 1") == 1);
  CHECK(changed("DELETE FROM ad_performance_details WHERE id = 1") == 1);
  CHECK(changed("UPDATE ad_performance SET absent_since = '2026-02-04T00:00:00Z' WHERE id = 1") == 1);
  CHECK(changed("UPDATE ad_performance SET campaign_ad_id = 'c' WHERE id = 1") == 1);
  // The same totals, in other rows.
  CHECK(changed("UPDATE ad_performance SET impressions = 30 - impressions WHERE date = '2026-02-02'") == 1);
}

TEST_CASE("a receipt older than hashes is compared by its rows and totals alone") {
  const World world;
  world.change_by_hand("UPDATE collection_coverage SET rows_hash = NULL WHERE date = '2026-02-02'");
  world.change_by_hand("UPDATE ad_performance SET ad_name = 'x'");
  const auto verified = verify_receipts(*world.store, {}).value();
  CHECK(verified.days == 3);
  CHECK(verified.without_hash == 1);
  REQUIRE(verified.changed.size() == 2);
  CHECK(verified.changed[0].receipt.day == Day(2026, 2, 1));
  CHECK(verified.changed[1].receipt.day == Day(2026, 2, 3));
}
