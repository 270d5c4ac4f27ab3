#include "freshness.h"

#include "api/json_output.h"
#include "core/time_zone.h"
#include "table.h"

#include <boost/json/object.hpp>

#include <iostream>
#include <string>
#include <utility>

namespace adfill {

namespace json = boost::json;

std::vector<FreshnessRecord> read_freshness(Store& store, std::optional<IntegrationId> only) {
  const Day no_single_days = day_in_zone(store.now(), "UTC").plus(2);
  std::vector<FreshnessRecord> records;
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    auto page = store.freshness(filter, no_single_days);
    const bool more = page.size() == static_cast<std::size_t>(filter.limit);
    if (more) filter.after = page.back().integration.id;
    for (auto& record : page) {
      if (!only || record.integration.id == *only) records.push_back(std::move(record));
    }
    if (!more) return records;
  }
}

void print_freshness(const std::vector<FreshnessRecord>& records, Instant now) {
  if (records.empty()) return;
  std::vector<TableRow> rows{{"ADVERTISER", "ACCOUNT", "TYPE", "STATE", "NEWEST DAY", "DAYS BEHIND", "DAYS", "GAPS",
                              "MISMATCHES", "SUSPECT", "AS OF"}};
  for (const auto& record : records) {
    const auto& account = record.integration;
    for (const auto& type : record.types) {
      const auto behind = type.days_behind(record.yesterday(now));
      rows.push_back({account.advertiser_name, account.account_id, std::string(to_string(type.type)),
                      std::string(to_string(account.status)), type.newest ? type.newest->to_string() : "none",
                      behind ? std::to_string(*behind) : "", std::to_string(type.days), std::to_string(type.gaps()),
                      std::to_string(type.mismatches), std::to_string(type.suspect),
                      type.as_of ? to_rfc3339(*type.as_of) : ""});
    }
  }
  std::cout << table_text(rows, {5, 6, 7, 8, 9}) << '\n';
}

json::array freshness_json(const std::vector<FreshnessRecord>& records, Instant now) {
  json::array list;
  for (const auto& record : records) {
    for (const auto& type : record.types) {
      const auto behind = type.days_behind(record.yesterday(now));
      json::object entry;
      entry["integration_id"] = record.integration.id.to_string();
      entry["collection_type"] = to_string(type.type);
      entry["newest_day"] = type.newest ? json::value(type.newest->to_string()) : json::value(nullptr);
      entry["days_behind"] = behind ? json::value(*behind) : json::value(nullptr);
      entry["days"] = type.days;
      entry["gaps"] = type.gaps();
      entry["mismatches"] = type.mismatches;
      entry["suspect"] = type.suspect;
      entry["as_of"] = to_json(type.as_of);
      list.push_back(std::move(entry));
    }
  }
  return list;
}

}  // namespace adfill
