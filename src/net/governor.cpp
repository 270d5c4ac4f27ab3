#include "net/governor.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace {

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

// The place of a scope's next call; `now` while its calls need not go one after another.
Instant next_place(const ScopeState& state, Instant now) {
  return state.resuming > 0 ? std::max(now, state.next_free) : now;
}

void take_place(ScopeState& state, Instant now) {
  if (state.resuming == 0) return;
  state.next_free = next_place(state, now) + resuming_gap;
  --state.resuming;
}

}  // namespace

double ScopeState::usage(Instant now) const {
  double highest = 0;
  for (const auto& [name, limit] : limits) highest = std::max(highest, limit.percent(now));
  return highest;
}

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

void Governor::observe_tier(const std::string& scope, std::string tier) {
  scopes_[scope].tier = std::move(tier);
}

QuotaLimit& Governor::limit(const std::string& scope, const QuotaRule& rule) {
  auto& limits = scopes_[scope].limits;
  const auto found = limits.find(rule.name);
  if (found != limits.end()) return found->second;
  return limits.emplace(std::string(rule.name), QuotaLimit(rule.shape, rule.window)).first->second;
}

Instant Governor::reserve(const std::vector<std::string>& scopes, Instant now, Instant latest,
                          const std::vector<QuotaUse>& uses) {
  auto place = now;
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end()) place = std::max(place, next_place(found->second, now));
  }
  std::vector<Instant> own;
  for (const auto& use : uses) {
    auto& one = limit(use.scope, use.rule);
    const auto known = learned_.find(use.family + " " + std::string(use.rule.name));
    if (known != learned_.end()) one.assume(known->second, now);
    own.push_back(one.next(use.points, now));
    place = std::max(place, own.back());
  }
  if (place > latest) return place;
  // Each scope and limit keeps a place of its own, so that one account's long queue does not hold up all others of its
  // app.
  for (const auto& scope : scopes) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end()) take_place(found->second, now);
  }
  for (std::size_t index = 0; index < uses.size(); ++index)
    limit(uses[index].scope, uses[index].rule).take(uses[index].points, own[index], place);
  return place;
}

void Governor::sent(const std::vector<QuotaUse>& uses, Instant now) {
  for (const auto& use : uses) {
    limit(use.scope, use.rule).sent(use.points, now);
    scopes_[use.scope].read_at = now;
  }
}

void Governor::settle(const std::vector<QuotaUse>& uses, Instant place, bool is_answered) {
  for (const auto& use : uses) {
    auto& settled = limit(use.scope, use.rule);
    const bool was_learned = settled.is_learned();
    settled.settle(use.points, place, is_answered);
    if (was_learned && !settled.is_learned()) learned_.erase(use.family + " " + std::string(use.rule.name));
  }
}

void Governor::give_back(const std::vector<QuotaUse>& uses, Instant place) {
  for (const auto& use : uses) limit(use.scope, use.rule).give_back(use.points, place);
}

void Governor::tell(const std::string& scope, const QuotaRule& rule, double percent, Instant now, Duration empties_in) {
  // std::max with the zero first also turns a NaN into zero.
  limit(scope, rule).tell(std::max(0.0, percent), now, empties_in);
  scopes_[scope].read_at = now;
}

void Governor::publish(const std::string& scope, const QuotaRule& rule, double capacity) {
  limit(scope, rule).publish(capacity);
}

void Governor::refuse(const QuotaUse& use, Instant now, Duration wait) {
  auto& refused = limit(use.scope, use.rule);
  refused.refuse(use.points, now, wait);
  if (refused.is_learned()) learned_[use.family + " " + std::string(use.rule.name)] = refused.capacity();
}

QuotaOutlook Governor::outlook(const QuotaUse& use, Instant now) const {
  QuotaLimit fresh(use.rule.shape, use.rule.window);
  const auto learned = learned_.find(use.family + " " + std::string(use.rule.name));
  if (learned != learned_.end()) fresh.assume(learned->second, now);
  const auto scope = scopes_.find(use.scope);
  if (scope == scopes_.end()) return fresh.outlook(now);
  const auto known = scope->second.limits.find(use.rule.name);
  if (known == scope->second.limits.end()) return fresh.outlook(now);
  auto outlook = known->second.outlook(now);
  if (outlook.capacity <= 0) outlook.capacity = fresh.capacity();
  return outlook;
}

std::vector<Closure> Governor::take_closures() {
  return std::exchange(unsaved_, {});
}

void Governor::learn(const Closure& closure) {
  extend(scopes_[closure.scope], closure.until, closure.reason);
}

}  // namespace adfill
