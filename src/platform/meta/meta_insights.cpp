#include "platform/meta/meta_insights.h"

#include "core/must.h"

#include <string>

namespace adfill {
namespace {

// Left out on purpose: ratios (they follow from these), unique_* (counted over again for every day, slow at Meta), and
// action breakdowns.
constexpr const char* ad_fields =
    "campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,impressions,clicks,spend,reach,"
    "actions,action_values,conversions,conversion_values,account_currency,attribution_setting,"
    // What most reports on link ads divide by; `clicks` counts every click.
    "inline_link_clicks";

constexpr const char* group_fields =
    "impressions,clicks,spend,actions,action_values,conversions,conversion_values,account_currency,inline_link_clicks";

// Every status, deleted and archived included: with any filter, and by one of Meta's pages even without, only live ads
// are listed otherwise (…/best-practices/manage-your-ad-object-status).
constexpr const char* every_status =
    R"({"field":"ad.effective_status","operator":"IN","value":["ACTIVE","PAUSED","DELETED","PENDING_REVIEW","DISAPPROVED",)"
    R"("PREAPPROVED","PENDING_BILLING_INFO","CAMPAIGN_PAUSED","ARCHIVED","ADSET_PAUSED","IN_PROCESS","WITH_ISSUES"]})";

// `more`: a second condition, or empty.
std::string filtering_of(const std::string& more) {
  return "[" + std::string(every_status) + (more.empty() ? "" : "," + more) + "]";
}

std::string time_range(DayRange range) {
  return R"({"since":")" + range.since.to_string() + R"(","until":")" + range.until.to_string() + R"("})";
}

// Each day by itself.
std::string time_ranges(const std::vector<Day>& days) {
  std::string ranges;
  for (const Day day : days) ranges += (ranges.empty() ? "" : ",") + time_range({day, day});
  return "[" + ranges + "]";
}

std::string condition_of(const MetaPart& part) {
  std::string ids;
  for (const auto& id : part.ids) ids += (ids.empty() ? "\"" : ",\"") + id + "\"";
  return R"({"field":")" + part.level + R"(.id","operator":"IN","value":[)" + ids + "]}";
}

// Reach with a breakdown is kept for 13 months; older reports that ask for it count against ten a day for the account
// (non-versioned changes of 2025-06-10). A day of caution, as above.
bool has_reach_of_groups(DayRange range, Day today) {
  return range.since >= today.plus_months(-13).plus(1);
}

}  // namespace

Query report_parameters(CollectionType type, DayRange range, Day today, const MetaWindows& windows) {
  must(type != CollectionType::creatives, "creatives come without a report");
  Query query{{"time_increment", "1"}, {"time_range", time_range(range)}};
  if (type == CollectionType::ads) {
    query.emplace_back("level", "ad");
    query.emplace_back("fields", ad_fields);
    query.emplace_back("filtering", filtering_of(""));
  } else {
    query.emplace_back("level", "account");
    query.emplace_back("fields", std::string(group_fields) + (has_reach_of_groups(range, today) ? ",reach" : ""));
    query.emplace_back("breakdowns", "age,gender");
  }
  std::string asked;
  for (const auto window : windows) {
    if (!window.empty()) asked.append(asked.empty() ? "\"" : ",\"").append(window).append("\"");
  }
  if (!asked.empty()) query.emplace_back("action_attribution_windows", "[" + asked + "]");
  return query;
}

Query part_parameters(Day day, Day today, const MetaPart& part, const MetaWindows& windows) {
  auto query = report_parameters(CollectionType::ads, {day, day}, today, windows);
  for (auto& [name, value] : query) {
    if (name == "filtering") value = filtering_of(condition_of(part));
  }
  return query;
}

Query part_list_parameters(Day day, std::string_view level, const std::optional<MetaPart>& parent) {
  return {{"level", std::string(level)},
          {"time_range", time_range({day, day})},
          {"fields", std::string(level) + "_id,impressions"},
          {"filtering", filtering_of(parent ? condition_of(*parent) : "")}};
}

Query totals_parameters(DayRange range) {
  return {{"level", "account"},
          {"time_increment", "1"},
          {"time_range", time_range(range)},
          {"fields", "impressions,clicks,spend,account_currency"}};
}

Query sample_parameters(const std::vector<Day>& days) {
  return {{"level", "ad"}, {"time_ranges", time_ranges(days)}, {"fields", "ad_id"}, {"filtering", filtering_of("")}};
}

Query group_sample_parameters(const std::vector<Day>& days) {
  return {{"level", "account"},
          {"time_ranges", time_ranges(days)},
          {"fields", "impressions"},
          {"breakdowns", "age,gender"}};
}

Day first_day_of_meta(Day today) {
  return today.plus_months(-37).plus(1);
}

}  // namespace adfill
