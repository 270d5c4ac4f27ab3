#include "simulator/meta/ad_filter.h"

#include "simulator/meta/graph_request.h"
#include "simulator/mix.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace adfill::meta {
namespace {

namespace json = boost::json;

std::string member(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (!value) return {};
  if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
  return json::serialize(*value);
}

// What ad.delivery_info, the older name, calls a status.
std::string delivery_info(const Ad& ad) {
  if (ad.effective_status == "DELETED") return "deleted";
  if (ad.effective_status == "ARCHIVED") return "archived";
  return ad.status == "ACTIVE" && ad.effective_status != "ADSET_PAUSED" ? "active" : "inactive";
}

}  // namespace

std::expected<AdFilter, GraphError> AdFilter::read(const std::string& text) {
  AdFilter filter;
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_array()) return std::unexpected(invalid_parameter("param filtering must be an array."));
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return std::unexpected(invalid_parameter("param filtering must be an array of objects."));
    const auto field = member(item.get_object(), "field");
    const auto operation = member(item.get_object(), "operator");
    const auto values = parse_list(member(item.get_object(), "value"));
    std::optional<About> about;
    if (field == "ad.id" || field == "id") about = About::ad_id;
    if (field == "adset.id") about = About::ad_set_id;
    if (field == "campaign.id") about = About::campaign_id;
    if (field == "ad.effective_status" || field == "effective_status") about = About::status;
    if (field == "ad.delivery_info") about = About::delivery_info;
    if (field == "campaign.effective_status" || field == "adset.effective_status") about = About::other_status;
    const bool in = operation == "IN" || operation == "EQUAL";
    const bool later = field == "ad.updated_time" && operation == "GREATER_THAN";
    if (later) about = About::updated_time;
    if (!about || !(in || later || operation == "NOT_IN" || operation == "NOT_EQUAL")) {
      return std::unexpected(
          invalid_parameter("Filtering field '" + field + "' with operation '" + operation + "' is not supported"));
    }
    filter.conditions_.push_back({*about, std::set<std::string>(values.begin(), values.end()), in || later});
  }
  return filter;
}

void AdFilter::add_statuses(std::set<std::string> statuses) {
  conditions_.push_back({About::status, std::move(statuses), true});
}

bool AdFilter::names_status() const {
  return std::ranges::any_of(conditions_, [](const Condition& one) {
    return one.about == About::status || one.about == About::delivery_info;
  });
}

bool AdFilter::asks_for(const std::string& status) const {
  return std::ranges::any_of(conditions_, [&](const Condition& one) {
    return one.about == About::status && one.in && one.values.contains(status);
  });
}

bool AdFilter::matches(const Account& account, const Ad& ad) const {
  return std::ranges::all_of(conditions_, [&](const Condition& one) {
    switch (one.about) {
      case About::ad_id:
        return one.values.contains(ad.id) == one.in;
      case About::ad_set_id:
        return one.values.contains(account.ad_sets[static_cast<std::size_t>(ad.ad_set)].id) == one.in;
      case About::campaign_id:
        return one.values.contains(account.campaigns[static_cast<std::size_t>(ad.campaign)].id) == one.in;
      case About::status:
        return one.values.contains(ad.effective_status) == one.in;
      case About::delivery_info:
        return one.values.contains(delivery_info(ad)) == one.in;
      case About::other_status:
        return one.values.contains("ACTIVE") == one.in;  // all campaigns and ad sets are
      case About::updated_time:
        break;
    }
    std::int64_t since = 0;
    if (!one.values.empty())
      std::from_chars(one.values.begin()->data(), one.values.begin()->data() + one.values.begin()->size(), since);
    return updated_at(ad) > since;
  });
}

bool is_live(const Ad& ad) {
  return ad.effective_status != "ARCHIVED" && ad.effective_status != "DELETED";
}

std::int64_t created_at(const Ad& ad) {
  return 1'600'000'000 + between(mix(ad.key, 20), 0, 40'000'000);
}

std::int64_t updated_at(const Ad& ad) {
  return created_at(ad) + between(mix(ad.key, 21), 3600, 80'000'000);
}

}  // namespace adfill::meta
