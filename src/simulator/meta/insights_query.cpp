#include "simulator/meta/insights_query.h"

#include "simulator/meta/insights_dates.h"

#include <algorithm>
#include <array>

namespace adfill::meta {
namespace {

constexpr int months_of_unique_counts = 13;  // with breakdowns, since 2025-06-10

Level own_level(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::campaign:
      return Level::campaign;
    case ObjectKind::ad_set:
      return Level::ad_set;
    case ObjectKind::ad:
    case ObjectKind::creative:
    case ObjectKind::video:
      return Level::ad;
    case ObjectKind::account:
      break;
  }
  return Level::account;
}

std::expected<Level, GraphError> read_level(const GraphRequest& request, ObjectKind node) {
  const auto* text = request.find("level");
  if (!text) return own_level(node);
  if (*text == "ad") return Level::ad;
  if (*text == "adset") return Level::ad_set;
  if (*text == "campaign") return Level::campaign;
  if (*text == "account") return Level::account;
  GraphError error;
  error.status = 500;
  error.code = 1;
  error.subcode = 99;
  error.message = "An unknown error occurred";
  return std::unexpected(error);
}

std::expected<Breakdown, GraphError> read_breakdown(const GraphRequest& request) {
  const auto* text = request.find("breakdowns");
  auto columns = text ? parse_list(*text) : std::vector<std::string>();
  std::ranges::sort(columns);
  if (columns.empty()) return Breakdown::none;
  if (columns == std::vector<std::string>{"age"}) return Breakdown::age;
  if (columns == std::vector<std::string>{"gender"}) return Breakdown::gender;
  if (columns == std::vector<std::string>{"age", "gender"}) return Breakdown::age_gender;
  // The implicit one is listed too.
  std::string names = "action_type";
  for (const auto& column : columns) names.append(", ").append(column);
  return std::unexpected(invalid_parameter("Current combination of data breakdown columns (" + names + ") is invalid"));
}

std::expected<std::vector<std::string>, GraphError> read_windows(const GraphRequest& request) {
  constexpr std::array<std::string_view, 10> known{"default", "1d_click", "7d_click", "28d_click", "1d_view",
                                                   "7d_view", "28d_view", "1d_ev",    "dda",       "inline"};
  std::vector<std::string> windows;
  const auto* text = request.find("action_attribution_windows");
  if (!text) return windows;
  for (auto& window : parse_list(*text)) {
    if (std::ranges::find(known, window) == known.end()) {
      return std::unexpected(
          invalid_parameter("action_attribution_windows must be one of the listed windows: " + window));
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

std::vector<FieldName> default_fields(bool asynchronous) {
  if (!asynchronous) return parse_fields("impressions,spend");
  return parse_fields("account_id,campaign_id,adset_id,ad_id,impressions,clicks,spend,reach,actions");
}

// What this simulator can't do is refused, not ignored.
std::expected<void, GraphError> refuse_unsupported(const GraphRequest& request) {
  for (const auto* name : {"sort", "summary", "default_summary", "date_format"}) {
    if (request.find(name))
      return std::unexpected(invalid_parameter(std::string("param ") + name + " is not supported here"));
  }
  return {};
}

}  // namespace

std::expected<InsightsQuery, GraphError> read_insights_query(const GraphRequest& request, const Object& node, Day today,
                                                             bool asynchronous) {
  if (const auto supported = refuse_unsupported(request); !supported) return std::unexpected(supported.error());
  const auto level = read_level(request, node.kind);
  if (!level) return std::unexpected(level.error());
  const auto breakdown = read_breakdown(request);
  if (!breakdown) return std::unexpected(breakdown.error());
  const auto* names = request.find("fields");
  auto fields = read_insights_fields(names ? parse_fields(*names) : default_fields(asynchronous));
  if (!fields) return std::unexpected(fields.error());
  auto windows = read_windows(request);
  if (!windows) return std::unexpected(windows.error());
  auto days = read_days(request, today);
  if (!days) return std::unexpected(days.error());
  auto filter = std::expected<AdFilter, GraphError>(AdFilter());
  if (const auto* text = request.find("filtering")) filter = AdFilter::read(*text);
  if (!filter) return std::unexpected(filter.error());

  InsightsQuery query{node};
  query.level = *level;
  query.breakdown = *breakdown;
  query.fields = std::move(*fields);
  query.windows = std::move(*windows);
  query.whole = days->whole;
  query.slices = std::move(days->slices);
  query.filter = std::move(*filter);
  query.asynchronous = asynchronous;
  query.unique_counts =
      *breakdown == Breakdown::none || asynchronous || days->whole.since >= today.plus_months(-months_of_unique_counts);
  return query;
}

}  // namespace adfill::meta
