#include "platform/platform_call.h"

#include "net/secrets.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;

constexpr int repeats_max = 2;
constexpr int waits_max = 20;  // in place, for one call; then the chunk goes back to the queue

struct ClosedScope {
  std::string scope;
  Instant until;
};

// The scope that stays closed longest, of those that are closed.
std::optional<ClosedScope> find_closed(const PlatformContext& context, const std::vector<std::string>& scopes) {
  const auto now = context.clock.now();
  std::optional<ClosedScope> found;
  for (const auto& scope : scopes) {
    const auto until = context.governor.closed_until({scope}, now);
    if (until && (!found || *until > found->until)) found = ClosedScope{.scope = scope, .until = *until};
  }
  return found;
}

Failure closed_failure(const PlatformContext& context, const ClosedScope& closed) {
  const auto known = context.governor.scopes().find(closed.scope);
  const auto reason = known == context.governor.scopes().end() ? std::string() : known->second.reason;
  Failure failure(Failure::Kind::throttled, closed.scope + " is left alone until " + to_rfc3339(closed.until) +
                                                (reason.empty() ? "" : ": " + reason));
  failure.scope = closed.scope;
  failure.resume_at = closed.until;
  return failure;
}

// Returns when the scopes are open and the governor's pace is kept, or with a throttled Failure when that takes longer
// than `patience`.
awaitable<Result<void>> wait_until_open(const PlatformContext& context, const std::vector<std::string>& scopes) {
  bool paced = false;
  for (int waits = 0;; ++waits) {
    const auto closed = find_closed(context, scopes);
    if (closed) {
      if (waits >= waits_max || closed->until - context.clock.now() > patience) {
        co_return std::unexpected(closed_failure(context, *closed));
      }
      co_await context.clock.sleep_until(closed->until);
      continue;
    }
    // A scope may have been closed by another call while this one kept its pace: looked at once more, above.
    const auto pace = paced ? Duration::zero() : context.governor.pace(scopes);
    if (pace <= Duration::zero()) co_return Result<void>();
    paced = true;
    const auto due = context.clock.now() + pace;
    co_await context.clock.sleep_until(due);
  }
}

Failure no_answer(const HttpError& error, bool shrinkable) {
  switch (error.kind) {
    case HttpError::Kind::timed_out:
      return {shrinkable ? Failure::Kind::too_large : Failure::Kind::transient, "no answer in time: " + error.message};
    case HttpError::Kind::too_long:
      return {Failure::Kind::too_large, "the answer is too long: " + error.message};
    case HttpError::Kind::unreachable:
    case HttpError::Kind::cut_off:
    case HttpError::Kind::tls:
      break;
  }
  return {Failure::Kind::transient, "no whole answer: " + error.message};
}

// What became of one sending. A throttled scope is closed here, in the same step that saw the refusal, so that no other
// call of this process can slip through before.
std::optional<Failure> judge_answer(const PlatformContext& context, const PlatformCall& call,
                                    const std::expected<HttpAnswer, HttpError>& answer) {
  const auto now = context.clock.now();
  std::optional<Failure> failure;
  if (answer) {
    if (call.observe) call.observe(*answer, context.governor);
    if (call.judge) failure = call.judge(*answer, now);
  } else {
    failure = no_answer(answer.error(), call.shrinkable);
  }
  if (!failure) return std::nullopt;
  failure->message = scrub(std::move(failure->message), call.secret);
  if (failure->kind == Failure::Kind::throttled) {
    if (!failure->resume_at) failure->resume_at = now + std::chrono::minutes(1);
    if (failure->scope.empty() && !call.scopes.empty()) failure->scope = call.scopes.front();
    context.governor.count_refusal(failure->scope);
    context.governor.close(failure->scope, *failure->resume_at, failure->message);
  }
  return failure;
}

// Half to one and a half times the base, four times as long the second time.
Duration repeat_wait(const PlatformContext& context, int repeats) {
  const auto base = static_cast<double>(context.repeat_base.count()) * (repeats == 0 ? 1 : 4);
  return Duration(static_cast<Duration::rep>(base * (0.5 + context.random.fraction())));
}

}  // namespace

awaitable<Result<HttpAnswer>> platform_call(const PlatformContext& context, PlatformCall call) {
  int repeats = 0;
  int refusals = 0;
  while (true) {
    const auto open = co_await wait_until_open(context, call.scopes);
    if (!open) co_return std::unexpected(open.error());

    context.governor.count_call(call.scopes);
    HttpCall sent = call.http;
    auto answer = co_await context.http.send(std::move(sent));
    const auto failure = judge_answer(context, call, answer);
    if (!failure) co_return std::move(*answer);

    Instant again = context.clock.now();
    if (failure->kind == Failure::Kind::throttled) {
      if (++refusals > waits_max || *failure->resume_at - again > patience) co_return std::unexpected(*failure);
      again = *failure->resume_at;
    } else if (failure->kind == Failure::Kind::transient && repeats < repeats_max) {
      again += repeat_wait(context, repeats++);
    } else {
      co_return std::unexpected(*failure);
    }
    co_await context.clock.sleep_until(again);
  }
}

}  // namespace adfill
