#include "api/estimate_output.h"

#include "api/json_output.h"

#include <boost/json/array.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

json::object to_json(const TypeEstimate& type) {
  json::object object;
  object["collection_type"] = to_string(type.type);
  object["chunks"] = type.chunks;
  object["rows"] = type.rows;
  object["calls"] = type.calls;
  return object;
}

// All but the types.
json::object sum_of(const Estimate& estimate) {
  json::object object;
  object["account_id"] = estimate.account.account_id;
  object["account_name"] = estimate.account.name;
  object["currency"] = estimate.account.currency;
  object["time_zone"] = estimate.account.time_zone;
  object["tier"] = estimate.tier.empty() ? json::value(nullptr) : json::value(estimate.tier);
  object["rows"] = estimate.rows;
  object["calls"] = estimate.calls;
  object["seconds"] = std::chrono::ceil<std::chrono::seconds>(estimate.time).count();
  object["rough"] = estimate.rough;
  return object;
}

json::object to_json(const TypeOutlook& type) {
  auto object = to_json(type.price);
  object["days"] = nullptr;
  if (type.days) {
    json::object days;
    days["total"] = type.days->total;
    days["covered"] = type.days->covered;
    days["pinned"] = type.days->pinned;
    days["collecting"] = type.days->collecting;
    object["days"] = std::move(days);
  }
  object["job_id"] = type.found ? json::value(type.found->to_string()) : json::value(nullptr);
  json::array jobs;
  for (const auto& job : type.open_jobs) jobs.push_back(to_json(job));
  object["open_jobs"] = std::move(jobs);
  return object;
}

}  // namespace

json::object to_json(const Estimate& estimate) {
  auto object = sum_of(estimate);
  json::array types;
  for (const auto& type : estimate.types) types.push_back(to_json(type));
  object["types"] = std::move(types);
  return object;
}

json::object to_json(const CollectionEstimate& estimate) {
  auto object = sum_of(estimate.total);
  json::array types;
  for (const auto& type : estimate.types) types.push_back(to_json(type));
  object["types"] = std::move(types);
  return object;
}

}  // namespace adfill
