#include "collect/scheduler.h"

#include "collect/log.h"
#include "core/cron.h"
#include "core/time_zone.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration look_every = std::chrono::seconds(5);
constexpr int due_at_once = 100;

// By source and type, so that a platform is not asked for all at the same minute.
const char* default_cron(Source source, CollectionType type) {
  switch (source) {
    case Source::meta:
      if (type == CollectionType::ads) return "0 4 * * *";
      return type == CollectionType::demographics ? "30 4 * * *" : "0 5 * * *";
    case Source::google_ads:
      return "30 5 * * *";
    case Source::naver:
      return "0 6 * * *";
  }
  return "0 4 * * *";
}

Refusal refusal(Refusal::Kind kind, std::string field, std::string message) {
  Refusal refused;
  refused.kind = kind;
  refused.field = std::move(field);
  refused.message = std::move(message);
  return refused;
}

// nullopt: somebody put something in that is no schedule.
std::optional<Instant> next_due(const std::string& cron, const std::string& time_zone, Instant after) {
  const auto parsed = CronSchedule::parse(cron);
  if (!parsed || !is_time_zone(time_zone)) return std::nullopt;
  return parsed->next_after(after, time_zone);
}

std::vector<PlannedJob> planned(DailyRules rules, const CollectedDays& days, Reach reach) {
  if (days.window_days) rules.window_days = *days.window_days;
  std::vector<PlannedJob> jobs;
  if (auto job = plan_daily(rules, days, reach)) jobs.push_back(std::move(*job));
  return jobs;
}

}  // namespace

std::vector<NewSchedule> default_schedules(const Connector& connector, const std::string& time_zone, Instant now) {
  std::vector<NewSchedule> schedules;
  for (const auto type : {CollectionType::ads, CollectionType::demographics, CollectionType::creatives}) {
    if (!connector.plan(type).supported) continue;
    const std::string cron = default_cron(connector.source(), type);
    schedules.push_back({.type = type, .cron = cron, .next_due_at = next_due(cron, time_zone, now).value()});
  }
  return schedules;
}

Scheduler::Scheduler(StorePool& pool, const Connectors& connectors, Clock& clock, EventHub& events,
                     std::function<void()> wake)
    : pool_(pool), connectors_(connectors), clock_(clock), events_(events), wake_(std::move(wake)) {}

asio::awaitable<void> Scheduler::run() {
  bool told = false;  // a store that stays away is one line of the log
  while (true) {
    try {
      co_await tick();
      told = false;
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("cannot make scheduled jobs: {}", thrown.what());
    } catch (const std::exception& thrown) {
      if (!std::exchange(told, true)) spdlog::error("cannot make scheduled jobs: {}", thrown.what());
    }
    co_await clock_.sleep_until(clock_.now() + look_every);
  }
}

asio::awaitable<int> Scheduler::tick() {
  int ran = 0;
  while (true) {
    auto look = [](Store& store) { return std::pair(store.now(), store.due_schedules(due_at_once)); };
    const auto seen = co_await pool_.run(std::move(look));
    for (const auto& due : seen.second) {
      const bool first = co_await run_due(due, seen.first);
      if (first) ++ran;
    }
    if (seen.second.size() < due_at_once) co_return ran;
  }
}

// True when it was this one that made the jobs.
asio::awaitable<bool> Scheduler::run_due(ScheduleRecord due, Instant now) {
  const auto rules = rules_of(due, now);
  auto next = next_due(due.cron, due.time_zone, now);
  if (!rules || !next) {
    log_about({.integration = due.integration}, spdlog::level::err,
              "schedule {}: {} in {} can't be run; looking again tomorrow", due.id.to_string(), due.cron,
              due.time_zone);
    next = now + std::chrono::days(1);
  }
  auto make = [due, rules, next = *next](Store& store) {
    std::vector<PlannedJob> jobs;
    if (rules) jobs = planned(*rules, store.collected_days(due.integration, due.type), Reach::due);
    return store.run_due(due, next, jobs);
  };
  const auto made = co_await pool_.run(std::move(make));
  if (!made) co_return false;
  announce(due, made->jobs);
  co_return true;
}

asio::awaitable<std::expected<EnqueuedJobs, Refusal>> Scheduler::run_now(ScheduleId id, std::string who) {
  using Answer = std::expected<EnqueuedJobs, Refusal>;
  auto look = [id](Store& store) { return std::pair(store.now(), store.schedule(id)); };
  const auto seen = co_await pool_.run(std::move(look));
  if (!seen.second) co_return std::unexpected(refusal(Refusal::Kind::not_found, {}, "there is no such schedule"));
  const auto rules = rules_of(*seen.second, seen.first);
  if (!rules) {
    co_return std::unexpected(refusal(Refusal::Kind::invalid, "source",
                                      "this adfill can't collect from " + std::string(to_string(seen.second->source))));
  }
  auto make = [rules = *rules, integration = seen.second->integration, who = std::move(who)](Store& store) {
    const auto jobs = planned(rules, store.collected_days(integration, rules.type), Reach::everything);
    return store.enqueue(integration, jobs, who);
  };
  auto made = co_await pool_.run(std::move(make));
  if (!made) co_return std::unexpected(refusal(Refusal::Kind::not_found, {}, "there is no such schedule"));
  announce(*seen.second, made->jobs);
  Answer answer = std::move(*made);
  co_return answer;
}

asio::awaitable<std::expected<ScheduleRecord, Refusal>> Scheduler::change(ScheduleId id, ScheduleChange change,
                                                                          std::string who) {
  using Answer = std::expected<ScheduleRecord, Refusal>;
  if (change.cron) {
    const auto parsed = CronSchedule::parse(*change.cron);
    if (!parsed) co_return std::unexpected(invalid("cron", parsed.error(), "wrong_cron"));
    change.cron = parsed->text();
  }
  if (change.time_zone && !is_time_zone(*change.time_zone)) {
    co_return std::unexpected(
        invalid("time_zone", "must be a name of the IANA database such as Asia/Seoul", "wrong_time_zone"));
  }
  auto work = [id, change = std::move(change), who = std::move(who)](Store& store) mutable {
    auto before = store.schedule(id);
    if (!before) return before;
    const bool resumed = before->paused && !change.paused.value_or(true);
    if (change.cron || change.time_zone || resumed) {
      change.next_due_at =
          next_due(change.cron.value_or(before->cron), change.time_zone.value_or(before->time_zone), store.now());
    }
    (void)store.change_schedule(id, change, who);
    return store.schedule(id);
  };
  const auto changed = co_await pool_.run(std::move(work));
  if (!changed) co_return std::unexpected(refusal(Refusal::Kind::not_found, {}, "there is no such schedule"));
  announce(*changed, {});
  Answer answer = *changed;
  co_return answer;
}

// nullopt: nothing can be collected from its source, or the account's zone is none.
std::optional<DailyRules> Scheduler::rules_of(const ScheduleRecord& schedule, Instant now) const {
  const auto connector = connectors_.find(schedule.source);
  if (connector == connectors_.end() || !is_time_zone(schedule.account_time_zone)) return std::nullopt;
  DailyRules rules;
  rules.type = schedule.type;
  rules.plan = connector->second->plan(schedule.type);
  if (!rules.plan.supported) return std::nullopt;
  rules.window_days = connector->second->restatement_days(schedule.type);
  rules.today = day_in_zone(now, schedule.account_time_zone);
  rules.earliest = connector->second->earliest_day(rules.today);
  rules.now = now;
  rules.time_zone = schedule.account_time_zone;
  return rules;
}

void Scheduler::announce(const ScheduleRecord& schedule, const std::vector<JobRecord>& jobs) {
  Event integration;
  integration.kind = Event::Kind::integration;
  integration.id = schedule.integration.to_string();
  integration.advertiser = schedule.advertiser;
  events_.publish(integration);
  for (const auto& job : jobs) {
    Event event;
    event.kind = Event::Kind::job;
    event.id = job.id.to_string();
    event.job = job.id;
    event.advertiser = schedule.advertiser;
    events_.publish(event);
  }
  if (!jobs.empty()) wake_();
}

}  // namespace adfill
