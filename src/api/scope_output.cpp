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

json::object limit_json(const std::string& name, const QuotaLimit& limit, Instant now) {
  json::object object;
  object["name"] = name;
  object["usage_percent"] = tenths(limit.percent(now));
  object["capacity"] = limit.capacity() > 0 ? json::value(tenths(limit.capacity())) : json::value(nullptr);
  object["learned"] = limit.is_learned();
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

json::array scopes_json(const Governor& governor, const std::map<std::string, CallCount>& recent, const Access& access,
                        Instant now) {
  if (access.role != Role::admin || access.sight) return {};
  std::map<std::string, ScopeState, std::less<>> scopes = governor.scopes();
  for (const auto& [name, count] : recent) scopes.try_emplace(name);
  json::array list;
  for (const auto& [name, state] : scopes) {
    json::object object;
    object["scope"] = name;
    object["tier"] = state.tier.empty() ? json::value(nullptr) : json::value(state.tier);
    object["usage_percent"] = tenths(state.usage(now));
    object["calls"] = state.calls;
    object["refused"] = state.refused;
    const auto counted = recent.find(name);
    const bool is_counted = counted != recent.end();
    object["calls_15_days"] = is_counted ? json::value(counted->second.calls) : json::value(nullptr);
    object["refused_15_days"] = is_counted ? json::value(counted->second.refused) : json::value(nullptr);
    const bool closed = state.closed_until && *state.closed_until > now;
    object["closed_until"] = to_json(closed ? state.closed_until : std::nullopt);
    json::array limits;
    for (const auto& [limit_name, limit] : state.limits) limits.push_back(limit_json(limit_name, limit, now));
    object["limits"] = std::move(limits);
    list.push_back(std::move(object));
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
