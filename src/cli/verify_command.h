// How fresh each account's figures are, as adfill status prints it.
#pragma once

#include "collect/receipts.h"

#include <boost/json/array.hpp>

#include <vector>

namespace adfill {

void print_freshness(const std::vector<Freshness>& all);
[[nodiscard]] boost::json::array freshness_json(const std::vector<Freshness>& all);

}  // namespace adfill
