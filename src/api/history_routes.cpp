// What was: the commits that moved a day's number, undoing one of them, and letting days be collected again.
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

constexpr std::size_t longest_type = 20;

DayRange whole_range(std::optional<Day> since, std::optional<Day> until) {
  return {since.value_or(Day(1, 1, 1)), until.value_or(Day(9999, 12, 31))};
}

asio::awaitable<HttpResponse> get_history(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  const auto id = query.uuid("integration_id");
  if (!query.text("integration_id")) query.refuse("integration_id", "is missing");
  const auto type = query.word<CollectionType>("type", "ads, demographics");
  if (!query.text("type")) query.refuse("type", "is missing");
  if (type == CollectionType::creatives) query.refuse("type", "must be one of ads, demographics");
  const auto since = query.day("since");
  const auto until = query.day("until");
  if (since && until && *until < *since) query.refuse("since", "must not be after until");
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const auto integration = co_await visible_integration(service, call.access, id->to_string());
  if (!integration) co_return to_response(not_found());

  auto read = [key = integration->id, type, range = whole_range(since, until)](Store& store) {
    return store.day_changes(key, *type, range);
  };
  const auto changes = co_await service->context->pool.run(std::move(read));
  json::object body;
  json::array list;
  list.reserve(changes.size());
  for (const auto& change : changes) list.push_back(to_json(change));
  body["changes"] = std::move(list);
  body["next_cursor"] = nullptr;
  co_return json_response(200, body);
}

struct UndoRequest {
  std::string integration;
  std::string attempt;
};

std::expected<UndoRequest, Problem> read_undo(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  const auto integration = fields.id("integration_id", Presence::required);
  const auto attempt = fields.id("attempt", Presence::required);
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return UndoRequest{*integration, *attempt};
}

asio::awaitable<HttpResponse> undo_commit(std::shared_ptr<Service> service, ApiCall call) {
  const auto request = read_undo(call.request.body);
  if (!request) co_return to_response(request.error());
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto work = [id = integration->id, attempt = *ChunkToken::parse(request->attempt),
               who = call.access.name](Store& store) { return store.undo(id, attempt, who); };
  const auto undone = co_await service->context->pool.run(std::move(work));
  if (undone.state == Undone::State::not_found) {
    co_return to_response(
        Problem(409, "nothing_to_undo",
                "Nothing that is kept was changed by that attempt. A day's first snapshot can't be undone."));
  }
  if (undone.state == Undone::State::changed_by_hand) {
    co_return to_response(Problem(409, "changed_by_hand",
                                  "The rows of " + undone.day.value_or(Day()).to_string() +
                                      " are not what their commit left, so what was before it can't be made again. "
                                      "Collect the day anew instead."));
  }
  json::object body;
  json::array days;
  for (const auto day : undone.days) days.push_back(json::value(day.to_string()));
  body["days"] = std::move(days);
  co_return json_response(200, body);
}

struct ReleaseRequest {
  std::string integration;
  CollectionType type = CollectionType::ads;
  DayRange range{};
};

std::expected<ReleaseRequest, Problem> read_release(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  const auto integration = fields.id("integration_id", Presence::required);
  const auto word = fields.text("collection_type", Presence::required, longest_type);
  const auto type = word ? parse<CollectionType>(*word) : std::nullopt;
  if (word && (!type || *type == CollectionType::creatives)) {
    fields.refuse("collection_type", "must be one of ads, demographics");
  }
  const auto since = fields.day("since", Presence::optional);
  const auto until = fields.day("until", Presence::optional);
  if (since && until && *until < *since) fields.refuse("since", "must not be after until", "wrong_order");
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return ReleaseRequest{*integration, *type, whole_range(since, until)};
}

asio::awaitable<HttpResponse> release_days(std::shared_ptr<Service> service, ApiCall call) {
  const auto request = read_release(call.request.body);
  if (!request) co_return to_response(request.error());
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto work = [id = integration->id, type = request->type, range = request->range,
               who = call.access.name](Store& store) { return store.release_days(id, type, range, who); };
  const int released = co_await service->context->pool.run(std::move(work));
  json::object body;
  body["days"] = released;
  co_return json_response(200, body);
}

constexpr Route routes[] = {
    {"GET", "/v1/coverage/history", Route::Door::token, get_history},
    {"POST", "/v1/coverage/undo", Route::Door::token, undo_commit},
    {"POST", "/v1/coverage/release", Route::Door::token, release_days},
};

}  // namespace

std::span<const Route> history_routes() {
  return routes;
}

}  // namespace adfill
