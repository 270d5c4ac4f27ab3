// The replaced system's endpoints, for its callers and for its cron jobs' calls. None is needed: workers and schedules
// go by themselves. Unlike there, every call needs a token, and nothing is collected while the caller waits.
#include "api/json_output.h"
#include "api/replaced_input.h"
#include "api/service_parts.h"
#include "api/visible.h"
#include "api/visible_queue.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

// With the names of these endpoints' fields.
Problem refused(Refusal refusal) {
  if (refusal.field == "since") refusal.field = "start_date";
  if (refusal.field == "until") refusal.field = "end_date";
  if (refusal.field == "types") refusal.field = "collection_type";
  return refused_by_collect(refusal);
}

asio::awaitable<HttpResponse> enqueue(std::shared_ptr<Service> service, IntegrationId integration, RangeRequest range,
                                      std::string who) {
  const auto queued =
      co_await service->context->initial_collection.collect(integration, std::move(range), std::move(who));
  if (!queued) co_return to_response(refused(queued.error()));
  co_return json_response(202, requested_json(integration, queued->jobs));
}

// 202 for a repeat, too: these callers know no other answer.
asio::awaitable<HttpResponse> initial_collection(std::shared_ptr<Service> service, ApiCall call) {
  auto request = read_replaced_initial(call.request.body);
  if (!request) co_return to_response(request.error());
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  co_return co_await enqueue(std::move(service), integration->id, std::move(request->range), call.access.name);
}

// The chunk of that job with these dates: tried again when it has failed, left to the workers while it is open, and
// done when it is completed.
asio::awaitable<HttpResponse> collect_chunk(std::shared_ptr<Service> service, Access access, ReplacedRequest request) {
  const auto found = co_await visible_job(service, access, *request.job);
  if (!found || found->job.integration.to_string() != request.integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(access, Role::operator_)) co_return to_response(*problem);
  const auto id = found->job.id;
  const DayRange days{request.range.since, request.range.until};
  auto retry = [id, days, who = access.name](Store& store) -> std::optional<Outcome> {
    const auto chunks = store.chunks(id);
    const auto chunk =
        std::find_if(chunks.begin(), chunks.end(), [&days](const ChunkRecord& one) { return one.range == days; });
    if (chunk == chunks.end()) return std::nullopt;
    return chunk->status == ChunkStatus::failed ? store.retry_chunk(chunk->id, who) : Outcome::done;
  };
  std::optional<Outcome> outcome;
  if (found->job.type == request.range.types.front()) {
    outcome = co_await service->context->pool.run(std::move(retry));
  }
  if (!outcome) co_return to_response(invalid_field("job_id", "has no chunk of this type with these dates"));
  if (*outcome != Outcome::done) {
    co_return to_response(
        Problem(409, "not_in_this_state", "Another job of the same range is open and collects these days."));
  }
  Event event;
  event.kind = Event::Kind::job;
  event.id = id.to_string();
  event.job = id;
  event.advertiser = found->advertiser;
  service->context->events.publish(event);
  if (service->context->wake) service->context->wake();
  co_return json_response(202, requested_json(found->job.integration, {found->job}));
}

asio::awaitable<HttpResponse> collect_ad_data(std::shared_ptr<Service> service, ApiCall call) {
  auto request = read_replaced_chunk(call.request.body);
  if (!request) co_return to_response(request.error());
  if (request->job) co_return co_await collect_chunk(std::move(service), call.access, std::move(*request));
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  co_return co_await enqueue(std::move(service), integration->id, std::move(request->range), call.access.name);
}

// They go on by themselves.
asio::awaitable<HttpResponse> wake_workers(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  if (service->context->wake) service->context->wake();
  auto look = [access = call.access](Store& store) { return visible_queue(store, access); };
  const auto queue = co_await service->context->pool.run(std::move(look));
  co_return json_response(200, to_json(queue));
}

asio::awaitable<HttpResponse> run_schedules(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  // It runs, and counts, the schedules of every advertiser.
  if (call.access.sight) co_return to_response(forbidden("This is for tokens that may see every advertiser."));
  json::object body;
  body["schedules_run"] = co_await service->context->scheduler.tick();
  co_return json_response(200, body);
}

constexpr Route routes[] = {
    {"POST", "/functions/v1/initial-collection", Route::Door::token, initial_collection},
    {"GET", "/functions/v1/collection-worker", Route::Door::token, wake_workers},
    {"POST", "/functions/v1/collect-ad-data", Route::Door::token, collect_ad_data},
    {"GET", "/functions/v1/scheduler-worker", Route::Door::token, run_schedules},
};

}  // namespace

std::span<const Route> replaced_routes() {
  return routes;
}

}  // namespace adfill
