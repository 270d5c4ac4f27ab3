// Schedules: reading, changing, and collecting the day's figures now.
#include "api/json_input.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "api/visible.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_cron = 200;
constexpr std::size_t longest_zone = 64;

asio::awaitable<HttpResponse> list_schedules(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  ScheduleFilter filter;
  const auto integration = query.uuid("integration_id");
  const int limit = query.limit();
  if (const auto after = query.cursor(ListOf::schedules)) filter.after = ScheduleId{*after};
  if (const auto problem = query.problem()) co_return to_response(*problem);
  if (integration) {
    filter.integration = IntegrationId{*integration};
    const auto seen = co_await visible_integration(service, call.access, integration->to_string());
    if (!seen) co_return to_response(not_found());
  }
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page

  auto read = [filter](Store& store) { return store.schedules(filter); };
  auto schedules = co_await service->context->pool.run(std::move(read));
  const bool more = schedules.size() > static_cast<std::size_t>(limit);
  if (more) schedules.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& schedule : schedules) list.push_back(to_json(schedule));
  body["schedules"] = std::move(list);
  body["next_cursor"] =
      more ? json::value(make_cursor(ListOf::schedules, schedules.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<std::optional<ScheduleRecord>> visible_schedule(std::shared_ptr<Service> service, Access access,
                                                                std::string id) {
  const auto parsed = ScheduleId::parse(id);
  if (!parsed) co_return std::nullopt;
  auto read = [parsed](Store& store) { return store.schedule(*parsed); };
  auto found = co_await service->context->pool.run(std::move(read));
  if (!found || !may_see(access, found->advertiser)) co_return std::nullopt;
  co_return found;
}

std::expected<ScheduleChange, Problem> read_change(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  ScheduleChange change;
  change.cron = fields.text("cron", Presence::optional, longest_cron);
  change.time_zone = fields.text("time_zone", Presence::optional, longest_zone);
  change.paused = fields.boolean("paused", Presence::optional);
  fields.refuse_others();
  if (errors.empty() && !change.cron && !change.time_zone && !change.paused) {
    errors.push_back({"", "Name what is to change: cron, time_zone or paused"});
  }
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return change;
}

asio::awaitable<HttpResponse> change_schedule(std::shared_ptr<Service> service, ApiCall call) {
  const auto schedule = co_await visible_schedule(service, call.access, call.ids[0]);
  if (!schedule) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto change = read_change(call.request.body);
  if (!change) co_return to_response(change.error());
  const auto changed = co_await service->context->scheduler.change(schedule->id, std::move(*change), call.access.name);
  if (!changed) co_return to_response(refused_by_collect(changed.error()));
  co_return json_response(200, to_json(*changed));
}

asio::awaitable<HttpResponse> run_schedule(std::shared_ptr<Service> service, ApiCall call) {
  const auto schedule = co_await visible_schedule(service, call.access, call.ids[0]);
  if (!schedule) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  const auto made = co_await service->context->scheduler.run_now(schedule->id, call.access.name);
  if (!made) co_return to_response(refused_by_collect(made.error()));
  if (service->context->wake) service->context->wake();
  co_return json_response(202, requested_json(schedule->integration, made->jobs));
}

constexpr Route routes[] = {
    {"GET", "/v1/schedules", Route::Door::token, list_schedules},
    {"PATCH", "/v1/schedules/{id}", Route::Door::token, change_schedule},
    {"POST", "/v1/schedules/{id}/run", Route::Door::token, run_schedule},
};

}  // namespace

std::span<const Route> schedule_routes() {
  return routes;
}

}  // namespace adfill
