// The worker's loops. Who may work on what is the database's word alone: a claim gives a token, a heartbeat says which
// tokens still hold, a sweep takes them from the dead. Nothing here trusts this machine's clock for more than when to
// ask again. Each loop catches what goes wrong in one place, logs it once, and backs off; none of them ends before
// stop().
#include "collect/collection_worker.h"

#include "collect/attempt.h"
#include "collect/log.h"
#include "collect/task_group.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration poll_pause = std::chrono::milliseconds(500);  // work put in beside this process is seen by then
constexpr Duration empty_claim_pause = std::chrono::milliseconds(200);
constexpr Duration store_pause_most = std::chrono::seconds(15);  // between tries while the store is away
constexpr Duration closures_pause = std::chrono::milliseconds(250);
constexpr Duration outlooks_pause = std::chrono::seconds(5);
constexpr Duration calls_pause = std::chrono::minutes(1);
// An attempt that shows no sign of life for so long is ended: longer than any single call, wait or repeat may take.
constexpr Duration stall_limit = std::chrono::minutes(20);

WorkerSettings with_defaults(WorkerSettings settings) {
  if (settings.spool_directory.empty()) settings.spool_directory = std::filesystem::temp_directory_path();
  return settings;
}

// 1 s after the first failure, doubling.
Duration store_pause(int failures) {
  return std::min<Duration>(store_pause_most, std::chrono::seconds(1LL << std::min(failures - 1, 4)));
}

}  // namespace

struct CollectionWorker::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor executor, StorePool& pool, const Connectors& connectors, const SecretBox& secrets,
        Clock& clock_, Random& random, Governor& governor_, EventHub& events, WorkerSettings given)
      : settings(with_defaults(std::move(given))),
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
  [[nodiscard]] std::size_t places_left() const;
  asio::awaitable<std::size_t> claim_some();
  asio::awaitable<void> work_on(std::shared_ptr<Attempt> attempt);
  asio::awaitable<Instant> next_look();
  asio::awaitable<void> every(Duration pause, asio::awaitable<void> (State::*round)(), const char* trouble);
  asio::awaitable<void> heartbeat();
  asio::awaitable<void> sweep();
  asio::awaitable<void> exchange_closures();
  asio::awaitable<void> save_outlooks();
  asio::awaitable<void> save_calls();
  asio::awaitable<void> leave();
  void end_lost(const std::vector<ChunkToken>& valid, Instant asked_at);
  std::vector<ChunkToken> find_orphans(const std::vector<ChunkToken>& valid);
  void stop();
  struct Working {
    std::shared_ptr<Attempt> attempt;
    TaskGroup::Key key;
  };

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
  std::map<ChunkToken, Working> working;
  std::vector<Closure> unsaved_closures;
  std::map<std::string, CallCount> saved_calls;  // of this process, by scope of an app
  Instant outlooks_saved_at{};
  std::vector<ChunkToken> orphans;  // tokens that no attempt had at the last heartbeat
  bool stopping = false;
};

asio::awaitable<void> CollectionWorker::State::run() {
  const auto self = shared_from_this();
  const bool is_worker = co_await become_worker();
  if (!is_worker) co_return;
  loops.spawn(every(settings.lease / 3, &State::heartbeat, "cannot prolong the lease"));
  loops.spawn(every(settings.lease / 4, &State::sweep, "cannot sweep"));
  loops.spawn(every(closures_pause, &State::exchange_closures, "cannot save closed scopes"));
  loops.spawn(every(outlooks_pause, &State::save_outlooks, "cannot save how full the quotas are"));
  loops.spawn(every(calls_pause, &State::save_calls, "cannot count the calls"));
  co_await claim_until_stopped();
  co_await attempts.join();
  loops.cancel_all();
  co_await loops.join();
  co_await leave();
}

// False when stopped before this process became the one that works on the file.
asio::awaitable<bool> CollectionWorker::State::become_worker() {
  bool told = false;
  int failures = 0;
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
      spdlog::error("cannot start to work: {}", thrown.what());
      pause = store_pause(++failures);
    }
    co_await wakeup.wait_until(clock, clock.now() + pause);
  }
  co_return false;
}

asio::awaitable<void> CollectionWorker::State::claim_until_stopped() {
  int failures = 0;
  while (!stopping) {
    Instant look_again = clock.now() + poll_pause;
    try {
      const std::size_t places = places_left();
      const std::size_t claimed = places == 0 ? 0 : co_await claim_some();
      if (claimed > 0) {
        // That was all there is: another look would only keep the store from what the attempts ask of it.
        if (claimed < places) look_again = clock.now() + empty_claim_pause;
      } else if (places > 0) {
        look_again = co_await next_look();
      }
      failures = 0;
    } catch (const std::exception& thrown) {
      spdlog::error("cannot claim: {}", thrown.what());
      look_again = clock.now() + store_pause(++failures);
    }
    if (!stopping && look_again > clock.now()) co_await wakeup.wait_until(clock, look_again);
  }
}

std::size_t CollectionWorker::State::places_left() const {
  return static_cast<std::size_t>(std::max(settings.chunks_at_once - static_cast<int>(working.size()), 0));
}

asio::awaitable<std::size_t> CollectionWorker::State::claim_some() {
  auto claim = [id = id, limit = static_cast<int>(places_left())](Store& store) { return store.claim(id, limit); };
  std::vector<Claim> claims = co_await context.pool.run(std::move(claim));
  for (auto& claimed : claims) {
    auto attempt = std::make_shared<Attempt>(context, std::move(claimed));
    auto& entry = working[attempt->token()];
    entry.attempt = attempt;
    entry.key = attempts.next_key();
    const auto key = attempts.spawn(work_on(attempt));
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
  try {
    co_await attempt->run();
  } catch (const std::exception& thrown) {
    log_about(attempt->about(), spdlog::level::critical, "an attempt ended without a word to the store: {}",
              thrown.what());
  }
  working.erase(attempt->token());
  counts.working_now = static_cast<int>(working.size());
  wakeup.notify();
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

// Runs `round` again and again until it is cancelled. Whatever goes wrong in one is logged, and the next one comes.
asio::awaitable<void> CollectionWorker::State::every(Duration pause, asio::awaitable<void> (State::*round)(),
                                                     const char* trouble) {
  int failures = 0;
  while (true) {
    bool failed = true;
    try {
      co_await (this->*round)();
      failed = false;
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("{}: {}", trouble, thrown.what());
    } catch (const std::exception& thrown) {
      spdlog::error("{}: {}", trouble, thrown.what());
    }
    failures = failed ? failures + 1 : 0;
    const Duration wait = failed ? std::min(std::max(pause, store_pause(failures)), settings.lease / 3) : pause;
    co_await clock.sleep_until(clock.now() + wait);
  }
}

asio::awaitable<void> CollectionWorker::State::heartbeat() {
  const Instant asked_at = clock.now();
  auto beat = [id = id, lease = settings.lease](Store& store) { return store.heartbeat(id, lease); };
  const std::vector<ChunkToken> valid = co_await context.pool.run(std::move(beat));
  end_lost(valid, asked_at);
  auto forgotten = find_orphans(valid);
  if (forgotten.empty()) co_return;
  for (const auto token : forgotten)
    log_about({.attempt = token}, spdlog::level::warn, "handing back a chunk that nobody works on");
  auto hand_back = [forgotten = std::move(forgotten)](Store& store) {
    const Failure failure(Failure::Kind::shutdown, "handed back: nobody worked on it");
    const Verdict verdict = decide(failure, {}, {}, store.now());
    for (const auto token : forgotten) static_cast<void>(store.end_attempt(token, failure, verdict, 0));
  };
  co_await context.pool.run(std::move(hand_back));
  wakeup.notify();
}

void CollectionWorker::State::end_lost(const std::vector<ChunkToken>& valid, Instant asked_at) {
  const Instant now = clock.now();
  std::vector<TaskGroup::Key> ended;
  for (const auto& [token, work] : working) {
    const auto& attempt = work.attempt;
    // Claimed while the heartbeat was under way: it could not be named yet.
    if (attempt->claimed_after(asked_at)) continue;
    if (std::ranges::find(valid, token) == valid.end()) {
      attempt->end(Attempt::EndedBy::lost_token);
    } else if (now - attempt->last_sign_of_life() > stall_limit) {
      attempt->end(Attempt::EndedBy::no_progress);
    } else {
      continue;
    }
    ended.push_back(work.key);
  }
  for (const auto key : ended) attempts.cancel(key);
}

// Tokens of ours that no attempt has, now and at the heartbeat before: the answer to a claim was lost, or an attempt
// could not tell how it ended. Our own heartbeat would keep them for ever.
std::vector<ChunkToken> CollectionWorker::State::find_orphans(const std::vector<ChunkToken>& valid) {
  std::vector<ChunkToken> now;
  for (const auto token : valid) {
    if (!working.contains(token)) now.push_back(token);
  }
  std::vector<ChunkToken> twice;
  for (const auto token : now) {
    if (std::ranges::find(orphans, token) != orphans.end()) twice.push_back(token);
  }
  orphans = std::move(now);
  return twice;
}

asio::awaitable<void> CollectionWorker::State::sweep() {
  auto work = [](Store& store) { return store.sweep(); };
  const SweepResult swept = co_await context.pool.run(std::move(work));
  if (swept.taken_back > 0) spdlog::warn("took back {} chunks of workers whose lease was over", swept.taken_back);
  if (swept.taken_back + swept.windows_mended > 0) wakeup.notify();
}

// Carries closed scopes to the store, for other machines and the next start, and back from it.
asio::awaitable<void> CollectionWorker::State::exchange_closures() {
  for (auto& closure : governor.take_closures()) {
    Event event{.kind = Event::Kind::throttle, .id = closure.scope};
    context.events.publish(event);
    unsaved_closures.push_back(std::move(closure));
  }
  auto exchange = [made = unsaved_closures](Store& store) {
    for (const auto& closure : made) store.close_scope(closure.scope, closure.until, closure.reason);
    return store.closed_scopes();
  };
  const auto saved = unsaved_closures.size();
  const std::vector<ThrottledScope> known = co_await context.pool.run(std::move(exchange));
  unsaved_closures.erase(unsaved_closures.begin(), unsaved_closures.begin() + static_cast<std::ptrdiff_t>(saved));
  for (const auto& scope : known) governor.learn({scope.scope, scope.until, scope.reason});
}

// For people who ask another process: what was learned of the scopes since the last time.
asio::awaitable<void> CollectionWorker::State::save_outlooks() {
  const Instant now = clock.now();
  std::vector<ScopeOutlook> news;
  for (const auto& [scope, state] : governor.scopes()) {
    if (state.limits.empty() || state.read_at < outlooks_saved_at) continue;
    ScopeOutlook& outlook = news.emplace_back();
    outlook.scope = scope;
    outlook.tier = state.tier;
    for (const auto& [name, limit] : state.limits)
      outlook.limits.push_back({name, limit.percent(now), limit.capacity(), limit.is_learned()});
  }
  if (news.empty()) co_return;
  auto save = [id = id, news = std::move(news)](Store& store) { store.save_outlooks(id, news); };
  co_await context.pool.run(std::move(save));
  outlooks_saved_at = now;
}

// An app's access depends on its calls of some weeks: they are counted over restarts and all machines.
asio::awaitable<void> CollectionWorker::State::save_calls() {
  std::map<std::string, CallCount> made;
  for (const auto& [scope, state] : governor.scopes()) {
    const CallCount& saved = saved_calls[scope];
    const bool is_app = scope.contains(":app:");
    if (is_app && state.calls > saved.calls) made[scope] = {state.calls - saved.calls, state.refused - saved.refused};
  }
  if (made.empty()) co_return;
  auto count = [made](Store& store) { store.count_calls(made); };
  co_await context.pool.run(std::move(count));
  for (const auto& [scope, count_of] : made) {
    saved_calls[scope].calls += count_of.calls;
    saved_calls[scope].refused += count_of.refused;
  }
}

asio::awaitable<void> CollectionWorker::State::leave() {
  try {
    co_await save_calls();
    auto leave = [id = id](Store& store) { store.unregister_worker(id); };
    co_await context.pool.run(std::move(leave));
  } catch (const StoreUnavailable& thrown) {
    spdlog::error("cannot sign off, the lease will run out: {}", thrown.what());
  }
}

void CollectionWorker::State::stop() {
  if (std::exchange(stopping, true)) return;
  for (const auto& [token, work] : working) work.attempt->end(Attempt::EndedBy::shutdown);
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

WorkerId CollectionWorker::id() const {
  return state_->id;
}

const WorkerCounts& CollectionWorker::counts() const {
  return state_->counts;
}

}  // namespace adfill
