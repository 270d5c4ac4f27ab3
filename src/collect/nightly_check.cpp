#include "collect/nightly_check.h"

#include "collect/daily_looks.h"
#include "collect/day_sample.h"
#include "collect/sealed_credentials.h"
#include "core/time_zone.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration look_every = std::chrono::seconds(60);
// Taken one by one: between two of them an account may be paused, or a scope closed.
constexpr int at_once = 1;

// What a check needs to know of its account.
struct Account {
  Instant now;
  std::optional<IntegrationRecord> integration{};
  std::optional<SealedCredentials> credentials{};
  std::vector<SettledDay> days{};
};

PlannedJob job_of(CollectionType type, const TypePlan& plan, const std::vector<Day>& days) {
  PlannedJob job{.type = type, .mode = JobMode::daily, .range = {days.front(), days.back()}};
  for (const DayRange& run : runs_of(days)) {
    for (const DayRange& chunk : plan_chunks(run, plan.chunks, false)) job.chunks.push_back(chunk);
  }
  return job;
}

}  // namespace

NightlyCheck::NightlyCheck(StorePool& pool, const Connectors& connectors, const SecretBox& secrets, Clock& clock,
                           Random& random, std::function<void()> wake)
    : pool_(pool), connectors_(connectors), secrets_(secrets), clock_(clock), random_(random), wake_(std::move(wake)) {}

asio::awaitable<void> NightlyCheck::run() {
  bool told = false;  // a store that stays away is one line of the log
  while (true) {
    try {
      co_await check();
      told = false;
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("cannot compare older days: {}", thrown.what());
    } catch (const std::exception& thrown) {
      if (!std::exchange(told, true)) spdlog::error("cannot compare older days: {}", thrown.what());
    }
    co_await clock_.sleep_until(clock_.now() + look_every);
  }
}

asio::awaitable<int> NightlyCheck::check() {
  int changed = 0;
  while (true) {
    auto take = [](Store& store) { return store.take_checks(at_once); };
    const auto due = co_await pool_.run(std::move(take));
    if (due.empty()) co_return changed;
    for (const auto& one : due) changed += co_await check_account(one);
  }
}

asio::awaitable<int> NightlyCheck::check_account(DueCheck due) {
  const auto found = connectors_.find(due.source);
  if (found == connectors_.end()) co_return 0;
  Connector& connector = *found->second;
  auto look = [due](Store& store) {
    return Account{.now = store.now(),
                   .integration = store.integration(due.integration),
                   .credentials = store.credentials(due.integration),
                   .days = store.settled_days(due.integration, due.type)};
  };
  const Account account = co_await pool_.run(std::move(look));
  if (!account.integration || !account.credentials || !is_time_zone(account.integration->time_zone)) co_return 0;
  const Day today = day_in_zone(account.now, account.integration->time_zone);
  const auto sample = choose_sample(account.days, connector.earliest_day(today), account.now, random_);
  auto credentials = open_credentials(secrets_, account.credentials->sealed, due.integration);
  if (!sample || !credentials) co_return 0;

  SliceRequest request{.account_id = account.integration->account_id,
                       .time_zone = account.integration->time_zone,
                       .currency = account.integration->currency,
                       .scopes = due.scopes,
                       .credentials = std::move(*credentials),
                       .type = due.type,
                       .range = *sample};
  const auto totals = co_await connector.totals(std::move(request));
  if (!totals) {
    co_await refused(due, totals.error());
    co_return 0;
  }
  const Compared compared = compare(account.days, *sample, *totals);
  auto keep = [due, compared, plan = connector.plan(due.type)](Store& store) {
    store.note_checked(due.integration, due.type, compared.same);
    if (compared.changed.empty()) return;
    (void)store.enqueue(due.integration, {job_of(due.type, plan, compared.changed)}, "nightly check");
  };
  co_await pool_.run(std::move(keep));
  if (compared.changed.empty()) co_return 0;
  spdlog::info(
      "{} of {}: the platform has changed {} of {} older days since they were collected; collecting them again",
      to_string(due.type), account.integration->account_id, compared.changed.size(), sample->length());
  wake_();
  co_return static_cast<int>(compared.changed.size());
}

// A scope that is closed is so for everybody. Anything else a job will meet too, and tell of.
asio::awaitable<void> NightlyCheck::refused(DueCheck due, Failure failure) {
  spdlog::info("{} days were not compared with {}: {}", to_string(due.type), to_string(due.source), failure.message);
  if (failure.kind != Failure::Kind::throttled || failure.scope.empty() || !failure.resume_at) co_return;
  const Duration wait = *failure.resume_at - clock_.now();
  auto close = [scope = failure.scope, wait, reason = failure.message](Store& store) {
    store.close_scope(scope, store.now() + wait, reason);
  };
  co_await pool_.run(std::move(close));
}

}  // namespace adfill
