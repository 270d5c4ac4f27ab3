// Running adfill: the queue, events, the audit log, health and metrics.
#include "api/event_stream.h"
#include "api/json_output.h"
#include "api/metrics.h"
#include "api/query_input.h"
#include "api/scope_output.h"
#include "api/service_parts.h"
#include "api/visible_queue.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr Duration counts_life = std::chrono::seconds(1);

HttpResponse text_response(std::string_view type, std::string body) {
  HttpResponse response;
  response.headers.emplace_back("content-type", type);
  response.headers.emplace_back("cache-control", "no-store");
  response.body = std::move(body);
  return response;
}

asio::awaitable<HttpResponse> get_queue(std::shared_ptr<Service> service, ApiCall call) {
  using Seen = std::pair<QueueRecord, std::vector<ScopeOutlook>>;
  auto read = [access = call.access](Store& store) {
    return Seen(visible_queue(store, access), visible_outlooks(store, access));
  };
  const auto seen = co_await service->context->pool.run(std::move(read));
  auto body = to_json(seen.first);
  body["scopes"] = scopes_json(*service->context, call.access, seen.first, seen.second);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> list_audit(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::admin)) co_return to_response(*problem);
  // The log names every advertiser's things.
  if (call.access.sight) co_return to_response(forbidden("The audit log is for admins who may see every advertiser."));
  QueryReader query(call.request.query);
  const int limit = query.limit();
  const auto cursor = query.text("cursor");
  const auto after = cursor ? read_audit_cursor(*cursor) : std::nullopt;
  if (cursor && !after) query.refuse("cursor", "must be the next_cursor of an answer of this list");
  if (const auto problem = query.problem()) co_return to_response(*problem);
  auto read = [after, limit](Store& store) {
    return store.audit(after, limit + 1);
  };  // one more: is there a next page?
  auto entries = co_await service->context->pool.run(std::move(read));
  const bool more = entries.size() > static_cast<std::size_t>(limit);
  if (more) entries.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& entry : entries) list.push_back(to_json(entry));
  body["audit"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_audit_cursor(entries.back().id)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> stream_events(std::shared_ptr<Service> service, ApiCall call) {
  HttpResponse response;
  response.headers.emplace_back("content-type", "text/event-stream");
  response.headers.emplace_back("cache-control", "no-store");
  response.headers.emplace_back("x-accel-buffering", "no");  // nginx would hold events back
  response.stream = std::make_shared<EventStream>(std::move(service), std::move(call.access));
  co_return response;
}

asio::awaitable<HttpResponse> get_health(std::shared_ptr<Service>, ApiCall) {
  co_return text_response("text/plain; charset=utf-8", "alive\n");
}

asio::awaitable<HttpResponse> get_readiness(std::shared_ptr<Service> service, ApiCall) {
  auto read = [](Store& store) { return store.has_tokens(); };
  (void)co_await service->context->pool.run(std::move(read));  // StoreUnavailable becomes the 503
  co_return text_response("text/plain; charset=utf-8", "ready\n");
}

// Counted once a second: the route is open, and counting reads the whole queue's index. nullopt: the store refuses.
asio::awaitable<std::optional<QueueRecord>> recent_queue(std::shared_ptr<Service> service) {
  auto& counts = service->counts;
  const auto now = service->context->clock.now();
  const bool recent = now >= counts.counted_at && now - counts.counted_at < counts_life;
  if (recent && counts.queue) co_return counts.queue;
  counts.counted_at = now;  // who asks while it is counted gets the last one
  try {
    auto read = [](Store& store) { return store.queue(); };
    counts.queue = co_await service->context->pool.run(std::move(read));
  } catch (const StoreUnavailable&) {
    counts.queue.reset();
  }
  co_return counts.queue;
}

asio::awaitable<HttpResponse> get_metrics(std::shared_ptr<Service> service, ApiCall) {
  const auto queue = co_await recent_queue(service);
  co_return text_response("text/plain; version=0.0.4; charset=utf-8", metrics_text(*service->context, queue));
}

constexpr Route routes[] = {
    {"GET", "/v1/queue", Route::Door::token, get_queue},
    {"GET", "/v1/audit", Route::Door::token, list_audit},
    {"GET", "/v1/events", Route::Door::token, stream_events},
};

constexpr Route open_routes[] = {
    {"GET", "/healthz", Route::Door::open, get_health},
    {"GET", "/readyz", Route::Door::open, get_readiness},
    {"GET", "/metrics", Route::Door::open, get_metrics},
};

}  // namespace

std::span<const Route> operation_routes() {
  return routes;
}

std::span<const Route> health_routes() {
  return open_routes;
}

}  // namespace adfill
