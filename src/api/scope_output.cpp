#include "api/scope_output.h"

#include "api/json_output.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

double tenths(double percent) {
  return std::round(percent * 10) / 10;
}

bool may_see_scopes(const Access& access) {
  return access.role == Role::admin && !access.sight;
}

json::object limit_json(const ScopeOutlook::Limit& limit) {
  json::object object;
  object["name"] = limit.name;
  object["usage_percent"] = tenths(limit.usage_percent);
  object["capacity"] = limit.capacity > 0 ? json::value(tenths(limit.capacity)) : json::value(nullptr);
  object["learned"] = limit.learned;
  return object;
}

// As this process knows it now.
ScopeOutlook outlook_of(const ScopeState& state, Instant now) {
  ScopeOutlook outlook;
  outlook.tier = state.tier;
  for (const auto& [name, limit] : state.limits)
    outlook.limits.push_back({name, limit.percent(now), limit.capacity(), limit.is_learned()});
  return outlook;
}

void add_outlook(json::object& object, const ScopeOutlook& outlook, bool is_others) {
  object["tier"] = outlook.tier.empty() ? json::value(nullptr) : json::value(outlook.tier);
  double highest = 0;
  json::array limits;
  for (const auto& limit : outlook.limits) {
    highest = std::max(highest, limit.usage_percent);
    limits.push_back(limit_json(limit));
  }
  object["usage_percent"] = tenths(highest);
  object["read_at"] = to_json(is_others ? std::optional(outlook.read_at) : std::nullopt);
  object["limits"] = std::move(limits);
}

json::object scope_json(const std::string& name, const ScopeState& state, const CallCount* recent,
                        const ScopeOutlook* others, Instant now) {
  json::object object;
  object["scope"] = name;
  add_outlook(object, others != nullptr ? *others : outlook_of(state, now), others != nullptr);
  object["calls"] = state.calls;
  object["refused"] = state.refused;
  object["calls_15_days"] = recent != nullptr ? json::value(recent->calls) : json::value(nullptr);
  object["refused_15_days"] = recent != nullptr ? json::value(recent->refused) : json::value(nullptr);
  const bool closed = state.closed_until && *state.closed_until > now;
  object["closed_until"] = to_json(closed ? state.closed_until : std::nullopt);
  return object;
}

// "meta account" of "meta:account:act_1"; of a source's own gate, "meta", only that.
std::string kind_of(std::string_view scope) {
  const auto first = scope.find(':');
  if (first == std::string_view::npos) return std::string(scope);
  const auto second = scope.find(':', first + 1);
  return std::string(scope.substr(0, first)) + " " + std::string(scope.substr(first + 1, second - first - 1));
}

}  // namespace

std::vector<ScopeOutlook> visible_outlooks(Store& store, const Access& access) {
  return may_see_scopes(access) ? store.outlooks() : std::vector<ScopeOutlook>();
}

json::array scopes_json(const ApiContext& context, const Access& access, const QueueRecord& queue,
                        const std::vector<ScopeOutlook>& outlooks) {
  if (!may_see_scopes(access)) return {};
  const auto now = context.clock.now();
  std::map<std::string, ScopeState, std::less<>> scopes = context.governor.scopes();
  for (const auto& [name, count] : queue.calls) scopes.try_emplace(name);
  std::map<std::string_view, const ScopeOutlook*> later;
  for (const auto& outlook : outlooks) {
    const auto& known = scopes.try_emplace(outlook.scope).first->second;
    const bool is_own = context.worker != nullptr && outlook.worker == context.worker->id();
    if (!is_own && outlook.read_at > known.read_at) later[outlook.scope] = &outlook;
  }
  json::array list;
  for (const auto& [name, state] : scopes) {
    const auto recent = queue.calls.find(name);
    const auto other = later.find(name);
    list.push_back(scope_json(name, state, recent == queue.calls.end() ? nullptr : &recent->second,
                              other == later.end() ? nullptr : other->second, now));
  }
  return list;
}

ScopeFigures scope_figures(const Governor& governor, Instant now) {
  ScopeFigures figures;
  for (const auto& [name, state] : governor.scopes()) {
    auto& highest = figures.usage[kind_of(name)];
    highest = std::max(highest, static_cast<std::int64_t>(std::lround(state.usage(now))));
    if (!state.tier.empty()) ++figures.tiers[name.substr(0, name.find(':')) + " " + state.tier];
  }
  return figures;
}

}  // namespace adfill
