#include "simulation/world.h"

#include "core/time_zone.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <stdexcept>

namespace adfill::simulation {

namespace asio = boost::asio;

namespace {

constexpr int steps_with_faults = 400;
constexpr int steps_between_checks = 400;  // a look through everything takes longer than they do
constexpr Duration rest_at_most = std::chrono::hours(24);
const Instant start = parse_rfc3339("2026-03-10T03:00:00Z").value();

double sometimes(Random& random, double most) {
  return random.below(2) == 0 ? 0 : random.fraction() * most;
}

}  // namespace

Profile Profile::draw(Random& random) {
  Profile profile;
  profile.process.network.unreachable = sometimes(random, 0.1);
  profile.process.network.lost_answer = sometimes(random, 0.1);
  profile.process.network.latency_most = std::chrono::milliseconds(1 + random.below(3000));
  profile.process.store.refused = sometimes(random, 0.05);
  profile.process.store.answer_lost = sometimes(random, 0.05);
  profile.platform.seed = random.draw();
  profile.platform.ads = 1 + static_cast<int>(random.below(4));
  profile.platform.days = 200;
  profile.platform.currency = random.below(2) == 0 ? "KRW" : "USD";
  profile.platform.time_zone = random.below(2) == 0 ? "Asia/Seoul" : "America/New_York";
  profile.platform.report_ms = static_cast<int>(random.below(20'000));
  profile.platform.faults = sometimes(random, 0.15);
  if (random.below(2) == 0) {
    profile.platform.quota_calls = 20 + static_cast<int>(random.below(100));
    profile.platform.quota_seconds = 60 + static_cast<int>(random.below(240));
  }
  if (random.below(3) == 0) profile.platform.row_budget = 40 + static_cast<int>(random.below(200));  // a day must fit
  profile.crash = sometimes(random, 0.02);
  profile.graceful_stop = sometimes(random, 0.02);
  profile.second_process = sometimes(random, 0.02);
  profile.restatement = sometimes(random, 0.02);
  profile.overlapping_job = sometimes(random, 0.03);
  profile.cancel = sometimes(random, 0.01);
  profile.retry = sometimes(random, 0.02);
  profile.time_jump = sometimes(random, 0.01);
  return profile;
}

World::World(std::uint64_t seed, bool trace)
    : seed_(seed),
      trace_(trace),
      random_(seed),
      time_(start),
      clock_(time_, Duration(0)),
      secrets_(SecretBox::Key{1, 2, 3}) {
  profile_ = Profile::draw(random_);
  SqliteOptions options;
  options.path = ":memory:";
  options.now = [this] { return time_.now(); };
  options.new_uuid = [this] { return Uuid::draw(random_); };
  store_ = open_sqlite_store(options);
  store_->migrate_up();
  platform_ = std::make_unique<Simulator>(profile_.platform, clock_);
}

World::~World() = default;

void World::run() {
  set_up();
  live_with_faults();
  come_to_rest();
  collect_everything_once_more();
}

void World::set_up() {
  const auto faults = std::exchange(profile_.process, ProcessProfile{});
  ask_platform("POST", "/simulator/fault", "", R"({"kind":"clear"})");
  start_process();
  const Day today = day_in_zone(time_.now(), profile_.platform.time_zone);
  history_range_ = {today.plus(-150), today.plus(-1)};
  const int accounts = 1 + static_cast<int>(random_.below(3));
  for (int account = 0; account < accounts; ++account) {
    IntegrationRequest request;
    request.advertiser = account == 0 ? "Acme" : "Other";
    request.account_id = "act_" + std::to_string(account + 1);
    request.credentials.fields.emplace("access_token", "simulated-token");
    RangeRequest range{.since = history_range_.since, .until = history_range_.until};
    range.newest_first = random_.below(2) == 0;
    request.initial = range;
    bool ended = false;
    auto add = processes_.front()->initial().add(request, "test");
    asio::co_spawn(processes_.front()->loop(), std::move(add), [&](const std::exception_ptr& error, const auto& added) {
      if (error) std::rethrow_exception(error);
      if (!added) throw std::runtime_error("the account could not be added: " + added.error().message);
      integrations_.push_back(added->id);
      ended = true;
    });
    while (!ended) {
      run_until_idle();
      if (!ended) expect(time_.advance(), "adding an account comes to an end");
    }
  }
  profile_.process = faults;
}

void World::start_process() {
  processes_.push_back(
      std::make_unique<Process>(random_.draw(), *store_, *platform_, time_, profile_.process, secrets_));
}

bool World::run_until_idle() {
  bool any = false;
  for (bool ran = true; ran;) {
    ran = false;
    for (auto& process : processes_) ran = process->poll() || ran;
    any = any || ran;
  }
  std::erase_if(processes_, [](const auto& process) { return process->ended(); });
  return any;
}

void World::step() {
  run_until_idle();
  if (!time_.advance()) time_.jump(std::chrono::seconds(1));
  history_ = (history_ ^ static_cast<std::uint64_t>(micros_since_epoch(time_.now()))) * 1099511628211ULL;
}

void World::live_with_faults() {
  for (int number = 0; number < steps_with_faults; ++number) {
    step();
    act();
    if (number % 20 == 0) check_invariants();
  }
}

void World::act() {
  const auto hit = [this](double chance) { return random_.fraction() < chance; };
  if (hit(profile_.crash) && !processes_.empty()) {
    note("a process is killed");
    processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(random_.below(processes_.size())));
    check_invariants();
  }
  if (hit(profile_.graceful_stop) && !processes_.empty()) {
    note("a process is asked to stop");
    processes_[random_.below(processes_.size())]->stop();
  }
  if (processes_.empty() ? hit(0.2) : hit(profile_.second_process) && processes_.size() < 3) {
    note("a process starts");
    start_process();
  }
  if (hit(profile_.time_jump)) {
    note("an hour passes unseen");
    time_.jump(std::chrono::hours(1));
  }
  const auto integration = integrations_[random_.below(integrations_.size())];
  if (hit(profile_.restatement)) {
    const Day since = history_range_.since.plus(static_cast<int>(random_.below(100)));
    note("the platform restates");
    boost::json::object change{{"account", "act_1"},
                               {"since", since.to_string()},
                               {"until", since.plus(10).to_string()},
                               {"factor_percent", 101 + random_.below(100)}};
    ask_platform("POST", "/simulator/restate", "", boost::json::serialize(change));
  }
  if (hit(profile_.overlapping_job)) {
    const Day since = history_range_.since.plus(static_cast<int>(random_.below(100)));
    note("a user asks for days once more");
    request_range(integration, {since, since.plus(static_cast<int>(random_.below(49)))}, {CollectionType::ads});
  }
  const auto jobs = store_->jobs({.limit = 200});
  const auto& job = jobs[random_.below(jobs.size())];
  if (hit(profile_.cancel)) {
    note("a user cancels");
    static_cast<void>(store_->cancel_job(job.id, "test"));
  }
  if (hit(profile_.retry)) {
    note("a user retries");
    static_cast<void>(store_->retry_job(job.id, "test"));
  }
}

void World::request_range(IntegrationId integration, DayRange range, std::vector<CollectionType> types) {
  std::vector<PlannedJob> jobs;
  for (const auto type : types) {
    const bool days = type != CollectionType::creatives;
    jobs.push_back({.type = type,
                    .mode = JobMode::manual,
                    .range = range,
                    .chunks = days ? plan_chunks(range, ChunkRule{.target_days = 60}) : std::vector<DayRange>{range}});
  }
  expect(store_->enqueue(integration, jobs, "test").has_value(), "the integration is there");
}

bool World::all_jobs_final() {
  for (const auto& job : store_->jobs({.limit = 500})) {
    if (!is_final(job.status)) return false;
  }
  return true;
}

void World::wait_for_jobs(Duration at_most, const std::string& what) {
  const Instant until = time_.now() + at_most;
  while (!all_jobs_final()) {
    expect(time_.now() < until, what + " within " + std::to_string(at_most.count() / 1'000'000) + " s");
    if (processes_.empty()) start_process();  // the last one was still stopping when it was counted
    for (int number = 0; number < steps_between_checks; ++number) step();
    check_invariants();
  }
}

void World::come_to_rest() {
  note("no more faults");
  profile_.process.network.unreachable = 0;
  profile_.process.network.lost_answer = 0;
  profile_.process.store = {};
  ask_platform("POST", "/simulator/fault", "", R"({"kind":"clear"})");
  if (processes_.empty()) start_process();
  wait_for_jobs(rest_at_most, "without faults every job comes to its end");
}

// Whatever happened, one more collection of all days makes the store equal to the platform.
void World::collect_everything_once_more() {
  note("everything once more");
  if (processes_.empty()) start_process();
  for (const auto integration : integrations_) {
    request_range(integration, history_range_,
                  {CollectionType::ads, CollectionType::demographics, CollectionType::creatives});
  }
  wait_for_jobs(rest_at_most, "the last jobs come to their end");
  for (const auto& integration : store_->integrations({})) {
    check_against_platform(integration, CollectionType::ads);
    check_against_platform(integration, CollectionType::demographics);
  }
}

void World::note(const std::string& what) {
  for (const char byte : what) history_ = (history_ ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  if (trace_) std::cerr << to_rfc3339(time_.now()) << ' ' << what << '\n';
}

void World::expect(bool holds, const std::string& what) {
  if (holds) return;
  throw std::runtime_error("seed " + std::to_string(seed_) + " at " + to_rfc3339(time_.now()) + ": not true that " +
                           what);
}

std::string World::ask_platform(const std::string& method, const std::string& path, const std::string& query,
                                const std::string& body) {
  asio::io_context loop;
  HttpRequest request{.method = method, .path = path, .query = query, .body = body};
  std::string answered;
  asio::co_spawn(loop, platform_->answer(std::move(request)),
                 [&](const std::exception_ptr& error, const HttpResponse& response) {
                   if (error) std::rethrow_exception(error);
                   expect(response.status == 200, path + " is answered well: " + response.body);
                   answered = response.body;
                 });
  loop.poll();
  return answered;
}

}  // namespace adfill::simulation
