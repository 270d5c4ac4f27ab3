// Accounts that stored credentials can see and nobody has added: offered, or dismissed. For those who may add them.
#include "api/integration_input.h"
#include "api/json_output.h"
#include "api/service_parts.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

json::object to_json(const AccountOffer& offer) {
  json::object object;
  object["source"] = to_string(offer.source);
  object["account_id"] = offer.account.account_id;
  object["name"] = offer.account.name;
  object["currency"] = offer.account.currency;
  object["time_zone"] = offer.account.time_zone;
  object["status"] = offer.account.status;
  object["advertiser"] = offer.advertiser_name;
  object["credentials_of"] = offer.through.to_string();
  object["found_at"] = to_rfc3339(offer.found_at);
  return object;
}

asio::awaitable<HttpResponse> list_offers(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto read = [sight = call.access.sight](Store& store) { return store.account_offers(sight); };
  const auto offers = co_await service->context->pool.run(std::move(read));
  json::array list;
  for (const auto& offer : offers) list.push_back(to_json(offer));
  json::object body;
  body["offers"] = std::move(list);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> dismiss_offer(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto name = read_offer_name(call.request.body);
  if (!name) co_return to_response(name.error());
  auto dismiss = [name = std::move(*name), sight = call.access.sight, who = call.access.name](Store& store) {
    return store.dismiss_offer(name.source, name.account_id, sight, who);
  };
  const auto outcome = co_await service->context->pool.run(std::move(dismiss));
  if (outcome != Outcome::done) co_return to_response(not_found());
  co_return empty_response(204);
}

constexpr Route routes[] = {
    {"GET", "/v1/account-offers", Route::Door::token, list_offers},
    {"POST", "/v1/account-offers/dismiss", Route::Door::token, dismiss_offer},
};

}  // namespace

std::span<const Route> offer_routes() {
  return routes;
}

}  // namespace adfill
