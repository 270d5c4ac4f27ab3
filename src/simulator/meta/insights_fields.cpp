#include "simulator/meta/insights_fields.h"

#include <algorithm>
#include <array>

namespace adfill::meta {
namespace {

struct Name {
  std::string_view text;
  Field field;
};

// clang-format off
constexpr std::array<Name, 27> names{{
    Name{"account_currency", Field::account_currency},
    Name{"account_id", Field::account_id},
    Name{"account_name", Field::account_name},
    Name{"action_values", Field::action_values},
    Name{"actions", Field::actions},
    Name{"ad_id", Field::ad_id},
    Name{"ad_name", Field::ad_name},
    Name{"adset_id", Field::adset_id},
    Name{"adset_name", Field::adset_name},
    Name{"attribution_setting", Field::attribution_setting},
    Name{"buying_type", Field::buying_type},
    Name{"campaign_id", Field::campaign_id},
    Name{"campaign_name", Field::campaign_name},
    Name{"clicks", Field::clicks},
    Name{"cost_per_action_type", Field::cost_per_action_type},
    Name{"cpc", Field::cpc},
    Name{"cpm", Field::cpm},
    Name{"ctr", Field::ctr},
    Name{"frequency", Field::frequency},
    Name{"impressions", Field::impressions},
    Name{"inline_link_clicks", Field::inline_link_clicks},
    Name{"objective", Field::objective},
    Name{"outbound_clicks", Field::outbound_clicks},
    Name{"purchase_roas", Field::purchase_roas},
    Name{"reach", Field::reach},
    Name{"spend", Field::spend},
    Name{"website_purchase_roas", Field::website_purchase_roas},
}};

// The other fields of AdsInsights (Marketing API v24), as one list of words; then the beginnings of whole families.
constexpr std::string_view absent_names =
    " ad_click_actions ad_impression_actions adset_end adset_start age_targeting anchor_events_performance_indicator "
    " auction_bid auction_competitiveness auction_max_competitor_bid average_purchases_conversion_value "
    " canvas_avg_view_percent canvas_avg_view_time conversion_lead_rate conversion_leads conversion_rate_ranking "
    " conversion_values conversions cpp created_time creative_media_type date_start date_stop dda_countby_convs "
    " dda_results engagement_rate_ranking full_view_impressions full_view_reach gender_targeting inline_link_click_ctr "
    " inline_post_engagement instagram_upcoming_event_reminders_set interactive_component_tap labels "
    " landing_page_view_actions_per_link_click landing_page_view_per_link_click landing_page_view_per_purchase_rate "
    " link_clicks_per_results location mobile_app_purchase_roas objective_result_rate objective_results "
    " onsite_conversion_messaging_detected_purchase_deduped optimization_goal outbound_clicks_ctr place_page_name "
    " product_group_retailer_id product_retailer_id product_views purchase_per_landing_page_view "
    " purchases_per_link_click quality_ranking result_rate result_values_performance_indicator results "
    " shops_assisted_purchases social_spend total_card_view total_postbacks total_postbacks_detailed "
    " total_postbacks_detailed_v4 updated_time website_ctr wish_bid ";
constexpr std::array<std::string_view, 9> absent_families{
    "converted_", "marketing_messages_", "video_", "unique_", "cost_per_", "catalog_segment_", "instant_experience_",
    "estimated_ad_", "qualifying_"};
// clang-format on

bool is_absent(const std::string& name) {
  if (absent_names.find(" " + name + " ") != std::string_view::npos) return true;
  return std::ranges::any_of(absent_families, [&](std::string_view family) { return name.starts_with(family); });
}

bool is_breakdown(std::string_view name) {
  constexpr std::array<std::string_view, 6> columns{
      "age", "gender", "country", "region", "publisher_platform", "device_platform"};
  return std::ranges::find(columns, name) != columns.end();
}

}  // namespace

std::expected<std::vector<Field>, GraphError> read_insights_fields(const std::vector<FieldName>& asked) {
  std::vector<Field> fields;
  for (const auto& name : asked) {
    const auto found = std::ranges::find(names, name.name, &Name::text);
    if (found != names.end()) {
      if (std::ranges::find(fields, found->field) == fields.end()) fields.push_back(found->field);
    } else if (is_breakdown(name.name)) {
      return std::unexpected(
          invalid_parameter(name.name + " is not valid for fields param. please check the list of fields"));
    } else if (!is_absent(name.name)) {
      return std::unexpected(unknown_field(name.name, "AdsInsights"));
    }
  }
  return fields;
}

}  // namespace adfill::meta
