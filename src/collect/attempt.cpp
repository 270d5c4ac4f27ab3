#include "collect/attempt.h"

#include "collect/pictures.h"
#include "collect/sealed_credentials.h"
#include "core/must.h"
#include "core/random.h"
#include "core/time_zone.h"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration store_retry = std::chrono::seconds(1);
constexpr int unlisted_ads_max = 5'000;  // at one listing; a few hundred of them are read

}  // namespace

Attempt::Attempt(AttemptContext& context, Claim claim)
    : context_(context),
      claim_(std::move(claim)),
      jitter_ppm_(static_cast<std::uint32_t>(context.random.below(1'000'000))),
      first_number_(claim_.asked),
      claimed_at_(context.clock.now()),
      last_sign_of_life_(claimed_at_) {}

asio::awaitable<void> Attempt::run() {
  context_.counts.chunks_claimed += 1;
  log_about(about(), spdlog::level::debug, "{}: begun, {} days to do", describe(), claim_.open_days.size());
  publish(Event::Kind::chunk);
  publish(Event::Kind::job);
  std::optional<Ending> ending;
  // Cancelled before it began, its first co_await would throw.
  if (ended_by_ == EndedBy::nobody) ending = co_await guarded_work();
  // From here on the attempt must reach its end, also while the process stops.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (completed_) {
    // Its token went with it, also for a commit beside the last one.
  } else if (ended_by_ == EndedBy::lost_token) {
    context_.counts.leases_lost += 1;
    log_about(about(), spdlog::level::warn, "{}: lost, another attempt has it", describe());
  } else if (ended_by_ == EndedBy::no_progress) {
    co_await settle(Failure(Failure::Kind::transient, "no progress for too long: ended to be tried anew"));
  } else if (!ending) {
    co_await settle(Failure(Failure::Kind::shutdown, "handed back"));
  } else if (ending->failure) {
    co_await settle(*ending->failure);
  }
  publish(Event::Kind::chunk);
  publish(Event::Kind::job);
}

// nullopt: cancelled, the chunk is handed back.
asio::awaitable<std::optional<Attempt::Ending>> Attempt::guarded_work() {
  std::optional<Ending> ending;
  try {
    ending = co_await work();
  } catch (const StoreUnavailable& thrown) {
    ending = Ending{Failure(Failure::Kind::local, thrown.what())};
  } catch (const SpoolFailed& thrown) {
    ending = Ending{Failure(Failure::Kind::local, thrown.what())};
  } catch (const boost::system::system_error& thrown) {
    // Anything but our own cancellation is a broken promise of ours.
    if (thrown.code() != asio::error::operation_aborted)
      ending = Ending{Failure(Failure::Kind::permanent, thrown.what())};
  } catch (const std::exception& thrown) {
    ending = Ending{Failure(Failure::Kind::permanent, thrown.what())};
  }
  co_return ending;
}

asio::awaitable<Attempt::Ending> Attempt::work() {
  const auto found = context_.connectors.find(claim_.source);
  if (found == context_.connectors.end()) {
    co_return Ending{
        Failure(Failure::Kind::permanent, "this adfill can't collect from " + std::string(to_string(claim_.source)))};
  }
  auto credentials = open_credentials(context_.secrets, claim_.sealed_credentials, claim_.integration);
  if (!credentials) co_return Ending{unreadable_credentials()};
  SliceRequest request{.account_id = claim_.account_id,
                       .time_zone = claim_.time_zone,
                       .currency = claim_.currency,
                       .scopes = claim_.scopes,
                       .credentials = std::move(*credentials),
                       .attribution = claim_.attribution,
                       .type = claim_.type,
                       .range = claim_.range};
  Connector& connector = *found->second;
  if (connector.plan(claim_.type).has_days) co_return co_await work_on_days(connector, std::move(request));
  co_return co_await work_on_creatives(connector, std::move(request));
}

asio::awaitable<Attempt::Ending> Attempt::work_on_creatives(Connector& connector, SliceRequest request) {
  auto known = [integration = claim_.integration](Store& store) { return store.videos(integration); };
  request.videos = co_await context_.pool.run(std::move(known));
  // Only when the figures are there: those of the first collection are still coming in beside it.
  if (claim_.mode != JobMode::initial) {
    auto unlisted = [integration = claim_.integration](Store& store) {
      return store.ads_without_creative(integration, unlisted_ads_max);
    };
    request.unlisted_ads = co_await context_.pool.run(std::move(unlisted));
  }
  CreativesCommitter committer(context_.pool, context_.clock, claim_.token, claim_.asked, last_sign_of_life_);
  if (claim_.keep_thumbnails) {
    committer.set_after_page([this, &connector, &committer](std::vector<Creative> rows) {
      return keep_pictures(context_.pool, connector, claim_.integration, about(), std::move(rows),
                           [&committer] { committer.alive(); });
    });
  }
  const auto listed = co_await connector.collect(std::move(request), committer);
  if (!listed) co_return Ending{listed.error()};
  const CommitResult result = co_await committer.finish();
  co_return after_commit(result).value_or(Ending{});
}

// nullopt: go on.
std::optional<Attempt::Ending> Attempt::after_commit(const CommitResult& result) {
  auto& counts = context_.counts;
  switch (result.state) {
    case CommitResult::State::stale:
      ended_by_ = EndedBy::lost_token;
      return Ending{};
    case CommitResult::State::inexact:
      return Ending{
          Failure(Failure::Kind::transient, "the transfer is not exact, nothing of it was kept: " + result.problem)};
    case CommitResult::State::done:
      break;
  }
  progressed_ = progressed_ || result.days_committed > 0;
  counts.days_committed += result.days_committed;
  counts.rows_committed += result.rows_written + result.rows_unchanged;
  if (result.job_ended) publish(Event::Kind::integration);
  if (!result.chunk_completed) return std::nullopt;
  counts.chunks_completed += 1;
  completed_ = true;
  log_about(about(), spdlog::level::debug, "{}: completed", describe());
  return Ending{};
}

// Tells the store how the attempt ended, as often as it takes: until then nobody else can have the chunk.
asio::awaitable<void> Attempt::settle(Failure failure) {
  for (int tries = 0;; ++tries) {
    if (co_await tell_store(failure)) co_return;
    // A stopping process does not wait for a store that is down: its lease will run out.
    if (ended_by_ == EndedBy::shutdown && tries >= 2) co_return;
    co_await context_.clock.sleep_until(context_.clock.now() + store_retry);
  }
}

// False when the store could not be reached.
asio::awaitable<bool> Attempt::tell_store(Failure failure) {
  try {
    auto read_clock = [](Store& store) { return store.now(); };
    const Instant now = co_await context_.pool.run(std::move(read_clock));
    // The platform's time was told by this machine's clock; the queue runs by the store's.
    if (failure.resume_at) *failure.resume_at += now - context_.clock.now();
    const auto verdict = decide(failure, facts(false), context_.settings.retry, now);
    auto end = [token = claim_.token, version = claim_.credentials_version, failure, verdict](Store& store) {
      return store.end_attempt(token, failure, verdict, version);
    };
    const Outcome outcome = co_await context_.pool.run(std::move(end));
    if (outcome == Outcome::done) record(failure, verdict);
    co_return true;
  } catch (const StoreUnavailable& thrown) {
    log_about(about(), spdlog::level::err, "{}: {}", describe(), thrown.what());
  } catch (const std::exception& thrown) {
    // A broken promise of ours would be broken again: the heartbeat finds the token and hands it back.
    log_about(about(), spdlog::level::critical, "{}: {}", describe(), thrown.what());
    co_return true;
  }
  co_return false;
}

void Attempt::record(const Failure& failure, const Verdict& verdict) {
  context_.counts.failures[std::string(to_string(failure.kind))] += 1;
  const auto what = describe();
  auto where = about();
  where.failure = to_string(failure.kind);
  where.trace_id = failure.trace_id;
  switch (verdict.action) {
    case Verdict::Action::retry:
      context_.counts.chunks_retried += 1;
      log_about(where, spdlog::level::warn, "{}: {}; again at {}", what, failure.message, to_rfc3339(verdict.due));
      break;
    case Verdict::Action::fail:
    case Verdict::Action::shrink:
      context_.counts.chunks_failed += 1;
      log_about(where, spdlog::level::err, "{}: failed: {}", what, failure.message);
      break;
    case Verdict::Action::wait_for_credentials:
      log_about(where, spdlog::level::err, "{}: needs new credentials: {}", what, failure.message);
      publish(Event::Kind::integration);
      break;
    case Verdict::Action::complete_with_notice:
      context_.counts.chunks_completed += 1;
      log_about(where, spdlog::level::warn, "{}: completed with a notice: {}", what, failure.message);
      break;
    case Verdict::Action::hand_back:
      log_about(where, spdlog::level::info, "{}: handed back", what);
      break;
  }
}

std::string Attempt::describe() const {
  return std::string(to_string(claim_.type)) + " " + claim_.range.since.to_string() + ".." +
         claim_.range.until.to_string() + " of " + claim_.account_id;
}

LogAbout Attempt::about() const {
  return {.integration = claim_.integration, .job = claim_.job, .chunk = claim_.chunk, .attempt = claim_.token};
}

AttemptFacts Attempt::facts(bool slice_can_shrink) const {
  return {.retry_count = claim_.retry_count,
          .max_retries = claim_.max_retries,
          .lost_count = claim_.lost_count,
          .unparsable_before = claim_.unparsable_before,
          .progressed = progressed_,
          .jitter_ppm = jitter_ppm_,
          .slice_can_shrink = slice_can_shrink};
}

void Attempt::publish(Event::Kind kind) const {
  Event event{.kind = kind, .id = {}, .job = claim_.job, .advertiser = claim_.advertiser};
  switch (kind) {
    case Event::Kind::job:
      event.id = claim_.job.to_string();
      break;
    case Event::Kind::chunk:
      event.id = claim_.chunk.to_string();
      break;
    case Event::Kind::integration:
      event.id = claim_.integration.to_string();
      break;
    case Event::Kind::throttle:
      must(false, "an attempt tells of jobs, chunks and integrations");
  }
  context_.events.publish(event);
}

}  // namespace adfill
