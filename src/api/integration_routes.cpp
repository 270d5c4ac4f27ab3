// Integrations: adding, reading, changing, removing, and requesting a range.
#include "api/estimate_output.h"
#include "api/integration_input.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "api/visible.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

asio::awaitable<HttpResponse> list_integrations(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  auto filter = read_integration_filter(query);
  const int limit = query.limit();
  if (const auto problem = query.problem()) co_return to_response(*problem);
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page

  auto read = [filter](Store& store) { return store.integrations(filter); };
  auto found = co_await service->context->pool.run(std::move(read));
  const bool more = found.size() > static_cast<std::size_t>(limit);
  if (more) found.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& integration : found) list.push_back(to_json(integration));
  body["integrations"] = std::move(list);
  body["next_cursor"] =
      more ? json::value(make_cursor(ListOf::integrations, found.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

// A token limited to some advertisers may add accounts to those only.
bool is_own_advertiser(Store& store, const Sight& sight, const std::string& name) {
  const auto own = store.advertiser_names(sight);
  return std::find(own.begin(), own.end(), name) != own.end();
}

Problem wrong_lender(std::string message) {
  std::vector<FieldError> errors{{"credentials_of", std::move(message)}};
  return invalid_fields(std::move(errors));
}

// The credentials of another integration that this token sees; they never leave.
asio::awaitable<std::expected<Credentials, Problem>> borrowed_credentials(std::shared_ptr<Service> service,
                                                                          Access access, std::string id,
                                                                          Source source) {
  const auto lender = co_await visible_integration(service, std::move(access), std::move(id));
  if (!lender || lender->source != source)
    co_return std::unexpected(wrong_lender("is not an integration of this source"));
  auto stored = co_await service->context->initial_collection.stored_credentials(lender->id);
  if (!stored) co_return std::unexpected(wrong_lender("has no credentials that can be opened"));
  co_return std::move(*stored);
}

// What an account is to be added by, from one who may.
asio::awaitable<std::expected<IntegrationRequest, Problem>> new_integration(std::shared_ptr<Service> service,
                                                                            ApiCall call) {
  if (auto problem = lacks_role(call.access, Role::operator_)) co_return std::unexpected(std::move(*problem));
  auto input = read_new_integration(call.request.body);
  if (!input) co_return std::unexpected(std::move(input.error()));
  IntegrationRequest request = std::move(input->request);
  if (call.access.sight) {
    auto look = [sight = call.access.sight, name = request.advertiser](Store& store) {
      return is_own_advertiser(store, sight, name);
    };
    const bool own = co_await service->context->pool.run(std::move(look));
    if (!own) co_return std::unexpected(forbidden("This token may add accounts to its own advertisers only."));
  }
  if (input->credentials_of) {
    auto borrowed = co_await borrowed_credentials(service, call.access, *input->credentials_of, request.source);
    if (!borrowed) co_return std::unexpected(std::move(borrowed.error()));
    request.credentials = std::move(*borrowed);
  }
  co_return request;
}

asio::awaitable<HttpResponse> estimate_integration(std::shared_ptr<Service> service, ApiCall call) {
  auto request = co_await new_integration(service, std::move(call));
  if (!request) co_return to_response(request.error());
  if (!request->initial) {
    std::vector<FieldError> errors{{"initial", "is missing: only a range has a price"}};
    co_return to_response(invalid_fields(std::move(errors)));
  }
  const auto estimated = co_await service->context->initial_collection.estimate(std::move(*request));
  if (!estimated) co_return to_response(refused_by_collect(estimated.error()));
  co_return json_response(200, to_json(*estimated));
}

asio::awaitable<HttpResponse> add_integration(std::shared_ptr<Service> service, ApiCall call) {
  auto request = co_await new_integration(service, call);
  if (!request) co_return to_response(request.error());
  const bool later = !request->initial;
  const auto added = co_await service->context->initial_collection.add(std::move(*request), call.access.name);
  if (!added) co_return to_response(refused_by_collect(added.error()));
  co_return json_response(later ? 201 : 202, requested_json(added->id, added->jobs));
}

// Which of a source's accounts are there already, for eyes that see no further than `sight`.
std::map<std::string, IntegrationId> known_accounts(Store& store, const Sight& sight, Source source) {
  std::map<std::string, IntegrationId> known;
  IntegrationFilter filter;
  filter.sight = sight;
  filter.limit = 200;
  while (true) {
    const auto page = store.integrations(filter);
    for (const auto& one : page) {
      if (one.source == source) known.emplace(one.account_id, one.id);
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) return known;
    filter.after = page.back().id;
  }
}

// Many accounts from one paste of credentials: what the platform lists, and which of it is an integration already.
asio::awaitable<HttpResponse> list_accounts(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto request = read_accounts_request(call.request.body);
  if (!request) co_return to_response(request.error());
  const auto source = request->source;
  const auto listed = co_await service->context->initial_collection.accounts(source, std::move(request->credentials));
  if (!listed) co_return to_response(refused_by_collect(listed.error()));
  auto look = [sight = call.access.sight, source](Store& store) { return known_accounts(store, sight, source); };
  const auto known = co_await service->context->pool.run(std::move(look));
  json::array list;
  for (const auto& account : *listed) {
    const auto there = known.find(account.account_id);
    json::object entry;
    entry["account_id"] = account.account_id;
    entry["name"] = account.name;
    entry["currency"] = account.currency;
    entry["time_zone"] = account.time_zone;
    entry["status"] = account.status;
    entry["integration_id"] = there == known.end() ? json::value(nullptr) : json::value(there->second.to_string());
    list.push_back(std::move(entry));
  }
  json::object body;
  body["accounts"] = std::move(list);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> get_integration(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await visible_integration(service, call.access, call.ids[0]);
  if (!integration) co_return to_response(not_found());
  co_return json_response(200, to_json(*integration));
}

void tell(const Service& service, const IntegrationRecord& integration) {
  Event event;
  event.kind = Event::Kind::integration;
  event.id = integration.id.to_string();
  event.advertiser = integration.advertiser;
  service.context->events.publish(event);
  if (service.context->wake) service.context->wake();
}

asio::awaitable<HttpResponse> change_integration(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await visible_integration(service, call.access, call.ids[0]);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto change = read_integration_change(call.request.body);
  if (!change) co_return to_response(change.error());
  const auto id = integration->id;
  // What may be refused goes first: then nothing has changed.
  if (change->attribution) {
    const auto set = co_await service->context->initial_collection.set_attribution(id, std::move(*change->attribution),
                                                                                   call.access.name);
    if (!set) co_return to_response(refused_by_collect(set.error()));
  }
  if (change->credentials) {
    const auto replaced = co_await service->context->initial_collection.replace_credentials(
        id, std::move(*change->credentials), call.access.name);
    if (!replaced) co_return to_response(refused_by_collect(replaced.error()));
  }
  auto apply = [id, paused = change->paused, keep = change->keep_thumbnails, who = call.access.name](Store& store) {
    if (keep) (void)store.set_keep_thumbnails(id, *keep, who);
    if (paused) (void)store.pause(id, *paused, who);
    return store.integration(id);
  };
  const auto now = co_await service->context->pool.run(std::move(apply));
  if (!now) co_return to_response(not_found());
  tell(*service, *now);
  co_return json_response(200, to_json(*now));
}

asio::awaitable<HttpResponse> remove_integration(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await visible_integration(service, call.access, call.ids[0]);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  QueryReader query(call.request.query);
  const bool purge = query.flag("purge");
  if (const auto problem = query.problem()) co_return to_response(*problem);
  auto remove = [id = integration->id, purge, who = call.access.name](Store& store) {
    return store.remove_integration(id, purge, who);
  };
  const auto outcome = co_await service->context->pool.run(std::move(remove));
  if (outcome != Outcome::done) co_return to_response(not_found());
  tell(*service, *integration);
  co_return empty_response(204);
}

asio::awaitable<HttpResponse> request_collection(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await named_integration(service, call);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto range = read_range_request(call.request.body);
  if (!range) co_return to_response(range.error());
  const auto queued =
      co_await service->context->initial_collection.collect(*integration, std::move(*range), call.access.name);
  if (!queued) co_return to_response(refused_by_collect(queued.error()));
  co_return json_response(queued->any_new ? 202 : 200, requested_json(integration->id, queued->jobs));
}

// With the account's own credentials, so it is for those who may start it.
asio::awaitable<HttpResponse> estimate_collection(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await visible_integration(service, call.access, call.ids[0]);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto range = read_range_request(call.request.body);
  if (!range) co_return to_response(range.error());
  const auto estimated = co_await service->context->initial_collection.estimate(integration->id, std::move(*range));
  if (!estimated) co_return to_response(refused_by_collect(estimated.error()));
  co_return json_response(200, to_json(*estimated));
}

constexpr Route routes[] = {
    {"GET", "/v1/integrations", Route::Door::token, list_integrations},
    {"POST", "/v1/integrations", Route::Door::token, add_integration},
    {"POST", "/v1/integrations/estimate", Route::Door::token, estimate_integration},
    {"POST", "/v1/integrations/accounts", Route::Door::token, list_accounts},
    {"GET", "/v1/integrations/{id}", Route::Door::token, get_integration},
    {"PATCH", "/v1/integrations/{id}", Route::Door::token, change_integration},
    {"DELETE", "/v1/integrations/{id}", Route::Door::token, remove_integration},
    {"POST", "/v1/integrations/{id}/initial-collection", Route::Door::token, request_collection, true},
    {"POST", "/v1/integrations/{id}/estimate", Route::Door::token, estimate_collection},
};

}  // namespace

std::span<const Route> integration_routes() {
  return routes;
}

}  // namespace adfill
