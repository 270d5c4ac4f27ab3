// Scopes' quotas as JSON and as metrics.
#pragma once

#include "api/access.h"
#include "api/service.h"
#include "core/instant.h"
#include "net/governor.h"
#include "store/records.h"

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace adfill {

// What workers have said of their scopes. Names hold account ids: for admins who see every advertiser, for others none.
[[nodiscard]] std::vector<ScopeOutlook> visible_outlooks(Store& store, const Access& access);
// All scopes that any process has called, by name, for the same admins. Of a scope that another process has called
// later than this one its word counts.
[[nodiscard]] boost::json::array scopes_json(const ApiContext& context, const Access& access, const QueueRecord& queue,
                                             const std::vector<ScopeOutlook>& outlooks);

// Without names and account ids: a source's fullest account and app, in whole percent ("meta account"), and how many
// apps are of which tier ("meta limited").
struct ScopeFigures {
  std::map<std::string, std::int64_t> usage{};
  std::map<std::string, std::int64_t> tiers{};
};
[[nodiscard]] ScopeFigures scope_figures(const Governor& governor, Instant now);

}  // namespace adfill
