// Alerts, for whoever may see what they are about; and the channels that are told of them, for admins: a channel sends
// names out of the house.
#include "api/json_input.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "collect/alert_message.h"
#include "collect/fall_alerts.h"
#include "net/secrets.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <expected>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_word = 40;
constexpr std::size_t longest_target = 2000;
constexpr std::size_t longest_secret = 200;
constexpr std::size_t longest_name = 200;

asio::awaitable<HttpResponse> list_alerts(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  AlertFilter filter;
  filter.state = query.word<AlertState>("state", "open, closed");
  const int limit = query.limit();
  if (const auto after = query.cursor(ListOf::alerts)) filter.after = AlertId{*after};
  if (const auto problem = query.problem()) co_return to_response(*problem);
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page
  auto read = [filter](Store& store) { return store.alerts(filter); };
  auto alerts = co_await service->context->pool.run(std::move(read));
  const bool more = alerts.size() > static_cast<std::size_t>(limit);
  if (more) alerts.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& alert : alerts) list.push_back(to_json(call.access.sight ? without_counts(alert) : alert));
  body["alerts"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_cursor(ListOf::alerts, alerts.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

struct ChannelRequest {
  ChannelKind kind = ChannelKind::webhook;
  ChannelTarget target;
  bool secret_made = false;
  bool all_it_sees = true;                                // advertisers were not named
  std::optional<std::vector<std::string>> advertisers{};  // nullopt: all
};

void read_secret(FieldReader& fields, ChannelRequest& request) {
  const bool is_null = fields.null("secret");
  const auto secret = is_null ? std::nullopt : fields.text("secret", Presence::optional, longest_secret);
  if (request.kind != ChannelKind::webhook) {
    if (secret) fields.refuse("secret", "is for webhooks only");
    return;
  }
  request.secret_made = !secret;
  request.target.secret = secret ? *secret : make_api_token();
}

std::expected<ChannelRequest, Problem> read_channel_request(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(object.error());
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  ChannelRequest request;
  if (const auto word = fields.text("kind", Presence::required, longest_word)) {
    const auto kind = parse<ChannelKind>(*word);
    if (!kind) fields.refuse("kind", "must be one of webhook, slack, email");
    request.kind = kind.value_or(ChannelKind::webhook);
  }
  request.target.target = fields.text("target", Presence::required, longest_target).value_or("");
  if (errors.empty()) {
    if (const auto wrong = wrong_target(request.kind, request.target.target)) {
      fields.refuse("target", *wrong, request.kind == ChannelKind::email ? "wrong_address" : "wrong_url");
    }
  }
  read_secret(fields, request);
  if (!fields.null("advertisers")) {
    request.advertisers = fields.texts("advertisers", Presence::optional, longest_name);
    request.all_it_sees = !request.advertisers;
    if (request.advertisers && request.advertisers->empty())
      fields.refuse("advertisers", "must name at least one, or be null for all", "missing");
  }
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return request;
}

asio::awaitable<HttpResponse> create_channel(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  const auto request = read_channel_request(call.request.body);
  if (!request) co_return to_response(request.error());
  AlertChannelRecord record;
  record.id = AlertChannelId::draw(service->context->random);
  record.kind = request->kind;
  record.label = target_label(request->kind, request->target.target);
  record.sealed = service->context->secrets.seal(channel_secret_text(request->target), record.id.to_string());
  auto add = [access = call.access, given = *request, record](Store& store) mutable -> std::optional<Problem> {
    if (given.all_it_sees) {
      record.advertisers = access.sight;
    } else {
      if (access.sight && !may_give(store.advertiser_names(access.sight), given.advertisers))
        return forbidden("This token may make channels for its own advertisers only.");
      record.advertisers = store.advertisers_named(*given.advertisers);
    }
    store.add_alert_channel(record, access.name);
    return std::nullopt;
  };
  const auto refused = co_await service->context->pool.run(std::move(add));
  if (refused) co_return to_response(*refused);
  json::object body;
  body["id"] = record.id.to_string();
  body["kind"] = to_string(record.kind);
  body["target"] = record.label;
  body["secret"] = request->secret_made ? json::value(request->target.secret) : json::value(nullptr);
  co_return json_response(201, body);
}

asio::awaitable<HttpResponse> list_channels(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  QueryReader query(call.request.query);
  AlertChannelFilter filter;
  const int limit = query.limit();
  if (const auto after = query.cursor(ListOf::alert_channels)) filter.after = AlertChannelId{*after};
  if (const auto problem = query.problem()) co_return to_response(*problem);
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page
  auto read = [filter](Store& store) { return store.alert_channels(filter); };
  auto channels = co_await service->context->pool.run(std::move(read));
  const bool more = channels.size() > static_cast<std::size_t>(limit);
  if (more) channels.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& channel : channels) list.push_back(to_json(channel));
  body["alert_channels"] = std::move(list);
  body["next_cursor"] =
      more ? json::value(make_cursor(ListOf::alert_channels, channels.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> remove_channel(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  const auto id = AlertChannelId::parse(call.ids[0]);
  if (!id) co_return to_response(not_found());
  auto remove = [access = call.access, id = *id](Store& store) {
    return store.remove_alert_channel(id, access.sight, access.name);
  };
  const auto outcome = co_await service->context->pool.run(std::move(remove));
  if (outcome != Outcome::done) co_return to_response(not_found());
  co_return empty_response(204);
}

constexpr Route routes[] = {
    {"GET", "/v1/alerts", Route::Door::token, list_alerts},
    {"GET", "/v1/alert-channels", Route::Door::token, list_channels},
    {"POST", "/v1/alert-channels", Route::Door::token, create_channel},
    {"DELETE", "/v1/alert-channels/{id}", Route::Door::token, remove_channel},
};

}  // namespace

std::span<const Route> alert_routes() {
  return routes;
}

}  // namespace adfill
