// One account's backfill on virtual time, without faults: its price, and what it then takes.
#pragma once

#include "collect/estimate.h"
#include "core/time_zone.h"
#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace adfill::simulation {

inline constexpr const char* backfill_zone = "Asia/Seoul";

struct BackfillCase {
  std::uint64_t seed = 1;
  int ads = 10;
  int history = 730;                    // days that the account has
  int days = 730;                       // days that are asked for
  std::vector<CollectionType> types{};  // all, unless set
  bool newest_first = false;
  std::string tier{};
  int report_ms = 300;
  int row_budget = 0;  // rows that a report may have
  bool pilot = true;   // false: as if a size that no chunk reaches were known
  int window = 2;
  int quota_calls = 0;  // without a tier
  int quota_seconds = 10;
  int app_calls = 0;
  bool headers = true;
  int reading = 10;  // seconds between the price and the start
};

struct Took {
  std::int64_t rows = 0;
  std::int64_t calls = 0;
  std::int64_t reports = 0;   // asked for
  std::int64_t given_up = 0;  // of those: no day has come of them
  double seconds = 0;
};

class Backfill {
 public:
  explicit Backfill(const BackfillCase& what) : case_(what), random_(what.seed), clock_(time_, Duration(0)) {
    SimulatorSettings settings;
    settings.seed = what.seed;
    settings.ads = what.ads;
    settings.days = what.history;
    settings.time_zone = backfill_zone;
    settings.report_ms = what.report_ms;
    settings.row_budget = what.row_budget;
    settings.tier = what.tier;
    settings.quota_calls = what.quota_calls;
    settings.quota_seconds = what.quota_seconds;
    settings.app_calls = what.app_calls;
    settings.quota_headers = what.headers;
    platform_ = std::make_unique<Simulator>(settings, clock_);
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return time_.now(); };
    options.new_uuid = [this] { return Uuid::draw(random_); };
    options.window = what.window;
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    profile_.chunks_at_once = 64;
    process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  }

  Estimate estimate() {
    const auto told = run(process_->initial().estimate(request()));
    if (!told) throw std::runtime_error(told.error().message);
    probe_calls_ = told_stats().at("calls").to_number<std::int64_t>();
    const Instant read = time_.now() + std::chrono::seconds(case_.reading);  // a person does, first
    while (time_.now() < read) step();
    return *told;
  }

  // `look` is called whenever something may have changed.
  Took collect(const std::function<void()>& look = {}) {
    const auto before = told_stats();
    const Instant begun = time_.now();
    begin();
    while (!is_done()) {
      step();
      if (look) look();
    }
    Took took;
    took.seconds = std::chrono::duration<double>(time_.now() - begun).count();
    const auto after = told_stats();
    took.calls = after.at("calls").to_number<std::int64_t>() - before.at("calls").to_number<std::int64_t>();
    took.reports = reports(after) - reports(before);
    took.given_up = took.reports - useful_reports();
    for (const auto& job : store_->jobs({.limit = 50})) {
      if (job.status != JobStatus::completed) throw std::runtime_error(job.error_message);
      took.rows += job.rows;
    }
    return took;
  }
  [[nodiscard]] std::int64_t probe_calls() const { return probe_calls_; }

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] IntegrationId integration() const { return integration_; }
  [[nodiscard]] static Day yesterday() { return day_in_zone(start(), backfill_zone).plus(-1); }

 private:
  static Instant start() { return parse_rfc3339("2026-03-10T03:00:00Z").value(); }
  void begin() {
    auto asked = request();
    if (!case_.pilot) asked.initial.reset();
    const auto added = run(process_->initial().add(std::move(asked), "test"));
    if (!added) throw std::runtime_error(added.error().message);
    integration_ = added->id;
    if (case_.pilot) return;
    for (const auto type : {CollectionType::ads, CollectionType::demographics})
      store_->remember_slice_days(integration_, type, 1000);
    const auto enqueued = run(process_->initial().collect(integration_, *request().initial, "test"));
    if (!enqueued) throw std::runtime_error(enqueued.error().message);
  }

  IntegrationRequest request() {
    IntegrationRequest request;
    request.advertiser = "Acme";
    request.account_id = "act_7";
    request.credentials.fields.emplace("access_token", "simulated-token");
    request.initial = RangeRequest{.since = yesterday().plus(1 - case_.days), .until = yesterday()};
    request.initial->types = case_.types;
    request.initial->newest_first = case_.newest_first;
    return request;
  }

  template <class Value>
  Value run(boost::asio::awaitable<Value> work) {
    std::optional<Value> answer;
    boost::asio::co_spawn(process_->loop(), std::move(work), [&](const std::exception_ptr& error, Value value) {
      if (error) std::rethrow_exception(error);
      answer = std::move(value);
    });
    while (!answer) step();
    return std::move(*answer);
  }

  void step() {
    while (process_->poll()) {
    }
    if (!time_.advance()) time_.jump(std::chrono::seconds(1));
  }

  bool is_done() {
    if (time_.now() < next_look_) return false;
    next_look_ = time_.now() + std::chrono::seconds(1);
    const auto jobs = store_->jobs({.limit = 50});
    return std::ranges::all_of(jobs, [](const JobRecord& job) { return is_final(job.status); });
  }

  boost::json::object told_stats() { return ask(*platform_, "GET", "/simulator/stats", "").as_object(); }
  static std::int64_t reports(const boost::json::object& stats) {
    const auto* made = stats.at("by_kind").as_object().if_contains("report");
    return made == nullptr ? 0 : made->to_number<std::int64_t>();
  }

  std::int64_t useful_reports() {
    std::set<std::string> ids;
    for (const auto type : {CollectionType::ads, CollectionType::demographics}) {
      for (const auto& day : store_->coverage(integration_, type)) ids.insert(day.report_id);
    }
    return static_cast<std::int64_t>(ids.size());
  }

  BackfillCase case_;
  IntegrationId integration_{};
  Random random_;
  VirtualTime time_{start()};
  VirtualClock clock_;
  ProcessProfile profile_{};
  SecretBox secrets_{SecretBox::Key{1, 2, 3}};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::unique_ptr<Process> process_;
  Instant next_look_{};
  std::int64_t probe_calls_ = 0;
};

}  // namespace adfill::simulation
