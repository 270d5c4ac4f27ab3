// An insights question, checked as the platform checks it: everything that decides which rows there are and what they
// show.
#pragma once

#include "core/day.h"
#include "simulator/figures.h"
#include "simulator/meta/ad_filter.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"
#include "simulator/meta/insights_fields.h"
#include "simulator/world.h"

#include <expected>
#include <string>
#include <vector>

namespace adfill::meta {

enum class Level { account, campaign, ad_set, ad };
enum class Breakdown { none, age, gender, age_gender };

struct InsightsQuery {
  Object node;
  Level level = Level::account;
  Breakdown breakdown = Breakdown::none;
  std::vector<Field> fields{};
  std::vector<std::string> windows{};  // attribution windows asked for beside the default
  DayRange whole{};
  std::vector<DayRange> slices{};
  AdFilter filter{};
  bool unique_counts = true;  // false: too long ago for reach together with breakdowns
  bool asynchronous = false;
};

// Errors: 100 for unknown fields, parameters and breakdown combinations, 1/99 for an unknown level, 3018.
[[nodiscard]] std::expected<InsightsQuery, GraphError> read_insights_query(const GraphRequest& request,
                                                                           const Object& node, Day today,
                                                                           bool asynchronous);

}  // namespace adfill::meta
