// The worker's loops. Who may work on what is the database's word alone: a claim gives a token, a heartbeat says which
// tokens still hold, a sweep takes them from the dead. Nothing here trusts this machine's clock for more than when to
// ask again. Each loop catches StoreUnavailable in one place, logs it once, and backs off.
#include "collect/collection_worker.h"

#include "collect/attempt.h"
#include "collect/task_group.h"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration poll_pause = std::chrono::milliseconds(500);  // work put in beside this process is seen by then
constexpr Duration empty_claim_pause = std::chrono::milliseconds(200);
constexpr Duration store_pause_most = std::chrono::seconds(15);
constexpr Duration closures_pause = std::chrono::milliseconds(250);
// An attempt that shows no sign of life for so long is ended: longer than any single call, wait or repeat may take.
constexpr Duration stall_limit = std::chrono::minutes(20);

}  // namespace

struct CollectionWorker::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor executor, StorePool& pool, const Connectors& connectors, const SecretBox& secrets,
        Clock& clock_, Random& random, Governor& governor_, EventHub& events, WorkerSettings given)
      : settings(std::move(given)),
        memory{.limit = settings.spool_memory},
        context{pool, connectors, secrets, clock_, random, events, counts, memory, settings},
        clock(clock_),
        governor(governor_),
        id(WorkerId::draw(random)),
        wakeup(executor),
        attempts(executor),
        loops(executor) {}

  asio::awaitable<void> run();
  asio::awaitable<bool> become_worker();
  asio::awaitable<void> claim_until_stopped();
  asio::awaitable<std::size_t> claim_some();
  asio::awaitable<void> work_on(std::shared_ptr<Attempt> attempt);
  asio::awaitable<Instant> next_look();
  asio::awaitable<void> heartbeats();
  asio::awaitable<void> sweeps();
  asio::awaitable<void> closures();
  asio::awaitable<void> leave();
  void end_lost(const std::vector<ChunkToken>& valid);
  void stop();
  // Between 1 s and 15 s, doubling while the store stays away.
  [[nodiscard]] Duration store_pause() {
    store_failures += 1;
    return std::min<Duration>(store_pause_most, std::chrono::seconds(1LL << std::min(store_failures - 1, 4)));
  }
  void store_failed(const StoreUnavailable& thrown, const char* what) { spdlog::error("{}: {}", what, thrown.what()); }

  WorkerSettings settings;
  WorkerCounts counts;
  SpoolMemory memory;
  AttemptContext context;
  Clock& clock;
  Governor& governor;
  WorkerId id;
  Wakeup wakeup;  // there may be something to claim
  TaskGroup attempts;
  TaskGroup loops;
  std::map<TaskGroup::Key, std::shared_ptr<Attempt>> working;
  bool stopping = false;
  int store_failures = 0;
};

asio::awaitable<void> CollectionWorker::State::run() {
  const auto self = shared_from_this();
  const bool is_worker = co_await become_worker();
  if (!is_worker) co_return;
  loops.spawn(heartbeats());
  loops.spawn(sweeps());
  loops.spawn(closures());
  co_await claim_until_stopped();
  co_await attempts.join();
  loops.cancel_all();
  co_await loops.join();
  co_await leave();
}

// False when stopped before this process became the one that works on the file.
asio::awaitable<bool> CollectionWorker::State::become_worker() {
  bool told = false;
  while (!stopping) {
    Duration pause = std::chrono::seconds(1);
    try {
      auto become = [id = id, host = settings.host, process = settings.process_id,
                     lease = settings.lease](Store& store) {
        if (!store.become_worker_process()) return false;
        store.register_worker(id, host, process, lease);
        return true;
      };
      const bool became = co_await context.pool.run(std::move(become));
      if (became) co_return true;
      if (!std::exchange(told, true)) spdlog::info("another process works on this database; waiting for it to end");
    } catch (const StoreUnavailable& thrown) {
      store_failed(thrown, "cannot start to work");
      pause = store_pause();
    }
    co_await wakeup.wait_until(clock, clock.now() + pause);
  }
  co_return false;
}

asio::awaitable<void> CollectionWorker::State::claim_until_stopped() {
  while (!stopping) {
    Instant look_again = clock.now() + poll_pause;
    try {
      const bool full = static_cast<int>(working.size()) >= settings.chunks_at_once;
      const std::size_t claimed = full ? 0 : co_await claim_some();
      if (full) {
        look_again = clock.now() + std::chrono::hours(1);  // the end of an attempt wakes it
      } else if (claimed == 0) {
        look_again = co_await next_look();
      } else {
        look_again = clock.now();
      }
      store_failures = 0;
    } catch (const StoreUnavailable& thrown) {
      store_failed(thrown, "cannot claim");
      look_again = clock.now() + store_pause();
    }
    if (!stopping && look_again > clock.now()) co_await wakeup.wait_until(clock, look_again);
  }
}

asio::awaitable<std::size_t> CollectionWorker::State::claim_some() {
  auto claim = [id = id, limit = settings.chunks_at_once - static_cast<int>(working.size())](Store& store) {
    return store.claim(id, limit);
  };
  std::vector<Claim> claims = co_await context.pool.run(std::move(claim));
  for (auto& claimed : claims) {
    auto attempt = std::make_shared<Attempt>(context, std::move(claimed));
    const auto key = attempts.spawn(work_on(attempt));
    working.emplace(key, attempt);
    // stop() may have come while the claim was under way: then this one is handed back at once.
    if (stopping) {
      attempt->end(Attempt::EndedBy::shutdown);
      attempts.cancel(key);
    }
  }
  counts.working_now = static_cast<int>(working.size());
  co_return claims.size();
}

asio::awaitable<void> CollectionWorker::State::work_on(std::shared_ptr<Attempt> attempt) {
  co_await attempt->run();
  std::erase_if(working, [&attempt](const auto& entry) { return entry.second == attempt; });
  counts.working_now = static_cast<int>(working.size());
  // A store that was away is left alone for a moment: the next poll tries again.
  if (!attempt->store_was_down()) wakeup.notify();
}

// When it is worth claiming again: what falls due, at the latest the next poll.
asio::awaitable<Instant> CollectionWorker::State::next_look() {
  auto read = [](Store& store) {
    const auto due = store.next_due();
    return due ? std::optional(*due - store.now()) : std::nullopt;
  };
  const std::optional<Duration> until_due = co_await context.pool.run(std::move(read));
  const Instant now = clock.now();
  if (!until_due) co_return now + poll_pause;
  co_return now + std::clamp<Duration>(*until_due, empty_claim_pause, poll_pause);
}

asio::awaitable<void> CollectionWorker::State::heartbeats() {
  while (true) {
    co_await clock.sleep_until(clock.now() + settings.lease / 3);
    try {
      auto beat = [id = id, lease = settings.lease](Store& store) { return store.heartbeat(id, lease); };
      const std::vector<ChunkToken> valid = co_await context.pool.run(std::move(beat));
      end_lost(valid);
    } catch (const StoreUnavailable& thrown) {
      store_failed(thrown, "cannot prolong the lease");
    }
  }
}

void CollectionWorker::State::end_lost(const std::vector<ChunkToken>& valid) {
  const Instant now = clock.now();
  for (const auto& [key, attempt] : working) {
    // Claimed while the heartbeat was under way: it could not be named yet.
    if (attempt->claimed_after(now - settings.lease / 3)) continue;
    if (std::ranges::find(valid, attempt->token()) == valid.end()) {
      attempt->end(Attempt::EndedBy::lost_token);
    } else if (now - attempt->last_sign_of_life() > stall_limit) {
      attempt->end(Attempt::EndedBy::no_progress);
    } else {
      continue;
    }
    attempts.cancel(key);
  }
}

asio::awaitable<void> CollectionWorker::State::sweeps() {
  while (true) {
    try {
      auto sweep = [](Store& store) { return store.sweep(); };
      const SweepResult swept = co_await context.pool.run(std::move(sweep));
      if (swept.taken_back > 0) spdlog::warn("took back {} chunks of workers whose lease was over", swept.taken_back);
      if (swept.taken_back + swept.windows_mended > 0) wakeup.notify();
    } catch (const StoreUnavailable& thrown) {
      store_failed(thrown, "cannot sweep");
    }
    co_await clock.sleep_until(clock.now() + settings.lease / 4);
  }
}

// Carries closed scopes to the store, for other machines and the next start, and back from it.
asio::awaitable<void> CollectionWorker::State::closures() {
  while (true) {
    try {
      std::vector<Closure> made = governor.take_closures();
      for (const auto& closure : made) {
        Event event{.kind = Event::Kind::throttle, .id = closure.scope};
        context.events.publish(event);
      }
      auto exchange = [made = std::move(made)](Store& store) {
        for (const auto& closure : made) store.close_scope(closure.scope, closure.until, closure.reason);
        return store.closed_scopes();
      };
      const std::vector<ThrottledScope> known = co_await context.pool.run(std::move(exchange));
      for (const auto& scope : known) governor.learn({scope.scope, scope.until, scope.reason});
    } catch (const StoreUnavailable& thrown) {
      store_failed(thrown, "cannot save closed scopes");
    }
    co_await clock.sleep_until(clock.now() + closures_pause);
  }
}

asio::awaitable<void> CollectionWorker::State::leave() {
  try {
    auto leave = [id = id](Store& store) { store.unregister_worker(id); };
    co_await context.pool.run(std::move(leave));
  } catch (const StoreUnavailable& thrown) {
    store_failed(thrown, "cannot sign off; the lease will run out");
  }
}

void CollectionWorker::State::stop() {
  if (std::exchange(stopping, true)) return;
  for (const auto& [key, attempt] : working) attempt->end(Attempt::EndedBy::shutdown);
  attempts.cancel_all();
  wakeup.notify();
}

CollectionWorker::CollectionWorker(asio::any_io_executor executor, StorePool& pool, const Connectors& connectors,
                                   const SecretBox& secrets, Clock& clock, Random& random, Governor& governor,
                                   EventHub& events, WorkerSettings settings)
    : state_(std::make_shared<State>(std::move(executor), pool, connectors, secrets, clock, random, governor, events,
                                     std::move(settings))) {}

CollectionWorker::~CollectionWorker() = default;

asio::awaitable<void> CollectionWorker::run() {
  return state_->run();
}

void CollectionWorker::stop() {
  state_->stop();
}

void CollectionWorker::wake() {
  state_->wakeup.notify();
}

const WorkerCounts& CollectionWorker::counts() const {
  return state_->counts;
}

}  // namespace adfill
