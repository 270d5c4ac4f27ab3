#include "store/past_day.h"

#include "core/must.h"
#include "core/text_patch.h"

#include <algorithm>
#include <array>

namespace adfill {

namespace {

std::string key_of(const AdRow& row) {
  return row.campaign_ad_id;
}
std::string key_of(const DemographicRow& row) {
  return row.breakdown + "/" + row.gender + "/" + row.age;
}

void set_key(AdRow& row, const std::string& key) {
  row.campaign_ad_id = key;
}
void set_key(DemographicRow& row, const std::string& key) {
  const auto first = key.find('/');
  const auto second = key.find('/', first + 1);
  must(second != std::string::npos, "the key of a group has three parts");
  row.breakdown = key.substr(0, first);
  row.gender = key.substr(first + 1, second - first - 1);
  row.age = key.substr(second + 1);
}

void set_names(AdRow& row, const std::vector<std::string>& names) {
  const std::array columns{&row.campaign_id,   &row.campaign_name, &row.ad_group_id,
                           &row.ad_group_name, &row.ad_id,         &row.ad_name};
  must(names.size() == columns.size(), "an ad has six names");
  for (std::size_t at = 0; at < columns.size(); ++at) *columns[at] = names[at];
}
void set_names(DemographicRow& /*row*/, const std::vector<std::string>& /*names*/) {}

// nullopt: the group does not count the row.
std::optional<std::string> group_key(PerformanceGroup group, Source source, const AdRow& row) {
  switch (group) {
    case PerformanceGroup::day:
      return row.day.to_string();
    case PerformanceGroup::source:
      return std::string(to_string(source));
    case PerformanceGroup::campaign:
      return row.campaign_id;
    case PerformanceGroup::ad:
      return row.ad_id;
    case PerformanceGroup::total:
    case PerformanceGroup::gender:
    case PerformanceGroup::age:
      return std::string();
  }
  return std::nullopt;
}

std::optional<std::string> group_key(PerformanceGroup group, Source source, const DemographicRow& row) {
  // A source that gives gender and age apart lists everything twice: totals take the rows by gender.
  if ((group == PerformanceGroup::age ? row.age : row.gender) == "all") return std::nullopt;
  if (group == PerformanceGroup::day) return row.day.to_string();
  if (group == PerformanceGroup::source) return std::string(to_string(source));
  if (group == PerformanceGroup::gender) return row.gender;
  return group == PerformanceGroup::age ? row.age : std::string();
}

std::string group_name(PerformanceGroup group, const AdRow& row) {
  if (group == PerformanceGroup::campaign) return row.campaign_name;
  return group == PerformanceGroup::ad ? row.ad_name : std::string();
}
std::string group_name(PerformanceGroup /*group*/, const DemographicRow& /*row*/) {
  return {};
}

void add_figure(std::int64_t& sum, std::int64_t figure) {
  const auto added = checked_add(sum, figure);
  must(added.has_value(), "figures that were stored add up");
  sum = *added;
}

void add_metrics(Metrics& sum, const Metrics& metrics) {
  add_figure(sum.impressions, metrics.impressions);
  add_figure(sum.clicks, metrics.clicks);
  add_figure(sum.cost.value, metrics.cost.value);
  add_figure(sum.conversions.value, metrics.conversions.value);
  add_figure(sum.conversion_value.value, metrics.conversion_value.value);
}

}  // namespace

template <class Row>
void PastDay<Row>::add(Row row, std::string currency, std::int64_t details_hash) {
  row.day = day_;
  std::string key = key_of(row);
  rows_.insert_or_assign(std::move(key), Kept{std::move(row), std::move(currency), details_hash});
}

template <class Row>
bool PastDay<Row>::take_back(const RowChange& change) {
  if (change.kind == RowChange::Kind::added) {
    rows_.erase(change.key);
    return true;
  }
  const bool was_there = rows_.contains(change.key);
  Kept& kept = rows_[change.key];
  kept.row.day = day_;
  set_key(kept.row, change.key);
  if (change.names) set_names(kept.row, *change.names);
  if (change.currency) kept.currency = *change.currency;
  kept.row.metrics = change.metrics;
  kept.row.reach = change.reach;
  if (!change.details) return was_there || change.kind == RowChange::Kind::removed;
  const bool whole = change.kind == RowChange::Kind::removed;
  auto details = whole ? change.details : apply_patch(kept.row.details, *change.details);
  if (!details || !change.details_hash) return false;
  kept.row.details = std::move(*details);
  kept.details_hash = hash_of(kept.row.details);
  return kept.details_hash == *change.details_hash;
}

template class PastDay<AdRow>;
template class PastDay<DemographicRow>;

template <class Row>
void PastGroups::add(const PastDay<Row>& day) {
  for (const auto& [row_key, kept] : day.rows()) {
    const auto key = group_key(group_, source_, kept.row);
    if (!key) continue;
    Group& group = groups_[{*key, kept.currency}];
    const std::string name = group_name(group_, kept.row);
    // The name of the last day; of two on that day the larger, so that it is the same every time.
    group.record.name = group.named_by == day.day() ? std::max(group.record.name, name) : name;
    group.named_by = day.day();
    ++group.record.rows;
    add_metrics(group.record.metrics, kept.row.metrics);
  }
}

template void PastGroups::add(const PastDay<AdRow>& day);
template void PastGroups::add(const PastDay<DemographicRow>& day);

std::vector<PerformanceRecord> PastGroups::records() const {
  std::vector<PerformanceRecord> records;
  for (const auto& [key, group] : groups_) {
    PerformanceRecord& record = records.emplace_back(group.record);
    record.key = key.first;
    record.currency = key.second;
  }
  return records;
}

}  // namespace adfill
