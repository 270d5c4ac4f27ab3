#include "store/replaced_rows.h"

#include "core/must.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace adfill {

namespace {

constexpr std::size_t ad_names = 7;
constexpr std::size_t demographic_names = 2;

std::unexpected<std::string> unreadable(std::string_view column, const std::string& text) {
  return std::unexpected(std::string(column) + " is '" + text.substr(0, 40) + "'");
}

// Floats carry noise behind the sixth decimal: it is rounded away.
std::expected<Micros, std::string> amount(std::string_view column, const ReplacedText& text) {
  if (!text) return Micros{};
  const auto read = parse_micros_rounded(*text);
  if (!read) return unreadable(column, *text);
  return *read;
}

std::expected<std::int64_t, std::string> count(std::string_view column, const ReplacedText& text) {
  if (!text) return 0;
  const auto read = parse_count(*text);
  if (!read || *read < 0) return unreadable(column, *text);
  return *read;
}

template <class Row>
std::expected<Row, std::string> with_figures(Row row, const ReplacedFigures& figures) {
  const auto impressions = count("impressions", figures.impressions);
  if (!impressions) return std::unexpected(impressions.error());
  const auto clicks = count("clicks", figures.clicks);
  if (!clicks) return std::unexpected(clicks.error());
  const auto cost = amount("cost", figures.cost);
  if (!cost) return std::unexpected(cost.error());
  const auto conversions = amount("conversions", figures.conversions);
  if (!conversions) return std::unexpected(conversions.error());
  const auto value = amount("conversion_value", figures.conversion_value);
  if (!value) return std::unexpected(value.error());
  const auto reach = count("reach", figures.reach);
  if (!reach) return std::unexpected(reach.error());
  row.day = figures.day;
  row.metrics = {*impressions, *clicks, *cost, *conversions, *value};
  if (figures.reach) row.reach = *reach;
  row.details = figures.details.empty() ? "{}" : figures.details;
  return row;
}

std::string group_name(const ReplacedText& text) {
  std::string name = text.value_or("");
  std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return name.empty() ? "unknown" : name;
}

}  // namespace

std::expected<AdRow, std::string> to_ad_row(const ReplacedFigures& figures) {
  must(figures.names.size() == ad_names, "an ad's row has its names");
  if (figures.names[0].value_or("").empty()) return std::unexpected("campaign_ad_id is empty");
  AdRow row;
  std::size_t name = 0;
  for (std::string* text : {&row.campaign_ad_id, &row.campaign_id, &row.campaign_name, &row.ad_group_id,
                            &row.ad_group_name, &row.ad_id, &row.ad_name}) {
    *text = figures.names[name++].value_or("");
  }
  return with_figures(std::move(row), figures);
}

std::expected<DemographicRow, std::string> to_demographic_row(const ReplacedFigures& figures) {
  must(figures.names.size() == demographic_names, "a demographic row has its names");
  DemographicRow row;
  row.breakdown = "age_gender";
  row.gender = group_name(figures.names[0]);
  row.age = figures.names[1].value_or("").empty() ? "unknown" : *figures.names[1];
  if (row.age == "Unknown") row.age = "unknown";
  return with_figures(std::move(row), figures);
}

Asked replaced_asked(Instant written_at) {
  constexpr std::int64_t micros_a_milli = 1'000;
  constexpr std::int64_t year_5138_in_millis = 100'000'000'000'000;
  return Asked{std::min<std::int64_t>(micros_since_epoch(written_at) / micros_a_milli - year_5138_in_millis, -1)};
}

}  // namespace adfill
