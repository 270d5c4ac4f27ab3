// How fresh each account is, for adfill status.
#pragma once

#include "store/store.h"

#include <boost/json/array.hpp>

#include <optional>
#include <vector>

namespace adfill {

// All accounts, or the one.
[[nodiscard]] std::vector<FreshnessRecord> read_freshness(Store& store, std::optional<IntegrationId> only);
void print_freshness(const std::vector<FreshnessRecord>& records, Instant now);
[[nodiscard]] boost::json::array freshness_json(const std::vector<FreshnessRecord>& records, Instant now);

}  // namespace adfill
