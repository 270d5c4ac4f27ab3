// The fields of an insights row: those with figures behind them, and those that Meta knows but that have no value here.
#pragma once

#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace adfill::meta {

// clang-format off
enum class Field {
  account_currency, account_id, account_name, action_values, actions, ad_id, ad_name, adset_id, adset_name,
  attribution_setting, buying_type, campaign_id, campaign_name, clicks, cost_per_action_type, cpc, cpm, ctr, frequency,
  impressions, inline_link_clicks, objective, outbound_clicks, purchase_roas, reach, spend, website_purchase_roas
};
// clang-format on

// The fields of a `fields` parameter, in its order, known ones without a value left out. 100 for a name that no
// insights row has, and for a breakdown's column, which comes by itself.
[[nodiscard]] std::expected<std::vector<Field>, GraphError> read_insights_fields(const std::vector<FieldName>& names);

}  // namespace adfill::meta
