// Twenty accounts of one app, two years each, against the platform's quotas, on virtual time: the product's own workers
// and governor, the simulator's quota model. Prints a line of JSON; a summary on standard error.
//   bench_quota [accounts] [days] [ads] [a word of the cases' names]
#include "core/time_zone.h"
#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace adfill::simulation {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr const char* zone = "Asia/Seoul";
const Instant start = parse_rfc3339("2026-03-10T03:00:00Z").value();

struct Case {
  std::string name;
  std::string tier;
  bool tells = true;  // headers
  int app_calls = 0;  // an hour, of all accounts together; 0: any number
};

class Bench {
 public:
  Bench(const Case& what, int accounts, int days, int ads)
      : case_(what), accounts_(accounts), days_(days), clock_(time_, Duration(0)) {
    settings_.ads = ads;
    settings_.days = days;
    settings_.time_zone = zone;
    settings_.report_ms = 8000;
    settings_.tier = what.tier;
    settings_.quota_headers = what.tells;
    settings_.app_calls = what.app_calls;
    platform_ = std::make_unique<Simulator>(settings_, clock_);
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return time_.now(); };
    options.new_uuid = [this] { return Uuid::draw(random_); };
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    profile_.chunks_at_once = 64;
    process_ = std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_, secrets_);
  }

  // `floor`: what the same work takes without any quota.
  json::object run(double floor) {
    for (int account = 1; account <= accounts_; ++account) add("act_" + std::to_string(account));
    const Instant begun = time_.now();
    while (!is_done()) step();
    const double seconds = std::chrono::duration<double>(time_.now() - begun).count();
    const auto stats = ask("/simulator/stats").as_object();
    const auto taken = stats.at("calls").to_number<double>() - stats.at("refused").to_number<double>();
    const double ideal = std::max({floor, ideal_seconds(stats.at("points").as_object()), ideal_hours(taken) * 3600});
    json::object line;
    line["case"] = case_.name;
    line["seconds"] = seconds;
    line["ideal_seconds"] = ideal;
    line["ratio"] = ideal > 0 ? seconds / ideal : 1;
    line["calls"] = stats.at("calls");
    line["refused"] = stats.at("refused");
    line["refused_share"] =
        stats.at("refused").to_number<double>() / std::max(1.0, stats.at("calls").to_number<double>());
    line["during_cool_down"] = stats.at("during_cool_down");
    line["failed_jobs"] = failed_;
    return line;
  }

 private:
  void step() {
    while (process_->poll()) {
    }
    if (!time_.advance()) time_.jump(std::chrono::seconds(1));
  }

  void add(const std::string& account) {
    const Day today = day_in_zone(time_.now(), zone);
    IntegrationRequest request;
    request.advertiser = "Acme";
    request.account_id = account;
    request.credentials.fields.emplace("access_token", "simulated-token");
    request.initial = RangeRequest{.since = today.plus(-days_), .until = today.plus(-1)};
    std::optional<bool> good;
    asio::co_spawn(process_->loop(), process_->initial().add(std::move(request), "bench"),
                   [&](const std::exception_ptr& error, const std::expected<AddedIntegration, Refusal>& added) {
                     good = !error && added.has_value();
                   });
    while (!good) step();
    if (!*good) throw std::runtime_error(account + " could not be added");
  }

  bool is_done() {
    // Looked at once a second of virtual time: it reads the store.
    if (time_.now() < next_look_) return false;
    next_look_ = time_.now() + std::chrono::seconds(1);
    for (const auto status : {JobStatus::pending, JobStatus::running}) {
      if (!store_->jobs({.status = status, .limit = 1}).empty()) return false;
    }
    failed_ = 0;
    for (const auto status : {JobStatus::failed, JobStatus::partial})
      failed_ += static_cast<int>(store_->jobs({.status = status, .limit = 200}).size());
    return true;
  }

  // Each account begins with an empty score and ends with a full one; in between it leaks evenly.
  double ideal_seconds(const json::object& points) const {
    const double capacity = case_.tier == "full" ? 9000 : 60;
    double most = 0;
    for (const auto& [account, spent] : points) most = std::max(most, spent.to_number<double>());
    if (case_.tier.empty()) return 0;
    return std::max(0.0, (most - capacity) * 300 / capacity);
  }

  // An app's calls of a rolling hour, as early as they are allowed: all of an hour's at once, then an hour's wait.
  double ideal_hours(double calls) const {
    if (case_.app_calls == 0) return 0;
    return std::max(0.0, std::ceil(calls / case_.app_calls) - 1);
  }

  json::value ask(const std::string& path) {
    asio::io_context loop;
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    HttpResponse answered;
    asio::co_spawn(loop, platform_->answer(std::move(request)),
                   [&](const std::exception_ptr&, const HttpResponse& response) { answered = response; });
    loop.poll();
    return json::parse(answered.body);
  }

  Case case_;
  int accounts_;
  int days_;
  Random random_{7};
  VirtualTime time_{start};
  VirtualClock clock_;
  ProcessProfile profile_{};
  SimulatorSettings settings_{};
  SecretBox secrets_{SecretBox::Key{1, 2, 3}};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::unique_ptr<Process> process_;
  Instant next_look_{};
  int failed_ = 0;
};

}  // namespace
}  // namespace adfill::simulation

int main(int count, char** words) {
  using namespace adfill::simulation;
  const auto number = [&](int index, int otherwise) { return count > index ? std::atoi(words[index]) : otherwise; };
  const Case cases[] = {{"no quota", ""},
                        {"limited, headers", "limited"},
                        {"limited, silent", "limited", false},
                        {"full, headers", "full"},
                        {"full, silent", "full", false},
                        {"full, an app of 1,500 calls an hour, headers", "full", true, 1500},
                        {"full, an app of 1,500 calls an hour, silent", "full", false, 1500}};
  boost::json::array results;
  double floor = 0;
  const std::string_view word = count > 4 ? words[4] : "";
  for (const auto& one : cases) {
    // What takes longest without any quota is what the others are held against.
    if (!one.tier.empty() && !one.name.contains(word)) continue;
    auto line = Bench(one, number(1, 20), number(2, 730), number(3, 40)).run(floor);
    if (one.tier.empty()) floor = line.at("seconds").as_double();
    std::cerr << boost::json::serialize(line) << '\n';
    results.push_back(std::move(line));
  }
  boost::json::object all;
  all["bench"] = "quota";
  all["cases"] = std::move(results);
  std::cout << boost::json::serialize(all) << '\n';
  return 0;
}
