#include "platform/platform_call.h"

#include "core/verdict.h"
#include "net/secrets.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;

constexpr int repeats_max = 2;
constexpr int refusals_max = 20;  // of one call; then the chunk goes back to the queue
// Places further ahead are not taken: what an answer tells meanwhile may bring the turn forward.
constexpr Duration place_horizon = std::chrono::seconds(1);
constexpr Duration sign_of_life = std::chrono::minutes(5);  // in a long wait

// One call on its way.
class Sending {
 public:
  Sending(const PlatformContext& context, PlatformCall call)
      : context_(context),
        call_(std::move(call)),
        gates_(call_.scopes),
        latest_(now() + (call_.keeps_waiting ? kept_waiting_max : waiting_max)) {
    if (!call_.source.empty()) gates_.push_back(call_.source);
  }
  // Also when the coroutine is cancelled in its wait: a place that nobody uses would slow all others.
  ~Sending() {
    leave_place();
    if (is_sent_) count("cancelled");
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  awaitable<Result<HttpAnswer>> make();

 private:
  struct ClosedGate {
    std::string name;
    Instant until;
  };

  [[nodiscard]] Instant now() const { return context_.clock.now(); }
  awaitable<void> wait_until(Instant instant);
  // Returns when all gates are open and it is this call's turn, or with the Failure why not.
  awaitable<Result<void>> wait_for_turn();
  [[nodiscard]] std::optional<ClosedGate> find_closed() const;
  [[nodiscard]] Failure closed_failure(const ClosedGate& closed) const;
  [[nodiscard]] Failure outage_failure() const;
  [[nodiscard]] Failure queue_failure(Instant place) const;
  void leave_place();
  void take_probe();
  void count(std::string_view code);
  [[nodiscard]] Failure no_answer(const HttpError& error) const;
  std::optional<Failure> judge(const std::expected<HttpAnswer, HttpError>& answer);
  // When to send it again; nullopt when the failure stands.
  [[nodiscard]] std::optional<Instant> next_try(const Failure& failure);
  // The failure that stands after the repeats.
  [[nodiscard]] Failure last_failure(Failure failure);

  const PlatformContext& context_;
  PlatformCall call_;
  std::vector<std::string> gates_;  // the scopes and the source: what has to be open
  Duration patience_ = call_.keeps_waiting ? kept_waiting_max : patience;
  Instant latest_;  // no wait for a quota ends later
  int repeats_ = 0;
  int refusals_ = 0;
  std::optional<Instant> place_{};  // reserved, the call not answered yet
  bool is_sent_ = false;            // and not counted yet
  bool is_probe_ = false;           // the one call of its time while the source is in outage
};

awaitable<void> Sending::wait_until(Instant instant) {
  do {
    if (call_.alive) call_.alive();
    co_await context_.clock.sleep_until(std::min(instant, now() + sign_of_life));
  } while (now() < instant);
}

// The gate that stays closed longest, of those that are closed.
std::optional<Sending::ClosedGate> Sending::find_closed() const {
  std::optional<ClosedGate> found;
  for (const auto& gate : gates_) {
    const auto until = context_.governor.closed_until({gate}, now());
    if (until && (!found || *until > found->until)) found = ClosedGate{.name = gate, .until = *until};
  }
  return found;
}

Failure Sending::closed_failure(const ClosedGate& closed) const {
  if (closed.name == call_.source) return outage_failure();
  auto words = closed.name + " is left alone until " + to_rfc3339(closed.until);
  // A limit that several accounts share may be closed in words about another one's affairs.
  const auto known = context_.governor.scopes().find(closed.name);
  if (closed.name == call_.account && known != context_.governor.scopes().end() && !known->second.reason.empty()) {
    words += ": " + known->second.reason;
  }
  Failure failure(Failure::Kind::throttled, std::move(words));
  failure.scope = closed.name;
  failure.resume_at = closed.until;
  return failure;
}

Failure Sending::outage_failure() const {
  const auto since = context_.governor.outages().outage_since(call_.source);
  return {Failure::Kind::outage,
          call_.source + (since ? " answers nobody since " + to_rfc3339(*since) : " answered nobody until now")};
}

Failure Sending::queue_failure(Instant place) const {
  Failure failure(Failure::Kind::throttled,
                  "too many calls keep to the same quota: it is this one's turn at " + to_rfc3339(place));
  if (!call_.scopes.empty()) failure.scope = call_.scopes.front();
  failure.resume_at = place;
  return failure;
}

void Sending::leave_place() {
  if (place_) context_.governor.give_back(call_.uses, *place_);
  place_.reset();
}

awaitable<Result<void>> Sending::wait_for_turn() {
  const auto begun = now();
  while (true) {
    if (const auto closed = find_closed()) {
      const auto waited_from = closed->name == call_.source ? begun : now();
      leave_place();
      const auto most = closed->name == call_.source ? patience : patience_;
      if (closed->until > latest_ || closed->until - waited_from > most) {
        co_return std::unexpected(closed_failure(*closed));
      }
      co_await wait_until(closed->until);
      continue;
    }
    if (place_) break;
    // A gate may be closed by another call while this one waits for its place: looked at once more, above.
    const auto horizon = std::min(std::max(latest_, now()), now() + place_horizon);
    const auto place = context_.governor.reserve(gates_, now(), horizon, call_.uses);
    if (place > std::max(latest_, now())) co_return std::unexpected(queue_failure(place));
    if (place <= horizon) place_ = place;
    if (place > now()) co_await wait_until(std::min(place, horizon));
  }
  take_probe();
  co_return Result<void>();
}

// While the source is in outage this call is the only one of the next minute.
void Sending::take_probe() {
  auto& governor = context_.governor;
  is_probe_ = governor.outages().outage_since(call_.source).has_value();
  if (is_probe_)
    governor.learn(
        {call_.source, now() + probe_interval(context_.retry_base), "asked once in a while until it answers"});
}

// Each sending once, as what became of it.
void Sending::count(std::string_view code) {
  context_.governor.call_counts().count(call_.source.empty() ? "unknown" : call_.source, code);
  is_sent_ = false;
}

// For metrics.
std::string_view word_of(HttpError::Kind kind) {
  switch (kind) {
    case HttpError::Kind::timed_out:
      return "timeout";
    case HttpError::Kind::too_long:
      return "too_long";
    case HttpError::Kind::tls:
      return "tls";
    case HttpError::Kind::unreachable:
    case HttpError::Kind::cut_off:
      break;
  }
  return "network";
}

Failure Sending::no_answer(const HttpError& error) const {
  // A source that answers nobody says nothing about the size of what it is asked for.
  const bool asks_for_less = call_.shrinkable && !is_probe_;
  switch (error.kind) {
    case HttpError::Kind::timed_out:
      return {asks_for_less ? Failure::Kind::too_large : Failure::Kind::transient,
              "no answer in time: " + error.message};
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
std::optional<Failure> Sending::judge(const std::expected<HttpAnswer, HttpError>& answer) {
  auto& governor = context_.governor;
  std::optional<Failure> failure;
  if (answer && call_.judge) failure = call_.judge(*answer, now());
  count(answer ? call_code(answer->status, failure) : word_of(answer.error().kind));
  const bool is_answered = answer && (!failure || failure->kind != Failure::Kind::throttled);
  if (place_) governor.settle(call_.uses, *place_, is_answered);
  place_.reset();
  if (answer) {
    // A share that the answer tells includes this call, which is settled by now.
    if (call_.observe) call_.observe(*answer, governor, now());
    const bool answers = !failure || failure->kind != Failure::Kind::transient;
    if (answers && !call_.source.empty()) governor.outages().observe_success(call_.source);
  } else {
    failure = no_answer(answer.error());
  }
  if (!failure) return std::nullopt;
  failure->message = scrub(std::move(failure->message), call_.secret);
  if (failure->kind == Failure::Kind::throttled) {
    if (!failure->resume_at) failure->resume_at = now() + std::chrono::minutes(1);
    if (failure->scope.empty() && !call_.scopes.empty()) failure->scope = call_.scopes.front();
    governor.count_refusal(failure->scope);
    if (call_.learn) call_.learn(*failure, governor, now());
    governor.close(failure->scope, *failure->resume_at, failure->message);
  }
  return failure;
}

std::optional<Instant> Sending::next_try(const Failure& failure) {
  if (failure.kind == Failure::Kind::throttled) {
    const auto again = *failure.resume_at;
    if (++refusals_ > refusals_max || again > latest_ || again - now() > patience_) return std::nullopt;
    return again;
  }
  if (failure.kind != Failure::Kind::transient || is_probe_ || repeats_ >= repeats_max) return std::nullopt;
  // Half to one and a half times the base, four times as long the second time.
  const auto base = static_cast<double>(context_.repeat_base.count()) * (repeats_++ == 0 ? 1 : 4);
  return now() + Duration(static_cast<Duration::rep>(base * (0.5 + context_.random.fraction())));
}

Failure Sending::last_failure(Failure failure) {
  if (failure.kind != Failure::Kind::transient || call_.source.empty()) return failure;
  auto& governor = context_.governor;
  if (!governor.outages().observe_transient(call_.source, call_.account, now())) return failure;
  // Not for the store: another machine may well be answered.
  governor.learn({call_.source, now() + probe_interval(context_.retry_base), failure.message});
  failure.kind = Failure::Kind::outage;
  failure.message = outage_failure().message + ": " + failure.message;
  return failure;
}

awaitable<Result<HttpAnswer>> Sending::make() {
  while (true) {
    const auto turn = co_await wait_for_turn();
    if (!turn) co_return std::unexpected(turn.error());

    context_.governor.count_call(call_.scopes);
    is_sent_ = true;
    context_.governor.sent(call_.uses, now());
    HttpCall sent = call_.http;
    auto answer = co_await context_.http.send(std::move(sent));
    if (call_.alive) call_.alive();
    auto failure = judge(answer);
    if (!failure) co_return std::move(*answer);
    const auto again = next_try(*failure);
    if (!again) co_return std::unexpected(last_failure(std::move(*failure)));
    co_await wait_until(*again);
  }
}

}  // namespace

awaitable<Result<HttpAnswer>> platform_call(const PlatformContext& context, PlatformCall call) {
  Sending sending(context, std::move(call));
  co_return co_await sending.make();
}

}  // namespace adfill
