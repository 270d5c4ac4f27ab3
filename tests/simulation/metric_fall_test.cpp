// A platform's own fault on virtual time: purchases of all accounts fall off for five weeks, then the platform mends
// its figures. One alert, the days suspect, and all of them collected again, also those that have left the window
// meanwhile.
#include "collect/alert_watch.h"
#include "core/time_zone.h"
#include "net/http_client.h"
#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <stdexcept>
#include <utility>

using namespace adfill;
using namespace adfill::simulation;
namespace asio = boost::asio;

namespace {

constexpr const char* zone = "Asia/Seoul";
constexpr int history_days = 40;
constexpr int accounts = 6;

class Fleet {
 public:
  Fleet() : time_(parse_rfc3339("2026-03-10T03:00:00Z").value()), clock_(time_, Duration(0)), secrets_({1, 2, 3}) {
    platform_settings_.seed = 3;
    platform_settings_.ads = 30;
    platform_settings_.days = 200;
    platform_settings_.time_zone = zone;
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return time_.now(); };
    options.new_uuid = [this] { return Uuid::draw(random_); };
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    platform_ = std::make_unique<Simulator>(platform_settings_, clock_);
    pool_ = std::make_unique<StorePool>(*store_, 0);
    start();
    for (int at = 1; at <= accounts; ++at) add_account("act_" + std::to_string(at));
    finish();
  }

  [[nodiscard]] Day today() const { return day_in_zone(time_.now(), zone); }

  // From that day on, until it is mended.
  void lose_purchases(Day since) {
    for (int at = 1; at <= accounts; ++at) {
      ask(*platform_, "POST", "/simulator/restate", "",
          R"({"account":"act_)" + std::to_string(at) + R"(","since":")" + since.to_string() +
              R"(","until":"2027-12-31","factor_percent":4,"only":"purchases"})");
    }
  }
  void mend() {
    for (int at = 1; at <= accounts; ++at)
      ask(*platform_, "POST", "/simulator/restate", "",
          R"({"account":"act_)" + std::to_string(at) + R"(","clear":true})");
  }

  // Sleeps until the next four o'clock in Seoul, and collects what is due then.
  void live_morning() {
    const auto day = std::chrono::floor<std::chrono::days>(time_.now());
    Instant morning = day + std::chrono::hours(19) - std::chrono::seconds(10);
    if (morning <= time_.now()) morning += std::chrono::days(1);
    time_.jump(morning - time_.now());
    start();
    const Instant due = time_.now() + std::chrono::seconds(20);
    while (time_.now() < due || !all_jobs_final()) step();
    process_.reset();
  }

  // What the look for falls changed.
  int look() {
    asio::io_context loop{1};
    const auto http = make_http_client(loop.get_executor());
    AlertWatch watch(*pool_, *http, secrets_, clock_, random_, {});
    std::optional<int> changed;
    asio::co_spawn(loop, watch.look_for_falls(), [&](const std::exception_ptr& error, int changes) {
      if (error) std::rethrow_exception(error);
      changed = changes;
    });
    while (!changed) loop.run_one();
    return *changed;
  }

  [[nodiscard]] int suspect_days() {
    int days = 0;
    for (const auto& record : store_->freshness({}, today())) {
      for (const auto& type : record.types) days += type.suspect;
    }
    return days;
  }
  // Accounts whose stored purchases of these days are not the platform's.
  [[nodiscard]] int wrong_accounts(DayRange days, CollectionType type) {
    int wrong = 0;
    for (const auto& account : store_->integrations({})) {
      const auto truth = ask(*platform_, "GET", "/simulator/truth",
                             "account=" + account.account_id + "&since=" + days.since.to_string() +
                                 "&until=" + days.until.to_string() + "&type=" + std::string(to_string(type)));
      const auto sums =
          store_->performance({.integration = account.id, .type = type, .since = days.since, .until = days.until});
      const auto purchases = truth.at("conversions").to_number<std::int64_t>();
      if (sums.size() != 1 || sums[0].metrics.conversions.value != purchases * 1'000'000) ++wrong;
    }
    return wrong;
  }
  [[nodiscard]] Store& store() { return *store_; }

 private:
  void start() {
    process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
    process_->start_scheduler();
  }
  void finish() {
    while (!all_jobs_final()) step();
    process_.reset();
  }
  void step() {
    while (process_->poll()) {
    }
    if (!time_.advance()) time_.jump(std::chrono::seconds(1));
  }
  void add_account(const std::string& id) {
    IntegrationRequest request;
    request.advertiser = "Shop of " + id;
    request.account_id = id;
    request.credentials.fields.emplace("access_token", "simulated-token");
    request.initial = RangeRequest{.since = today().plus(-history_days), .until = today().plus(-1)};
    bool added = false;
    asio::co_spawn(process_->loop(), process_->initial().add(request, "test"),
                   [&](const std::exception_ptr& error, const auto& answer) {
                     if (error || !answer) throw std::runtime_error("the account could not be added");
                     added = true;
                   });
    while (!added) step();
    for (const auto& schedule : store_->schedules({.limit = 200})) {
      ScheduleChange change;
      change.next_due_at = parse_rfc3339("2026-03-10T19:00:00Z");
      change.cron = "0 4 * * *";
      (void)store_->change_schedule(schedule.id, change, "test");
    }
  }
  bool all_jobs_final() {
    for (const auto status : {JobStatus::pending, JobStatus::running}) {
      if (!store_->jobs({.status = status, .limit = 1}).empty()) return false;
    }
    return true;
  }

  Random random_{11};
  VirtualTime time_;
  VirtualClock clock_;
  SimulatorSettings platform_settings_{};
  SecretBox secrets_;
  ProcessProfile profile_{};  // calm, and there as long as the process
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::unique_ptr<StorePool> pool_;
  std::unique_ptr<Process> process_;
};

}  // namespace

TEST_CASE(
    "purchases that a platform loses for weeks are one alert, and all of their days are the platform's in the end") {
  spdlog::set_level(spdlog::level::off);
  Fleet fleet;
  CHECK(fleet.look() == 0);
  const Day since = fleet.today().plus(1);
  fleet.lose_purchases(since);

  int mornings = 0;
  while (fleet.look() == 0) {
    REQUIRE(fleet.store().alerts({}).empty());
    REQUIRE(++mornings <= 6);
    fleet.live_morning();
  }
  CHECK(fleet.today() == since.plus(3));  // two days that have filled up
  const auto alerts = fleet.store().alerts({});
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].kind == AlertKind::metric_fall);
  CHECK(alerts[0].message.starts_with("Meta, purchases, since " + since.to_string() + ": 6 of 6 accounts"));
  CHECK(fleet.suspect_days() == accounts * 2 * 3);

  for (int morning = 0; morning < 33; ++morning) {
    fleet.live_morning();
    (void)fleet.look();  // tells of it again each day
    REQUIRE(fleet.store().alerts({.state = AlertState::open}).size() == 1);
  }
  CHECK(fleet.store().alerts({}).size() == 1);
  const Day last = fleet.today().plus(-1);
  CHECK(fleet.suspect_days() == accounts * 2 * (last.number() - since.number() + 1));
  CHECK(fleet.wrong_accounts({since, last}, CollectionType::ads) == 0);  // as the platform has it, so far

  fleet.mend();
  CHECK(fleet.wrong_accounts({since, since}, CollectionType::ads) == accounts);
  fleet.live_morning();
  CHECK(fleet.look() == 1);
  REQUIRE(fleet.store().alerts({}).size() == 1);
  CHECK(fleet.store().alerts({})[0].closed_at.has_value());
  // What has left the window waits for the next morning, and is still told of as doubtful.
  CHECK(fleet.suspect_days() > 0);
  CHECK(fleet.wrong_accounts({since, since}, CollectionType::ads) == accounts);

  fleet.live_morning();
  CHECK(fleet.look() == 0);
  CHECK(fleet.suspect_days() == 0);
  for (const auto type : {CollectionType::ads, CollectionType::demographics})
    CHECK(fleet.wrong_accounts({since.plus(-10), fleet.today().plus(-1)}, type) == 0);
}
