// Scopes' quotas as JSON and as metrics.
#pragma once

#include "api/access.h"
#include "core/instant.h"
#include "net/governor.h"
#include "store/records.h"

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace adfill {

// All scopes that this process has called, and apps that others have, by name. Names hold account ids: for admins who
// see every advertiser, for others none. `recent`: QueueRecord::calls.
[[nodiscard]] boost::json::array scopes_json(const Governor& governor, const std::map<std::string, CallCount>& recent,
                                             const Access& access, Instant now);

// Without names and account ids: a source's fullest account and app, in whole percent ("meta account"), and how many
// apps are of which tier ("meta limited").
struct ScopeFigures {
  std::map<std::string, std::int64_t> usage{};
  std::map<std::string, std::int64_t> tiers{};
};
[[nodiscard]] ScopeFigures scope_figures(const Governor& governor, Instant now);

}  // namespace adfill
