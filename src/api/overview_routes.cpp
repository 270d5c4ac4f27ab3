// What people look at first: what goes on, what went through lately, and how fresh each account is.
#include "api/integration_input.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "core/time_zone.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr int recent_days = 30;
constexpr Duration hour_step = std::chrono::minutes(1);
constexpr Duration day_step = std::chrono::minutes(30);
constexpr int hour_pieces = 60;
constexpr int day_pieces = 48;

constexpr std::array integration_states{IntegrationStatus::pending,    IntegrationStatus::collecting,
                                        IntegrationStatus::success,    IntegrationStatus::error,
                                        IntegrationStatus::needs_auth, IntegrationStatus::paused};

// Every piece of the time, those without anything too.
json::array pieces_json(const OverviewRecord& overview, Instant since, Duration step, int count) {
  json::array list;
  auto collected = overview.collected.begin();
  for (int index = 0; index < count; ++index) {
    const Instant begins = since + index * step;
    CollectedPiece piece{.begins = begins};
    if (collected != overview.collected.end() && collected->begins == begins) piece = *collected++;
    json::object object;
    object["begins"] = to_rfc3339(begins);
    object["chunks"] = piece.chunks;
    object["rows"] = piece.rows;
    list.push_back(std::move(object));
  }
  return list;
}

json::object overview_json(OverviewRecord overview, Instant since, Duration step, int count) {
  json::object body;
  json::object integrations;
  for (const auto status : integration_states) integrations[to_string(status)] = overview.integrations[status];
  body["integrations"] = std::move(integrations);
  json::object jobs;
  for (const auto status : {JobStatus::pending, JobStatus::running})
    jobs[to_string(status)] = overview.open_jobs[status];
  body["jobs"] = std::move(jobs);
  body["step_seconds"] = std::chrono::duration_cast<std::chrono::seconds>(step).count();
  body["collected"] = pieces_json(overview, since, step, count);
  return body;
}

asio::awaitable<HttpResponse> get_overview(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  const auto span = query.text("span").value_or("hour");
  if (span != "hour" && span != "day") query.refuse("span", "must be one of hour, day");
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const auto step = span == "hour" ? hour_step : day_step;
  const int count = span == "hour" ? hour_pieces : day_pieces;
  auto read = [sight = call.access.sight, step, count](Store& store) {
    const auto now = store.now().time_since_epoch();
    const Instant since(now - now % step - (count - 1) * step);  // the piece of now is the last one
    return std::make_pair(since, store.overview(sight, since, step));
  };
  auto found = co_await service->context->pool.run(std::move(read));
  co_return json_response(200, overview_json(std::move(found.second), found.first, step, count));
}

json::value day_or_null(const std::optional<Day>& day) {
  return day ? json::value(day->to_string()) : json::value(nullptr);
}

json::object type_json(const TypeFreshness& type, Day yesterday) {
  json::object object;
  object["collection_type"] = to_string(type.type);
  object["days"] = type.days;
  object["gaps"] = type.gaps();
  object["mismatches"] = type.mismatches;
  object["suspect"] = type.suspect;
  const auto behind = type.days_behind(yesterday);
  object["days_behind"] = behind ? json::value(*behind) : json::value(nullptr);
  object["first"] = day_or_null(type.first);
  object["newest"] = day_or_null(type.newest);
  object["as_of"] = to_json(type.as_of);
  std::array<DayState, recent_days> states{};
  states.fill(DayState::gap);
  json::array suspect;
  for (const auto& recent : type.recent) {
    const int place = recent_days - 1 - (yesterday.number() - recent.day.number());
    if (place < 0 || place >= recent_days) continue;
    states.at(static_cast<std::size_t>(place)) = recent.state;
    if (recent.suspect) suspect.emplace_back(recent.day.to_string());
  }
  json::array list;
  for (const auto state : states) list.emplace_back(to_string(state));
  object["recent"] = std::move(list);
  object["recent_suspect"] = std::move(suspect);
  return object;
}

json::object freshness_json(const FreshnessRecord& record, Instant now) {
  const auto& integration = record.integration;
  const Day yesterday = record.yesterday(now);
  json::object object;
  object["integration_id"] = integration.id.to_string();
  object["advertiser"] = integration.advertiser_name;
  object["source"] = to_string(integration.source);
  object["account_id"] = integration.account_id;
  object["account_name"] = integration.account_name;
  object["status"] = to_string(integration.status);
  object["recent_until"] = yesterday.to_string();
  json::array types;
  for (const auto& type : record.types) types.push_back(type_json(type, yesterday));
  object["types"] = std::move(types);
  return object;
}

// Yesterday where the day begins last: what is behind it is late everywhere, and no account is called late for the
// hours between its midnight and its daily collection.
Day last_yesterday(Instant now) {
  return day_in_zone(now - std::chrono::hours(12), "UTC").plus(-1);
}

asio::awaitable<HttpResponse> list_freshness(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  auto filter = read_integration_filter(query);
  const bool late = query.flag("late");
  const int limit = query.limit();
  if (const auto problem = query.problem()) co_return to_response(*problem);
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page
  auto read = [filter, late](Store& store) mutable {
    const auto now = store.now();
    if (late) filter.nothing_since = last_yesterday(now);
    // Two more: yesterday is another day at the other side of the world.
    const Day since = day_in_zone(now, "UTC").plus(-recent_days - 2);
    return std::make_pair(now, store.freshness(filter, since));
  };
  auto [now, found] = co_await service->context->pool.run(std::move(read));
  const bool more = found.size() > static_cast<std::size_t>(limit);
  if (more) found.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& record : found) list.push_back(freshness_json(record, now));
  body["freshness"] = std::move(list);
  body["next_cursor"] =
      more ? json::value(make_cursor(ListOf::integrations, found.back().integration.id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

constexpr Route routes[] = {
    {"GET", "/v1/overview", Route::Door::token, get_overview},
    {"GET", "/v1/freshness", Route::Door::token, list_freshness},
};

}  // namespace

std::span<const Route> overview_routes() {
  return routes;
}

}  // namespace adfill
