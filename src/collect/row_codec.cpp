#include "collect/row_codec.h"

#include "core/must.h"

#include <cstdint>
#include <cstring>

namespace adfill {

namespace {

void append_number(std::string& bytes, std::int64_t number) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  bytes.append(raw, sizeof raw);
}

void append_text(std::string& bytes, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  char raw[sizeof length];
  std::memcpy(raw, &length, sizeof length);
  bytes.append(raw, sizeof raw);
  bytes.append(text);
}

void append_metrics(std::string& bytes, const Metrics& metrics) {
  append_number(bytes, metrics.impressions);
  append_number(bytes, metrics.clicks);
  append_number(bytes, metrics.cost.value);
  append_number(bytes, metrics.conversions.value);
  append_number(bytes, metrics.conversion_value.value);
}

void append_reach(std::string& bytes, const std::optional<std::int64_t>& reach) {
  bytes.push_back(reach ? '\1' : '\0');
  append_number(bytes, reach.value_or(0));
}

std::string_view take(std::string_view& bytes, std::size_t length) {
  must(bytes.size() >= length, "the spool gives back what was put into it");
  const auto taken = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return taken;
}

std::int64_t take_number(std::string_view& bytes) {
  std::int64_t number = 0;
  std::memcpy(&number, take(bytes, sizeof number).data(), sizeof number);
  return number;
}

std::string take_text(std::string_view& bytes) {
  std::uint32_t length = 0;
  std::memcpy(&length, take(bytes, sizeof length).data(), sizeof length);
  return std::string(take(bytes, length));
}

Metrics take_metrics(std::string_view& bytes) {
  Metrics metrics;
  metrics.impressions = take_number(bytes);
  metrics.clicks = take_number(bytes);
  metrics.cost.value = take_number(bytes);
  metrics.conversions.value = take_number(bytes);
  metrics.conversion_value.value = take_number(bytes);
  return metrics;
}

std::optional<std::int64_t> take_reach(std::string_view& bytes) {
  const bool known = take(bytes, 1).front() != '\0';
  const auto reach = take_number(bytes);
  return known ? std::optional(reach) : std::nullopt;
}

}  // namespace

void append_row(std::string& bytes, const AdRow& row) {
  append_text(bytes, row.campaign_ad_id);
  append_text(bytes, row.campaign_id);
  append_text(bytes, row.campaign_name);
  append_text(bytes, row.ad_group_id);
  append_text(bytes, row.ad_group_name);
  append_text(bytes, row.ad_id);
  append_text(bytes, row.ad_name);
  append_metrics(bytes, row.metrics);
  append_reach(bytes, row.reach);
  append_text(bytes, row.details);
}

void append_row(std::string& bytes, const DemographicRow& row) {
  append_text(bytes, row.breakdown);
  append_text(bytes, row.gender);
  append_text(bytes, row.age);
  append_metrics(bytes, row.metrics);
  append_reach(bytes, row.reach);
  append_text(bytes, row.details);
}

AdRow take_ad_row(std::string_view& bytes, Day day) {
  AdRow row;
  row.day = day;
  row.campaign_ad_id = take_text(bytes);
  row.campaign_id = take_text(bytes);
  row.campaign_name = take_text(bytes);
  row.ad_group_id = take_text(bytes);
  row.ad_group_name = take_text(bytes);
  row.ad_id = take_text(bytes);
  row.ad_name = take_text(bytes);
  row.metrics = take_metrics(bytes);
  row.reach = take_reach(bytes);
  row.details = take_text(bytes);
  return row;
}

DemographicRow take_demographic_row(std::string_view& bytes, Day day) {
  DemographicRow row;
  row.day = day;
  row.breakdown = take_text(bytes);
  row.gender = take_text(bytes);
  row.age = take_text(bytes);
  row.metrics = take_metrics(bytes);
  row.reach = take_reach(bytes);
  row.details = take_text(bytes);
  return row;
}

}  // namespace adfill
