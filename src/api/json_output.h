// Records as the JSON of docs/openapi.yaml: snake_case, ids as strings, money as exact decimal strings, times in RFC
// 3339, days as YYYY-MM-DD, null for what is not there.
#pragma once

#include "api/access.h"
#include "net/http_server.h"
#include "store/records.h"
#include "store/schedules.h"
#include "store/store.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace adfill {

// An answer with that body, never cached.
[[nodiscard]] HttpResponse json_response(int status, const boost::json::value& body);
[[nodiscard]] HttpResponse empty_response(int status);

[[nodiscard]] boost::json::value to_json(const std::optional<Instant>& instant);
[[nodiscard]] boost::json::object to_json(const Totals& totals);
[[nodiscard]] boost::json::object to_json(const IntegrationRecord& integration);
[[nodiscard]] boost::json::object to_json(const JobRecord& job);
[[nodiscard]] boost::json::object to_json(const JobRecord& job, const std::vector<ChunkRecord>& chunks);
[[nodiscard]] boost::json::object to_json(const ChunkRecord& chunk);
[[nodiscard]] boost::json::object to_json(const QueueRecord& queue);
[[nodiscard]] boost::json::object to_json(const ScheduleRecord& schedule);
[[nodiscard]] boost::json::object to_json(const CoverageRecord& day);
[[nodiscard]] boost::json::object to_json(const DayChange& change);
[[nodiscard]] boost::json::object to_json(const PerformanceRecord& group, PerformanceGroup by);
[[nodiscard]] boost::json::object to_json(const AuditRecord& entry);
[[nodiscard]] boost::json::object to_json(const TokenRecord& token);
[[nodiscard]] boost::json::object to_json(const AlertRecord& alert);
[[nodiscard]] boost::json::object to_json(const AlertChannelRecord& channel);
// {"integration_id","jobs":[{"id","collection_type","chunks_total"}]}
[[nodiscard]] boost::json::object requested_json(IntegrationId integration, const std::vector<JobRecord>& jobs);

// The group's key columns, in order: none for total, {"campaign_id","campaign_name"} for campaign.
[[nodiscard]] std::vector<std::string> key_columns(PerformanceGroup group);

}  // namespace adfill
