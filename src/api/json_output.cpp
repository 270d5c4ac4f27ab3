#include "api/json_output.h"

#include "core/cron_words.h"
#include "core/money.h"
#include "core/row_hash.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <ranges>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array chunk_array(const std::vector<ChunkRecord>& chunks) {
  json::array array;
  for (const auto& chunk : chunks) array.push_back(to_json(chunk));
  return array;
}

Totals difference_of(const Totals& stored, const Totals& platform) {
  Totals difference;
  difference.impressions = stored.impressions - platform.impressions;
  difference.clicks = stored.clicks - platform.clicks;
  difference.cost = Micros{stored.cost.value - platform.cost.value};
  return difference;
}

}  // namespace

HttpResponse json_response(int status, const json::value& body) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("content-type", "application/json");
  response.headers.emplace_back("cache-control", "no-store");
  response.body = json::serialize(body);
  return response;
}

HttpResponse empty_response(int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

json::value to_json(const std::optional<Instant>& instant) {
  return instant ? json::value(to_rfc3339(*instant)) : json::value(nullptr);
}

json::object to_json(const Totals& totals) {
  json::object object;
  object["impressions"] = totals.impressions;
  object["clicks"] = totals.clicks;
  object["cost"] = to_decimal(totals.cost);
  return object;
}

// null: as the source does by itself.
json::value windows_json(std::string_view attribution) {
  if (attribution.empty()) return nullptr;
  json::array windows;
  for (const auto window : std::views::split(attribution, ',')) windows.emplace_back(std::string_view(window));
  return windows;
}

json::object to_json(const IntegrationRecord& integration) {
  json::object object;
  object["id"] = integration.id.to_string();
  object["advertiser"] = integration.advertiser_name;
  object["source"] = to_string(integration.source);
  object["account_id"] = integration.account_id;
  object["account_name"] = integration.account_name;
  object["currency"] = integration.currency;
  object["time_zone"] = integration.time_zone;
  object["status"] = to_string(integration.status);
  object["last_error"] = text_or_null(integration.last_error);
  object["last_error_at"] = to_json(integration.last_error_at);
  object["credentials_expire_at"] = to_json(integration.credentials_expire_at);
  object["attribution"] = windows_json(integration.attribution);
  object["keep_thumbnails"] = integration.keep_thumbnails;
  object["created_at"] = to_rfc3339(integration.created_at);
  object["updated_at"] = to_rfc3339(integration.updated_at);
  return object;
}

json::object to_json(const JobRecord& job) {
  json::object object;
  object["id"] = job.id.to_string();
  object["integration_id"] = job.integration.to_string();
  object["advertiser"] = job.advertiser_name;
  object["source"] = to_string(job.source);
  object["account_id"] = job.account_id;
  object["account_name"] = job.account_name;
  object["mode"] = to_string(job.mode);
  object["collection_type"] = to_string(job.type);
  object["status"] = to_string(job.status);
  object["start_date"] = job.range.since.to_string();
  object["end_date"] = job.range.until.to_string();
  object["newest_first"] = job.newest_first;
  object["chunks_total"] = job.chunks_total;
  object["chunks_completed"] = job.chunks_completed;
  object["chunks_failed"] = job.chunks_failed;
  object["rows"] = job.rows;
  object["error_message"] = text_or_null(job.error_message);
  object["created_at"] = to_rfc3339(job.created_at);
  object["started_at"] = to_json(job.started_at);
  object["completed_at"] = to_json(job.completed_at);
  object["updated_at"] = to_rfc3339(job.updated_at);
  return object;
}

json::object to_json(const JobRecord& job, const std::vector<ChunkRecord>& chunks) {
  auto object = to_json(job);
  object["chunks"] = chunk_array(chunks);
  return object;
}

json::object to_json(const ChunkRecord& chunk) {
  json::object object;
  object["id"] = chunk.id.to_string();
  object["chunk_index"] = chunk.chunk_index;
  object["start_date"] = chunk.range.since.to_string();
  object["end_date"] = chunk.range.until.to_string();
  object["collection_type"] = to_string(chunk.type);
  object["status"] = to_string(chunk.status);
  object["retry_count"] = chunk.retry_count;
  object["max_retries"] = chunk.max_retries;
  object["lost_count"] = chunk.lost_count;
  object["days_done"] = chunk.days_done;
  object["days_total"] = chunk.range.length();
  object["rows"] = chunk.rows;
  object["error_message"] = text_or_null(chunk.error_message);
  object["notice"] = text_or_null(chunk.notice);
  object["last_error_at"] = to_json(chunk.last_error_at);
  object["due_at"] = to_json(chunk.due_at);
  object["cancelled_at"] = to_json(chunk.cancelled_at);
  object["created_at"] = to_rfc3339(chunk.created_at);
  object["started_at"] = to_json(chunk.started_at);
  object["completed_at"] = to_json(chunk.completed_at);
  object["updated_at"] = to_rfc3339(chunk.updated_at);
  return object;
}

json::object to_json(const QueueRecord& queue) {
  json::object object;
  object["counted_at"] = to_json(queue.counted_at);
  object["pending"] = queue.pending;
  object["processing"] = queue.processing;
  object["completed"] = queue.completed;
  object["failed"] = queue.failed;
  object["released"] = queue.released;
  object["oldest_due"] = to_json(queue.oldest_due);
  json::array leases;
  for (const auto& worker : queue.workers) {
    json::object lease;
    lease["worker"] = worker.id.to_string();
    lease["host"] = worker.host;
    lease["process_id"] = worker.process_id;
    lease["started_at"] = to_rfc3339(worker.started_at);
    lease["lease_until"] = to_rfc3339(worker.lease_until);
    lease["chunks"] = worker.chunks;
    leases.push_back(std::move(lease));
  }
  object["leases"] = std::move(leases);
  json::array throttled;
  for (const auto& scope : queue.throttled) {
    json::object entry;
    entry["scope"] = scope.scope;
    entry["until"] = to_rfc3339(scope.until);
    entry["reason"] = scope.reason;
    throttled.push_back(std::move(entry));
  }
  object["throttled"] = std::move(throttled);
  return object;
}

json::object to_json(const ScheduleRecord& schedule) {
  json::object object;
  object["id"] = schedule.id.to_string();
  object["integration_id"] = schedule.integration.to_string();
  object["collection_type"] = to_string(schedule.type);
  object["cron"] = schedule.cron;
  object["time_zone"] = schedule.time_zone;
  object["paused"] = schedule.paused;
  object["next_due_at"] = to_rfc3339(schedule.next_due_at);
  object["last_due_at"] = to_json(schedule.last_due_at);
  const auto parsed = CronSchedule::parse(schedule.cron);
  object["in_words"] = parsed ? in_words(*parsed, Language::english) : schedule.cron;
  object["in_words_ko"] = parsed ? in_words(*parsed, Language::korean) : schedule.cron;
  object["created_at"] = to_rfc3339(schedule.created_at);
  object["updated_at"] = to_rfc3339(schedule.updated_at);
  return object;
}

json::object to_json(const CoverageRecord& day) {
  const bool gap = day.state == DayState::gap;
  json::object object;
  object["date"] = day.day.to_string();
  object["asked"] = gap ? json::value(nullptr) : json::value(day.asked.number);
  object["as_of"] = gap ? json::value(nullptr) : json::value(to_rfc3339(day.as_of));
  object["report_id"] = text_or_null(day.report_id);
  object["rows"] = day.rows;
  object["stored"] = to_json(day.stored);
  object["platform"] = day.platform ? json::value(to_json(*day.platform)) : json::value(nullptr);
  object["difference"] =
      day.platform ? json::value(to_json(difference_of(day.stored, *day.platform))) : json::value(nullptr);
  object["difference_class"] = to_string(day.difference);
  object["rows_absent"] = day.rows_absent;
  object["rows_hash"] = day.rows_hash ? json::value(hash_text(*day.rows_hash)) : json::value(nullptr);
  object["attribution"] = text_or_null(day.attribution);
  object["attempt"] = gap ? json::value(nullptr) : json::value(day.attempt.to_string());
  object["pinned_at"] = to_json(day.pinned_at);
  object["suspect"] = day.suspect;
  object["state"] = to_string(day.state);
  return object;
}

json::object to_json(const DayChange& change) {
  json::object object;
  object["date"] = change.day.to_string();
  object["at"] = to_rfc3339(change.at);
  object["attempt"] = change.attempt.to_string();
  object["asked"] = change.asked.number;
  object["previous_as_of"] = to_rfc3339(change.previous_as_of);
  object["before"] = to_json(change.before);
  object["before"].as_object()["rows"] = change.rows_before;
  object["after"] = to_json(change.after);
  object["after"].as_object()["rows"] = change.rows;
  object["rows_added"] = change.rows_added;
  object["rows_changed"] = change.rows_changed;
  object["rows_removed"] = change.rows_removed;
  return object;
}

std::vector<std::string> key_columns(PerformanceGroup group) {
  switch (group) {
    case PerformanceGroup::total:
      return {};
    case PerformanceGroup::day:
      return {"day"};
    case PerformanceGroup::source:
      return {"source"};
    case PerformanceGroup::campaign:
      return {"campaign_id", "campaign_name"};
    case PerformanceGroup::ad:
      return {"ad_id", "ad_name"};
    case PerformanceGroup::gender:
      return {"gender"};
    case PerformanceGroup::age:
      return {"age"};
  }
  return {};
}

json::object to_json(const PerformanceRecord& group, PerformanceGroup by) {
  json::object object;
  const auto columns = key_columns(by);
  if (!columns.empty()) object[columns[0]] = group.key;
  if (columns.size() > 1) object[columns[1]] = group.name;
  object["currency"] = group.currency;
  object["rows"] = group.rows;
  object["impressions"] = group.metrics.impressions;
  object["clicks"] = group.metrics.clicks;
  object["cost"] = to_decimal(group.metrics.cost);
  object["conversions"] = to_decimal(group.metrics.conversions);
  object["conversion_value"] = to_decimal(group.metrics.conversion_value);
  return object;
}

json::object to_json(const AuditRecord& entry) {
  json::object object;
  object["id"] = std::to_string(entry.id);
  object["at"] = to_rfc3339(entry.at);
  object["who"] = entry.who;
  object["what"] = entry.what;
  object["subject"] = entry.subject;
  return object;
}

json::object to_json(const TokenRecord& token) {
  json::object object;
  object["id"] = token.id.to_string();
  object["name"] = token.name;
  object["role"] = to_string(token.role);
  object["advertisers"] = nullptr;
  if (token.advertisers) {
    json::array names;
    for (const auto& name : token.advertiser_names) names.emplace_back(name);
    object["advertisers"] = std::move(names);
  }
  object["created_at"] = to_json(std::optional(token.created_at));
  object["expires_at"] = to_json(token.expires_at);
  object["last_used_at"] = to_json(token.last_used_at);
  return object;
}

json::object to_json(const AlertRecord& alert) {
  json::object object;
  object["id"] = alert.id.to_string();
  object["kind"] = to_string(alert.kind);
  object["state"] = to_string(alert.closed_at ? AlertState::closed : AlertState::open);
  object["integration_id"] = alert.integration ? json::value(alert.integration->to_string()) : json::value(nullptr);
  object["source"] = alert.source ? json::value(to_string(*alert.source)) : json::value(nullptr);
  object["account_name"] = alert.account_name;
  object["message"] = alert.message;
  boost::system::error_code error;
  auto parameters = json::parse(alert.parameters, error);
  object["parameters"] = error ? json::value(json::object()) : std::move(parameters);
  object["opened_at"] = to_rfc3339(alert.opened_at);
  object["closed_at"] = to_json(alert.closed_at);
  return object;
}

json::object to_json(const AlertChannelRecord& channel) {
  json::object object;
  object["id"] = channel.id.to_string();
  object["kind"] = to_string(channel.kind);
  object["target"] = channel.label;
  object["advertisers"] = nullptr;
  if (channel.advertisers) {
    json::array names;
    for (const auto& name : channel.advertiser_names) names.emplace_back(name);
    object["advertisers"] = std::move(names);
  }
  object["created_at"] = to_rfc3339(channel.created_at);
  object["delivered_at"] = to_json(channel.delivered_at);
  object["last_error"] = channel.last_error.empty() ? json::value(nullptr) : json::value(channel.last_error);
  return object;
}

json::object requested_json(IntegrationId integration, const std::vector<JobRecord>& jobs) {
  json::object object;
  object["integration_id"] = integration.to_string();
  json::array list;
  for (const auto& job : jobs) {
    json::object entry;
    entry["id"] = job.id.to_string();
    entry["collection_type"] = to_string(job.type);
    entry["chunks_total"] = job.chunks_total;
    list.push_back(std::move(entry));
  }
  object["jobs"] = std::move(list);
  return object;
}

}  // namespace adfill
