// Reading the bodies that the replaced system's callers send: snake_case, and camelCase as its web pages had it.
#pragma once

#include "api/problem.h"
#include "collect/initial_collection.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// A range of one integration. `integration` and `job` are as they came: a malformed id is one that is not there.
struct ReplacedRequest {
  std::string integration;
  std::optional<std::string> job{};
  RangeRequest range;
};

// {"integration_id","start_date","end_date"}
[[nodiscard]] std::expected<ReplacedRequest, Problem> read_replaced_initial(std::string_view body);
// {"integration_id","collection_type","start_date","end_date","job_id"?}
[[nodiscard]] std::expected<ReplacedRequest, Problem> read_replaced_chunk(std::string_view body);

}  // namespace adfill
