// What it costs to keep what commits changed: a simulated year of mornings, each collecting the restatement window,
// into a SQLite file, with the history of the last 30 days kept; against the same file without history. Prints a line
// of JSON; a summary on standard error. Needs sqlite3.
//   bench_history [ads] [days]
#include "core/random.h"
#include "store/sqlite/sqlite_store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace adfill;

constexpr int window_days = 28;

class Bench {
 public:
  Bench(int ads, std::filesystem::path folder) : ads_(ads), file_(folder / "adfill.db") {
    SqliteOptions options;
    options.path = file_.string();
    options.now = [this] { return now_; };
    options.new_uuid = [this] { return Uuid::draw(random_); };
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    NewIntegration account;
    account.id = id_ = IntegrationId::draw(random_);
    account.advertiser_name = "Acme";
    account.account_id = "act_1234567890123456";
    account.currency = "USD";
    account.time_zone = "UTC";
    if (!store_->add_integration(account, {}, "bench") || !store_->become_worker_process()) {
      throw std::runtime_error("the account could not be made");
    }
    worker_ = WorkerId::draw(random_);
    store_->register_worker(worker_, "here", 1, std::chrono::hours(48));
  }

  void live(int days) {
    for (int day = 1; day <= days; ++day) {
      now_ += std::chrono::hours(24);
      today_ = today_.plus(1);
      restate();
      collect();
      while (store_->prune({}).more) {
      }
    }
  }

  [[nodiscard]] std::int64_t changes() {
    return static_cast<std::int64_t>(
        store_->day_changes(id_, CollectionType::ads, {Day(2000, 1, 1), Day(2100, 1, 1)}).size());
  }
  void close() { store_.reset(); }

 private:
  // Young days often, older ones less, none after the 28th; all ads of the day grow by a share.
  void restate() {
    const std::pair<int, double> ages[] = {{2, 0.9}, {3, 0.7}, {4, 0.5}, {6, 0.3}, {8, 0.15}, {15, 0.05}, {26, 0.4}};
    for (const auto& [age, chance] : ages) {
      if (random_.fraction() < chance) percent_[today_.plus(-age)] += 1 + static_cast<int>(random_.below(20));
    }
  }

  void collect() {
    PlannedJob job;
    job.mode = JobMode::daily;
    job.range = {std::max(today_.plus(-window_days), first_), today_.plus(-1)};
    job.chunks = {job.range};
    (void)store_->enqueue(id_, {job}, "bench");
    (void)store_->heartbeat(worker_, std::chrono::hours(48));
    const auto claims = store_->claim(worker_, 1);
    if (claims.size() != 1) throw std::runtime_error("the day's chunk could not be claimed");
    DaysCommit commit{.token = claims[0].token, .days = {}};
    for (const Day day : claims[0].open_days) commit.days.push_back(snapshot(day));
    if (!store_->commit_days(commit).chunk_completed) throw std::runtime_error("the days were not committed");
  }

  DaySnapshot snapshot(Day day) {
    DaySnapshot snapshot;
    snapshot.day = day;
    snapshot.asked = store_->draw_asked();
    snapshot.as_of = now_;
    snapshot.report_id = "6123456789012345";
    std::vector<AdRow> rows;
    for (int ad = 0; ad < ads_; ++ad) rows.push_back(row(day, ad));
    for (const AdRow& ad : rows) (void)snapshot.totals_read.add(totals_of(ad.metrics));
    snapshot.rows_read = ads_;
    snapshot.platform = snapshot.totals_read;
    snapshot.rows = std::move(rows);
    return snapshot;
  }

  AdRow row(Day day, int ad) {
    const std::int64_t grown = 100 + percent_[day];
    const auto scaled = [&](std::int64_t figure) {
      return figure * (7 + (ad * 31 + day.number()) % 50) * grown / 1000;
    };
    AdRow row;
    row.day = day;
    row.ad_id = row.campaign_ad_id = std::to_string(120'210'000'000'000'000 + ad * 1'013);
    row.ad_name = "Spring sale, video " + std::to_string(ad);
    row.campaign_id = std::to_string(120'200'000'000'000'000 + ad / 8);
    row.campaign_name = "Spring sale, conversions, 18 to 34";
    row.ad_group_id = std::to_string(120'205'000'000'000'000 + ad / 4);
    row.ad_group_name = "Look-alike of buyers, 2 percent";
    row.metrics = {scaled(12'000), scaled(310), Micros{scaled(43'210'000)}, Micros{scaled(40) * 1'000'000},
                   Micros{scaled(1'900'000'000)}};
    row.reach = scaled(9'000);
    row.details = R"({"actions":[)";
    for (const char* action : {"comment", "landing_page_view", "link_click", "offsite_conversion.fb_pixel_purchase",
                               "page_engagement", "post_engagement", "post_reaction", "purchase", "video_view"}) {
      row.details += std::string(row.details.ends_with('[') ? "" : ",") + R"({"action_type":")" + action +
                     R"(","value":")" + std::to_string(scaled(100 + static_cast<int>(action[0]))) + R"("})";
    }
    row.details +=
        R"(],"attribution_setting":"7d_click_1d_view","inline_link_clicks":")" + std::to_string(scaled(290)) + R"("})";
    return row;
  }

  int ads_;
  std::filesystem::path file_;
  Random random_{1};
  Day today_{2026, 1, 1};
  Day first_{2026, 1, 1};
  Instant now_ = parse_rfc3339("2026-01-01T04:00:00Z").value();
  std::map<Day, int> percent_;
  std::unique_ptr<Store> store_;
  IntegrationId id_;
  WorkerId worker_;
};

void sqlite(const std::filesystem::path& file, const std::string& sql) {
  if (std::system(("sqlite3 '" + file.string() + "' \"" + sql + "\"").c_str()) != 0) {
    throw std::runtime_error("sqlite3 failed");
  }
}

int run(int ads, int days) {
  const auto folder = std::filesystem::temp_directory_path() / ("adfill-history-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  Bench bench(ads, folder);
  bench.live(days);
  const auto changes = bench.changes();
  bench.close();
  const auto file = folder / "adfill.db";
  sqlite(file, "VACUUM");
  const auto with = std::filesystem::file_size(file);
  sqlite(file, "DELETE FROM row_changes; DELETE FROM day_changes; VACUUM");
  const auto without = std::filesystem::file_size(file);
  std::filesystem::remove_all(folder);
  const double ratio = static_cast<double>(with) / static_cast<double>(without);
  std::cerr << days << " mornings of " << ads << " ads: " << with << " bytes with " << changes
            << " kept changes of days, " << without << " without: " << ratio << " of it\n";
  std::cout << "{\"ads\":" << ads << ",\"days\":" << days << ",\"kept_changes\":" << changes << ",\"bytes\":" << with
            << ",\"bytes_without_history\":" << without << ",\"ratio\":" << ratio << "}\n";
  return ratio <= 1.3 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count > 1 ? std::atoi(arguments[1]) : 40, count > 2 ? std::atoi(arguments[2]) : 365);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
