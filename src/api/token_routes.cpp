// API tokens: making, listing, revoking. For admins; one who may see some advertisers only makes, sees and revokes
// tokens that see no others.
#include "api/json_input.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "net/secrets.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <expected>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_word = 40;

struct TokenRequest {
  std::string name;
  Role role = Role::viewer;
  std::optional<std::vector<std::string>> advertisers{};  // nullopt: all
  std::optional<Instant> expires_at{};
};

std::optional<Instant> read_expiry(FieldReader& fields, Instant now) {
  if (fields.null("expires_at")) return std::nullopt;
  const auto text = fields.text("expires_at", Presence::optional, longest_word);
  if (!text) return std::nullopt;
  const auto instant = parse_rfc3339(*text);
  if (!instant) {
    fields.refuse("expires_at", "must be a time such as 2027-01-01T00:00:00Z");
  } else if (*instant <= now) {
    fields.refuse("expires_at", "must lie in the future", "in_past");
  }
  return instant;
}

std::expected<TokenRequest, Problem> read_token_request(std::string_view body, Instant now) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(object.error());
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  TokenRequest request;
  request.name = fields.text("name", Presence::required, longest_name).value_or("");
  if (const auto word = fields.text("role", Presence::required, longest_word)) {
    const auto role = parse<Role>(*word);
    if (!role) fields.refuse("role", "must be one of viewer, operator, admin");
    request.role = role.value_or(Role::viewer);
  }
  // All advertisers have to be asked for.
  if (!fields.null("advertisers")) {
    request.advertisers = fields.texts("advertisers", Presence::required, longest_name);
    if (request.advertisers && request.advertisers->empty())
      fields.refuse("advertisers", "must name at least one, or be null for all", "missing");
  }
  request.expires_at = read_expiry(fields, now);
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return request;
}

asio::awaitable<HttpResponse> create_token(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  auto request = read_token_request(call.request.body, service->context->clock.now());
  if (!request) co_return to_response(request.error());
  const auto token = make_api_token();
  const auto id = ApiTokenId::draw(service->context->random);
  auto add = [access = call.access, given = *request, id,
              hash = hash_api_token(token)](Store& store) -> std::optional<Problem> {
    if (access.sight && !may_give(store.advertiser_names(access.sight), given.advertisers))
      return forbidden("This token may make tokens for its own advertisers only.");
    TokenRecord record;
    record.id = id;
    record.name = given.name;
    record.role = given.role;
    record.expires_at = given.expires_at;
    if (given.advertisers) record.advertisers = store.advertisers_named(*given.advertisers);
    store.add_token(record, hash, access.name);
    return std::nullopt;
  };
  const auto refused = co_await service->context->pool.run(std::move(add));
  if (refused) co_return to_response(*refused);
  json::object body;
  body["id"] = id.to_string();
  body["token"] = token;
  co_return json_response(201, body);
}

asio::awaitable<HttpResponse> list_tokens(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  QueryReader query(call.request.query);
  TokenFilter filter;
  const int limit = query.limit();
  if (const auto after = query.cursor(ListOf::tokens)) filter.after = ApiTokenId{*after};
  if (const auto problem = query.problem()) co_return to_response(*problem);
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page
  auto read = [filter](Store& store) { return store.tokens(filter); };
  auto tokens = co_await service->context->pool.run(std::move(read));
  const bool more = tokens.size() > static_cast<std::size_t>(limit);
  if (more) tokens.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& token : tokens) list.push_back(to_json(token));
  body["tokens"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_cursor(ListOf::tokens, tokens.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> revoke_token(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  const auto id = ApiTokenId::parse(call.ids[0]);
  if (!id) co_return to_response(not_found());
  auto revoke = [access = call.access, id = *id](Store& store) {
    return store.revoke_token(id, access.sight, access.name);
  };
  const auto outcome = co_await service->context->pool.run(std::move(revoke));
  if (outcome == Outcome::refused) {
    co_return to_response(Problem(409, "last_admin",
                                  "This is the last admin token for all advertisers that lives longer than a day: "
                                  "without it nobody could make another. Make a new one first, then revoke this one."));
  }
  if (outcome != Outcome::done) co_return to_response(not_found());
  co_return empty_response(204);
}

constexpr Route routes[] = {
    {"GET", "/v1/tokens", Route::Door::token, list_tokens},
    {"POST", "/v1/tokens", Route::Door::token, create_token},
    {"DELETE", "/v1/tokens/{id}", Route::Door::token, revoke_token},
};

}  // namespace

std::span<const Route> token_routes() {
  return routes;
}

}  // namespace adfill
