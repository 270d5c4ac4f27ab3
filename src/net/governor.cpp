#include "net/governor.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace {

constexpr double pace_from_percent = 75;
constexpr double pace_full_percent = 100;
constexpr Duration longest_pace = std::chrono::seconds(5);

// True when the scope is now closed for longer than it was.
bool extend(ScopeState& state, Instant until, std::string reason) {
  if (state.closed_until && until <= *state.closed_until) return false;
  state.closed_until = until;
  state.reason = std::move(reason);
  return true;
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

Duration Governor::pace(const std::vector<std::string>& scopes) const {
  double usage = 0;
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end()) usage = std::max(usage, found->second.usage_percent);
  }
  const double share = std::clamp((usage - pace_from_percent) / (pace_full_percent - pace_from_percent), 0.0, 1.0);
  return Duration(static_cast<std::int64_t>(share * static_cast<double>(longest_pace.count())));
}

std::vector<Closure> Governor::take_closures() {
  return std::exchange(unsaved_, {});
}

void Governor::learn(const Closure& closure) {
  extend(scopes_[closure.scope], closure.until, closure.reason);
}

}  // namespace adfill
