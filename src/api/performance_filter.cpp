#include "api/performance_filter.h"

#include "api/json_output.h"
#include "api/query_input.h"
#include "core/money.h"

#include <array>
#include <utility>

namespace adfill {

namespace {

constexpr std::array<std::pair<std::string_view, PerformanceGroup>, 7> groups{{
    {"total", PerformanceGroup::total},
    {"day", PerformanceGroup::day},
    {"source", PerformanceGroup::source},
    {"campaign", PerformanceGroup::campaign},
    {"ad", PerformanceGroup::ad},
    {"gender", PerformanceGroup::gender},
    {"age", PerformanceGroup::age},
}};

std::optional<PerformanceGroup> parse_group(std::string_view word) {
  for (const auto& [name, group] : groups) {
    if (name == word) return group;
  }
  return std::nullopt;
}

void read_group(QueryReader& query, PerformanceFilter& filter) {
  const auto word = query.text("group");
  if (!word) return;
  const auto group = parse_group(*word);
  if (!group) {
    query.refuse("group", "must be one of total, day, source, campaign, ad, gender, age");
    return;
  }
  filter.group = *group;
  if (filter.type == CollectionType::creatives) return;  // the type itself is refused
  if (knows_group(filter.type, *group)) return;
  query.refuse("group", filter.type == CollectionType::ads
                            ? "must be one of total, day, source, campaign, ad for type ads"
                            : "must be one of total, day, source, gender, age for type demographics");
}

}  // namespace

std::expected<PerformanceRequest, Problem> read_performance_request(std::string_view raw_query) {
  QueryReader query(raw_query);
  PerformanceRequest request;
  if (const auto integration = query.uuid("integration_id")) request.filter.integration = IntegrationId{*integration};
  request.filter.type = query.word<CollectionType>("type", "ads, demographics").value_or(CollectionType::ads);
  if (request.filter.type == CollectionType::creatives) query.refuse("type", "must be one of ads, demographics");
  request.filter.since = query.day("since");
  request.filter.until = query.day("until");
  if (request.filter.since && request.filter.until && *request.filter.until < *request.filter.since) {
    query.refuse("since", "must not be after until");
  }
  read_group(query, request.filter);
  if (const auto as_of = query.text("as_of")) {
    request.as_of = parse_rfc3339(*as_of);
    if (!request.as_of) query.refuse("as_of", "must be a time such as 2026-05-03T12:00:00Z");
    if (!query.text("integration_id")) query.refuse("integration_id", "is missing: as_of asks for one ad account");
  }
  const auto format = query.text("format");
  if (format == "csv") request.format = FigureFormat::csv;
  if (format && format != "csv" && format != "json") query.refuse("format", "must be json or csv");
  if (auto problem = query.problem()) return std::unexpected(std::move(*problem));
  return request;
}

std::string csv_field(std::string_view text) {
  constexpr std::string_view begins_formula = "=+-@\t\r";
  const auto first = text.find_first_not_of('\'');
  const bool formula = first != std::string_view::npos && begins_formula.find(text[first]) != std::string_view::npos;
  const std::string mark = formula ? "'" : "";
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return mark + std::string(text);
  std::string field = "\"" + mark;
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

std::string csv_header(PerformanceGroup group) {
  std::string line;
  for (const auto& key : key_columns(group)) line += key + ",";
  return line + "currency,rows,impressions,clicks,cost,conversions,conversion_value\r\n";
}

std::string csv_line(const PerformanceRecord& row, PerformanceGroup group) {
  const auto keys = key_columns(group).size();
  std::string line;
  if (keys > 0) line += csv_field(row.key) + ",";
  if (keys > 1) line += csv_field(row.name) + ",";
  return line + csv_field(row.currency) + "," + std::to_string(row.rows) + "," +
         std::to_string(row.metrics.impressions) + "," + std::to_string(row.metrics.clicks) + "," +
         to_decimal(row.metrics.cost) + "," + to_decimal(row.metrics.conversions) + "," +
         to_decimal(row.metrics.conversion_value) + "\r\n";
}

}  // namespace adfill
