// What was collected: the receipt of every day, and the figures summed by a group.
#include "api/cursor.h"
#include "api/json_output.h"
#include "api/performance_filter.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "api/visible.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <expected>
#include <utility>
#include <vector>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

asio::awaitable<HttpResponse> get_coverage(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  const auto id = query.uuid("integration_id");
  if (!query.text("integration_id")) query.refuse("integration_id", "is missing");
  const auto type = query.word<CollectionType>("type", "ads, demographics, creatives");
  if (!query.text("type")) query.refuse("type", "is missing");
  std::optional<Day> after;
  if (const auto cursor = query.text("cursor")) {
    after = read_day_cursor(*cursor);
    if (!after) query.refuse("cursor", "is none that this list gave");
  }
  // All days at once, unless fewer are asked for: two years are a few hundred rows.
  const std::optional<int> limit = query.text("limit") ? std::optional(query.limit()) : std::nullopt;
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const auto integration = co_await visible_integration(service, call.access, id->to_string());
  if (!integration) co_return to_response(not_found());

  auto read = [key = integration->id, type](Store& store) { return store.coverage(key, *type); };
  auto days = co_await service->context->pool.run(std::move(read));
  if (after) std::erase_if(days, [&after](const CoverageRecord& day) { return day.day <= *after; });
  const bool more = limit && days.size() > static_cast<std::size_t>(*limit);
  if (more) days.resize(static_cast<std::size_t>(*limit));
  json::object body;
  json::array list;
  list.reserve(days.size());
  for (const auto& day : days) list.push_back(to_json(day));
  body["coverage"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_day_cursor(days.back().day)) : json::value(nullptr);
  co_return json_response(200, body);
}

HttpResponse csv_response(const std::vector<PerformanceRecord>& rows, PerformanceGroup group) {
  HttpResponse response;
  response.headers.emplace_back("content-type", "text/csv; charset=utf-8; header=present");
  response.headers.emplace_back("content-disposition", "attachment; filename=\"performance.csv\"");
  response.headers.emplace_back("cache-control", "no-store");
  response.body = csv_header(group);
  for (const auto& row : rows) response.body += csv_line(row, group);
  return response;
}

Problem unknown_then(const HistoryGone& gone) {
  return invalid_field("as_of",
                       "must not be before " + to_rfc3339(gone.known_since) + ": what " + gone.day.to_string() +
                           " was earlier is no longer kept",
                       "not_kept");
}

asio::awaitable<HttpResponse> get_performance(std::shared_ptr<Service> service, ApiCall call) {
  auto request = read_performance_request(call.request.query);
  if (!request) co_return to_response(request.error());
  auto filter = request->filter;
  if (filter.integration) {
    const auto seen = co_await visible_integration(service, call.access, filter.integration->to_string());
    if (!seen) co_return to_response(not_found());
  }
  filter.sight = call.access.sight;
  auto read = [filter, as_of = request->as_of](Store& store) {
    using Told = std::expected<std::vector<PerformanceRecord>, HistoryGone>;
    return as_of ? store.performance_as_of(filter, *as_of) : Told(store.performance(filter));
  };
  const auto told = co_await service->context->pool.run(std::move(read));
  if (!told) co_return to_response(unknown_then(told.error()));
  const auto& rows = *told;
  if (request->format == FigureFormat::csv) co_return csv_response(rows, filter.group);
  json::object body;
  json::array list;
  list.reserve(rows.size());
  for (const auto& row : rows) list.push_back(to_json(row, filter.group));
  body["rows"] = std::move(list);
  co_return json_response(200, body);
}

constexpr Route routes[] = {
    {"GET", "/v1/coverage", Route::Door::token, get_coverage},
    {"GET", "/v1/performance", Route::Door::token, get_performance},
};

}  // namespace

std::span<const Route> figure_routes() {
  return routes;
}

}  // namespace adfill
