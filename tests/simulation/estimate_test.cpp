// The price told before a backfill, held against what it then took: accounts of many sizes, ranges and tiers, on
// virtual time, without faults.
#include "collect/estimate.h"

#include "core/time_zone.h"
#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace adfill::simulation {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr const char* zone = "Asia/Seoul";
const Instant start = parse_rfc3339("2026-03-10T03:00:00Z").value();

struct Case {
  std::uint64_t seed = 1;
  int ads = 10;
  int history = 730;  // days that the account has
  int days = 730;     // days that are asked for
  std::string tier{};
  int report_ms = 300;
  int quota_calls = 0;  // without a tier
  int quota_seconds = 10;
  int app_calls = 0;
  bool headers = true;
  int reading = 10;  // seconds between the price and the start
};

struct Took {
  std::int64_t rows = 0;
  std::int64_t calls = 0;
  double seconds = 0;
};

class Backfill {
 public:
  explicit Backfill(const Case& what)
      : days_(what.days), reading_(what.reading), random_(what.seed), clock_(time_, Duration(0)) {
    SimulatorSettings settings;
    settings.seed = what.seed;
    settings.ads = what.ads;
    settings.days = what.history;
    settings.time_zone = zone;
    settings.report_ms = what.report_ms;
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
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    profile_.chunks_at_once = 64;
    process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  }

  Estimate estimate() {
    const auto told = run(process_->initial().estimate(request()));
    if (!told) throw std::runtime_error(told.error().message);
    probe_calls_ = calls();
    const Instant read = time_.now() + std::chrono::seconds(reading_);  // a person does, first
    while (time_.now() < read) step();
    return *told;
  }

  Took collect() {
    const auto before = calls();
    const Instant begun = time_.now();
    const auto added = run(process_->initial().add(request(), "test"));
    if (!added) throw std::runtime_error(added.error().message);
    while (!is_done()) step();
    Took took;
    took.seconds = std::chrono::duration<double>(time_.now() - begun).count();
    took.calls = calls() - before;
    for (const auto& job : store_->jobs({.limit = 50})) {
      if (job.status != JobStatus::completed) throw std::runtime_error(job.error_message);
      took.rows += job.rows;
    }
    return took;
  }
  [[nodiscard]] std::int64_t probe_calls() const { return probe_calls_; }

 private:
  IntegrationRequest request() {
    const Day today = day_in_zone(start, zone);
    IntegrationRequest request;
    request.advertiser = "Acme";
    request.account_id = "act_7";
    request.credentials.fields.emplace("access_token", "simulated-token");
    request.initial = RangeRequest{.since = today.plus(-days_), .until = today.plus(-1)};
    return request;
  }

  template <class Value>
  Value run(asio::awaitable<Value> work) {
    std::optional<Value> answer;
    asio::co_spawn(process_->loop(), std::move(work), [&](const std::exception_ptr& error, Value value) {
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

  std::int64_t calls() {
    asio::io_context loop;
    HttpRequest question;
    question.method = "GET";
    question.path = "/simulator/stats";
    HttpResponse answered;
    asio::co_spawn(loop, platform_->answer(std::move(question)),
                   [&](const std::exception_ptr&, const HttpResponse& response) { answered = response; });
    loop.poll();
    return json::parse(answered.body).at("calls").to_number<std::int64_t>();
  }

  int days_;
  int reading_;
  Random random_;
  VirtualTime time_{start};
  VirtualClock clock_;
  ProcessProfile profile_{};
  SecretBox secrets_{SecretBox::Key{1, 2, 3}};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::unique_ptr<Process> process_;
  Instant next_look_{};
  std::int64_t probe_calls_ = 0;
};

bool within(double told, double took, double share) {
  return std::abs(told - took) <= share * std::max(1.0, took);
}

// Thirty, or as many as ADFILL_ESTIMATE_ACCOUNTS says: then the shares are printed and held to as well.
std::uint64_t accounts() {
  const char* asked = std::getenv("ADFILL_ESTIMATE_ACCOUNTS");
  return asked != nullptr ? std::stoull(asked) : 30;
}

constexpr int ads[] = {1, 3, 8, 25, 60, 150};
constexpr int ranges[] = {730, 365, 120, 31, 7};
constexpr int reports[] = {300, 3000, 9000, 25'000};

// Whatever there is: most are held up by nothing but Meta's own work.
std::vector<Case> all_kinds(std::uint64_t first, std::uint64_t last) {
  std::vector<Case> all;
  const char* tiers[] = {"", "full", "limited"};
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    Case one{.seed = seed, .ads = ads[seed % 6], .days = ranges[seed % 5], .tier = tiers[seed % 3]};
    one.report_ms = reports[(seed / 3) % 4];
    one.history = seed % 4 == 0 ? one.days / 2 + 1 : 730;
    one.reading = 5 + static_cast<int>(seed % 4) * 7;
    all.push_back(one);
  }
  return all;
}

// Accounts of which quotas have more to say: limited access, an app's calls of an hour, and quotas that are no tier of
// Meta's, which only the answers tell of.
std::vector<Case> held_up(std::uint64_t first, std::uint64_t last) {
  std::vector<Case> all;
  const std::pair<int, int> quotas[] = {{60, 10}, {20, 10}, {40, 60}, {100, 120}, {30, 5}};
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    Case one{.seed = seed, .ads = ads[2 + seed % 4], .days = ranges[seed % 3]};
    one.report_ms = reports[(seed / 2) % 4];
    one.reading = 5 + static_cast<int>(seed % 4) * 7;
    const auto kind = seed % 3;
    if (kind == 0) one.tier = "limited";
    if (kind == 1) std::tie(one.quota_calls, one.quota_seconds) = quotas[(seed / 3) % 5];
    if (kind == 2) {
      one.tier = "full";
      one.app_calls = 200;
    }
    all.push_back(one);
  }
  return all;
}

struct Held {
  int accounts = 0;
  int rows = 0;
  int calls = 0;
  int times = 0;
};

Held hold(const std::vector<Case>& cases) {
  spdlog::set_level(spdlog::level::off);
  Held held;
  for (const auto& one : cases) {
    Backfill backfill(one);
    const auto told = backfill.estimate();
    const auto took = backfill.collect();
    const double seconds = std::chrono::duration<double>(told.time).count();
    const bool good_rows = within(static_cast<double>(told.rows), static_cast<double>(took.rows), 0.15);
    const bool good_calls = within(static_cast<double>(told.calls), static_cast<double>(took.calls), 0.15);
    // Jobs are looked at once a second.
    const bool good_time = within(seconds, took.seconds, 0.15) || std::abs(seconds - took.seconds) <= 2;
    held.accounts += 1;
    held.rows += good_rows ? 1 : 0;
    held.calls += good_calls ? 1 : 0;
    held.times += good_time ? 1 : 0;
    const auto note = [](bool good) { return std::string(good ? "" : " (!)"); };
    MESSAGE("seed " << one.seed << ", " << one.ads << " ads, " << one.days << " days, tier '" << one.tier << "', "
                    << one.quota_calls << " calls in " << one.quota_seconds << " s, app " << one.app_calls
                    << ", reports of " << one.report_ms << " ms: rows " << told.rows << " of " << took.rows
                    << note(good_rows) << ", calls " << told.calls << " of " << took.calls << note(good_calls)
                    << ", seconds " << std::lround(seconds) << " of " << std::lround(took.seconds) << note(good_time)
                    << ", probed with " << backfill.probe_calls() << " calls");
    CHECK_FALSE(told.rough);
    CHECK(told.types.size() == 3);
    CHECK(backfill.probe_calls() <= 40);
  }
  MESSAGE("within 15 %: rows " << held.rows << ", calls " << held.calls << ", time " << held.times << " of "
                               << held.accounts);
  return held;
}

// Of the time chance leaves nine of ten of many accounts, and a few fewer of thirty: a backfill of two or three reports
// takes what they happen to take.
void check_nine_of_ten(const Held& held) {
  CHECK(held.rows * 10 >= held.accounts * 9);
  CHECK(held.calls * 10 >= held.accounts * 9);
  CHECK(held.times * 20 >= held.accounts * 17);
}

}  // namespace

TEST_CASE(
    "of thirty accounts the price told before is within 15 % of what the backfill took, rows, calls and time, nine "
    "times of ten") {
  check_nine_of_ten(hold(all_kinds(1, accounts())));
}

TEST_CASE("so it is for thirty accounts that quotas hold up, a tier's or any that the answers tell of") {
  check_nine_of_ten(hold(held_up(1, accounts())));
}

TEST_CASE("rows between two sampled days are on the line between them, and days without figures have none") {
  const Day first(2026, 3, 1);
  const std::vector<AccountProbe::DayRows> samples{{first.plus(2), 10}, {first.plus(6), 30}};
  std::vector<Day> active;
  for (int day = 0; day < 10; ++day) active.push_back(first.plus(day));
  CHECK(rows_in(active, samples, {first, first.plus(2)}) == doctest::Approx(30));
  CHECK(rows_in(active, samples, {first.plus(3), first.plus(5)}) == doctest::Approx(15 + 20 + 25));
  CHECK(rows_in(active, samples, {first.plus(7), first.plus(30)}) == doctest::Approx(90));
  CHECK(rows_in({first, first.plus(4)}, samples, {first, first.plus(9)}) == doctest::Approx(30));
  CHECK(rows_in(active, {}, {first, first.plus(9)}) == 0);
}

}  // namespace adfill::simulation
