#include "net/governor.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace {

constexpr double pace_from_percent = 75;
constexpr double pace_full_percent = 100;
constexpr Duration longest_pace = std::chrono::seconds(5);
constexpr int resuming_calls = 20;
constexpr Duration resuming_gap = std::chrono::milliseconds(250);

// True when the scope is now closed for longer than it was.
bool extend(ScopeState& state, Instant until, std::string reason) {
  if (state.closed_until && until <= *state.closed_until) return false;
  state.closed_until = until;
  state.reason = std::move(reason);
  state.resuming = resuming_calls;
  return true;
}

Duration pace_of(const ScopeState& state) {
  const double share =
      std::clamp((state.usage_percent - pace_from_percent) / (pace_full_percent - pace_from_percent), 0.0, 1.0);
  return Duration(static_cast<Duration::rep>(share * static_cast<double>(longest_pace.count())));
}

// The place of a scope's next call; `now` while its calls need not go one after another.
Instant next_place(const ScopeState& state, Instant now) {
  const auto pace = pace_of(state);
  return pace > Duration::zero() || state.resuming > 0 ? std::max(now, state.next_free) + pace : now;
}

void take_place(ScopeState& state, Instant now) {
  state.next_free = next_place(state, now);
  if (state.resuming == 0) return;
  state.next_free += resuming_gap;
  --state.resuming;
}

}  // namespace

std::optional<Instant> Governor::closed_until(const std::vector<std::string>& scopes, Instant now) const {
  std::optional<Instant> latest;
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found == scopes_.end()) continue;
    const auto& until = found->second.closed_until;
    if (until && *until > now && (!latest || *until > *latest)) latest = until;
  }
  return latest;
}

void Governor::close(const std::string& scope, Instant until, std::string reason) {
  if (!extend(scopes_[scope], until, reason)) return;
  Closure closure;
  closure.scope = scope;
  closure.until = until;
  closure.reason = std::move(reason);
  unsaved_.push_back(std::move(closure));
}

void Governor::count_call(const std::vector<std::string>& scopes) {
  for (const auto& scope : scopes) ++scopes_[scope].calls;
}

void Governor::count_refusal(const std::string& scope) {
  ++scopes_[scope].refused;
}

void Governor::observe(const std::string& scope, double usage_percent) {
  // std::max with the zero first also turns a NaN into zero.
  scopes_[scope].usage_percent = std::max(0.0, usage_percent);
}

Instant Governor::reserve(const std::vector<std::string>& scopes, Instant now, Instant latest) {
  auto place = now;
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end()) place = std::max(place, next_place(found->second, now));
  }
  if (place > latest) return place;
  // Each scope keeps a place of its own, so that one account's long queue does not hold up all others of its app.
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end()) take_place(found->second, now);
  }
  return place;
}

std::vector<Closure> Governor::take_closures() {
  return std::exchange(unsaved_, {});
}

void Governor::learn(const Closure& closure) {
  extend(scopes_[closure.scope], closure.until, closure.reason);
}

}  // namespace adfill
