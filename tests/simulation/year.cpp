#include "simulation/year.h"

#include "core/time_zone.h"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace adfill::simulation {

namespace asio = boost::asio;

namespace {

constexpr const char* zone = "Asia/Seoul";
constexpr int history_days = 60;
constexpr Duration morning_at_most = std::chrono::minutes(10);
const Instant start = parse_rfc3339("2026-03-10T03:00:00Z").value();

}  // namespace

Year::Year(std::uint64_t seed)
    : random_(seed), time_(start), clock_(time_, Duration(0)), secrets_(SecretBox::Key{1, 2, 3}) {
  platform_settings_.seed = seed;
  platform_settings_.ads = 3;
  platform_settings_.days = 200;
  platform_settings_.time_zone = zone;
  SqliteOptions options;
  options.path = ":memory:";
  options.now = [this] { return time_.now(); };
  options.new_uuid = [this] { return Uuid::draw(random_); };
  store_ = open_sqlite_store(options);
  store_->migrate_up();
  platform_ = std::make_unique<Simulator>(platform_settings_, clock_);
}

Year::~Year() = default;

void Year::step() {
  while (process_->poll()) {
  }
  if (!time_.advance()) time_.jump(std::chrono::seconds(1));
}

template <class Value>
Value Year::run(asio::awaitable<Value> task) {
  std::optional<Value> answer;
  std::exception_ptr problem;
  asio::co_spawn(process_->loop(), std::move(task), [&](const std::exception_ptr& error, Value value) {
    problem = error;
    answer.emplace(std::move(value));
  });
  while (!answer) step();
  if (problem) std::rethrow_exception(problem);
  return std::move(*answer);
}

void Year::add_account() {
  process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  const Day today = day_in_zone(time_.now(), zone);
  first_day_ = today.plus(-history_days);
  IntegrationRequest request;
  request.advertiser = "Acme";
  request.account_id = "act_1";
  request.credentials.fields.emplace("access_token", "simulated-token");
  request.initial = RangeRequest{.since = first_day_, .until = today.plus(-1)};
  const auto added = run(process_->initial().add(request, "test"));
  if (!added) throw std::runtime_error("the account could not be added: " + added.error().message);
  account_ = added->id;
  while (!all_jobs_final()) step();
  // All at four, so that a morning is short.
  for (const auto& schedule : store_->schedules({})) {
    ScheduleChange change;
    change.cron = "0 4 * * *";
    if (!run(process_->scheduler().change(schedule.id, change, "test"))) throw std::runtime_error("no such schedule");
  }
  process_.reset();
  calls_before_ = calls();
}

void Year::live_morning() {
  restate();
  sleep_until_morning();
  run_process(morning_at_most);
}

void Year::be_off(int days) {
  for (int day = 0; day < days; ++day) {
    restate();
    sleep_until_morning();
    time_.jump(std::chrono::minutes(1));
  }
}

// Young days often, older ones less, none after the 28th.
void Year::restate() {
  const Day today = day_in_zone(time_.now() + std::chrono::hours(24), zone);
  const std::pair<int, double> ages[] = {{2, 0.9}, {3, 0.7}, {4, 0.5}, {6, 0.3}, {8, 0.15}, {15, 0.05}, {26, 0.4}};
  for (const auto& [age, chance] : ages) {
    if (random_.fraction() >= chance) continue;
    restate(today.plus(-age), 101 + static_cast<int>(random_.below(20)));
  }
}

void Year::restate(Day day, int percent) {
  const boost::json::object change{
      {"account", "act_1"}, {"since", day.to_string()}, {"until", day.to_string()}, {"factor_percent", percent}};
  ask(*platform_, "POST", "/simulator/restate", "", boost::json::serialize(change));
}

void Year::restate_day_of_age(int days) {
  restate(day_in_zone(time_.now(), zone).plus(-days), 130);
}

// A little before the next four o'clock in Seoul.
void Year::sleep_until_morning() {
  const auto day = std::chrono::floor<std::chrono::days>(time_.now());
  Instant morning = day + std::chrono::hours(19) - std::chrono::seconds(10);
  if (morning <= time_.now()) morning += std::chrono::days(1);
  time_.jump(morning - time_.now());
}

void Year::run_process(Duration at_most) {
  const Instant until = time_.now() + at_most;
  const Instant due = time_.now() + std::chrono::seconds(20);
  process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  process_->start_scheduler();
  while (time_.now() < until && (time_.now() < due || !all_jobs_final())) step();
  process_.reset();
}

void Year::expire_token() {
  ask(*platform_, "POST", "/simulator/fault", "", R"({"kind":"expired_token","rate":1})");
}

void Year::renew_token() {
  ask(*platform_, "POST", "/simulator/fault", "", R"({"kind":"clear"})");
  process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  Credentials credentials;
  credentials.fields.emplace("access_token", "another-token");
  if (!run(process_->initial().replace_credentials(account_, credentials, "test"))) {
    throw std::runtime_error("the new token was refused");
  }
  process_.reset();
}

bool Year::all_jobs_final() {
  for (const auto status : {JobStatus::pending, JobStatus::running}) {
    if (!store_->jobs({.status = status, .limit = 1}).empty()) return false;
  }
  return true;
}

int Year::wrong_days(CollectionType type) {
  std::map<std::string, PerformanceRecord> stored;
  for (auto& day : store_->performance({.integration = account_, .type = type, .group = PerformanceGroup::day})) {
    stored.emplace(day.key, day);
  }
  int wrong = 0;
  const Day today = day_in_zone(time_.now(), zone);
  for (Day day = first_day_; day < today; day = day.plus(1)) {
    const auto text = day.to_string();
    const auto truth = ask(*platform_, "GET", "/simulator/truth",
                           "account=act_1&since=" + text + "&until=" + text + "&type=" + std::string(to_string(type)));
    const auto found = stored.find(text);
    const PerformanceRecord& record = found == stored.end() ? PerformanceRecord{} : found->second;
    const bool same = truth.at("rows").to_number<std::int64_t>() == record.rows &&
                      truth.at("impressions").to_number<std::int64_t>() == record.metrics.impressions &&
                      truth.at("clicks").to_number<std::int64_t>() == record.metrics.clicks &&
                      parse_micros(truth.at("cost").as_string()).value() == record.metrics.cost;
    if (!same) ++wrong;
  }
  return wrong;
}

std::int64_t Year::calls() {
  return ask(*platform_, "GET", "/simulator/stats", "").at("calls").to_number<std::int64_t>() - calls_before_;
}

IntegrationRecord Year::integration() {
  return store_->integration(account_).value();
}

}  // namespace adfill::simulation
