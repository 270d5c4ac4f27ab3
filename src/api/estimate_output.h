// Prices as the JSON of docs/openapi.yaml.
#pragma once

#include "collect/estimate.h"

#include <boost/json/object.hpp>

namespace adfill {

[[nodiscard]] boost::json::object to_json(const Estimate& estimate);
[[nodiscard]] boost::json::object to_json(const CollectionEstimate& estimate);

}  // namespace adfill
