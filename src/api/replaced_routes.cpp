// The replaced system's endpoints, for its callers and for its cron jobs' calls. None is needed: workers and schedules
// go by themselves. Unlike there, every call needs a token, and the workers do the work: a call only waits for it.
#include "api/json_output.h"
#include "api/replaced_input.h"
#include "api/scope_output.h"
#include "api/service_parts.h"
#include "api/visible.h"
#include "api/visible_queue.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
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

// 202 for a repeat, too: these callers know no other answer.
asio::awaitable<HttpResponse> initial_collection(std::shared_ptr<Service> service, ApiCall call) {
  auto request = read_replaced_initial(call.request.body);
  if (!request) co_return to_response(request.error());
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  const auto queued =
      co_await service->context->initial_collection.collect(*integration, std::move(request->range), call.access.name);
  if (!queued) co_return to_response(refused(queued.error()));
  co_return json_response(202, requested_json(integration->id, queued->jobs));
}

// Callers and what stands between give up after two minutes or so; the work goes on without them.
constexpr Duration longest_wait = std::chrono::seconds(100);
constexpr Duration first_pause = std::chrono::milliseconds(100);
constexpr Duration longest_pause = std::chrono::seconds(2);

// A job, and the one chunk of it that is waited for, if any.
struct Awaited {
  JobRecord job;
  std::optional<ChunkRecord> chunk{};
};

std::optional<Awaited> look_at(Store& store, JobId id, const std::optional<ChunkId>& wanted) {
  auto job = store.job(id);
  if (!job) return std::nullopt;
  Awaited awaited{std::move(*job)};
  if (!wanted) return awaited;
  for (ChunkRecord& chunk : store.chunks(id)) {
    if (chunk.id == *wanted) awaited.chunk = std::move(chunk);
  }
  return awaited.chunk ? std::optional(std::move(awaited)) : std::nullopt;
}

bool has_ended(const Awaited& awaited) {
  if (!awaited.chunk) return is_final(awaited.job.status);
  return awaited.chunk->status == ChunkStatus::completed || awaited.chunk->status == ChunkStatus::failed;
}

HttpResponse tell_end(const Awaited& awaited) {
  const bool good =
      awaited.chunk ? awaited.chunk->status == ChunkStatus::completed : awaited.job.status == JobStatus::completed;
  if (!good) {
    const std::string& words = awaited.chunk ? awaited.chunk->error_message : awaited.job.error_message;
    return to_response(Problem(502, "not_collected", words.empty() ? "It was cancelled." : words));
  }
  json::object body;
  body["integration_id"] = awaited.job.integration.to_string();
  json::array jobs;
  jobs.push_back(to_json(awaited.job));
  body["jobs"] = std::move(jobs);
  if (awaited.chunk) body["chunk"] = to_json(*awaited.chunk);
  return json_response(200, body);
}

// 200 when it is collected; 502 with the reason when it can't be; 202 when it takes longer than a caller waits.
asio::awaitable<HttpResponse> wait_for(std::shared_ptr<Service> service, JobId job, std::optional<ChunkId> chunk) {
  Clock& clock = service->context->clock;
  const Instant give_up = clock.now() + longest_wait;
  Duration pause = first_pause;
  while (true) {
    auto look = [job, chunk](Store& store) { return look_at(store, job, chunk); };
    const auto awaited = co_await service->context->pool.run(std::move(look));
    if (!awaited) co_return to_response(not_found());
    if (has_ended(*awaited)) co_return tell_end(*awaited);
    const Instant now = clock.now();
    if (now >= give_up) co_return json_response(202, requested_json(awaited->job.integration, {awaited->job}));
    const Instant next = std::min(give_up, now + pause);
    pause = std::min(longest_pause, pause * 2);
    co_await clock.sleep_until(next);
  }
}

// The chunk of that job with these dates: tried again when it has failed, left to the workers while it is open, and
// done when it is completed.
asio::awaitable<HttpResponse> collect_chunk(std::shared_ptr<Service> service, Access access, ReplacedRequest request) {
  const auto found = co_await visible_job(service, access, *request.job);
  if (!found || found->job.integration.to_string() != request.integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(access, Role::operator_)) co_return to_response(*problem);
  const auto id = found->job.id;
  const DayRange days{request.range.since, request.range.until};
  struct Found {
    ChunkId chunk;
    Outcome outcome;
  };
  auto retry = [id, days, who = access.name](Store& store) -> std::optional<Found> {
    const auto chunks = store.chunks(id);
    const auto chunk =
        std::find_if(chunks.begin(), chunks.end(), [&days](const ChunkRecord& one) { return one.range == days; });
    if (chunk == chunks.end()) return std::nullopt;
    const bool again = chunk->status == ChunkStatus::failed;
    return Found{chunk->id, again ? store.retry_chunk(chunk->id, who) : Outcome::done};
  };
  std::optional<Found> chunk;
  if (found->job.type == request.range.types.front()) {
    chunk = co_await service->context->pool.run(std::move(retry));
  }
  if (!chunk) co_return to_response(invalid_field("job_id", "has no chunk of this type with these dates"));
  if (chunk->outcome != Outcome::done) {
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
  co_return co_await wait_for(std::move(service), id, chunk->chunk);
}

asio::awaitable<HttpResponse> collect_ad_data(std::shared_ptr<Service> service, ApiCall call) {
  auto request = read_replaced_chunk(call.request.body);
  if (!request) co_return to_response(request.error());
  if (request->job) co_return co_await collect_chunk(std::move(service), call.access, std::move(*request));
  const auto integration = co_await visible_integration(service, call.access, request->integration);
  if (!integration) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  const auto queued =
      co_await service->context->initial_collection.collect(*integration, std::move(request->range), call.access.name);
  if (!queued) co_return to_response(refused(queued.error()));
  const JobId job = queued->jobs.front().id;
  co_return co_await wait_for(std::move(service), job, std::nullopt);
}

// They go on by themselves, with the oldest chunk among the first; which one that is, is told.
asio::awaitable<HttpResponse> wake_workers(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  struct Seen {
    QueueRecord queue;
    std::vector<ScopeOutlook> outlooks;
    std::optional<WaitingChunk> oldest;
  };
  auto look = [access = call.access](Store& store) {
    return Seen{visible_queue(store, access), visible_outlooks(store, access), oldest_waiting_chunk(store, access)};
  };
  const auto seen = co_await service->context->pool.run(std::move(look));
  if (service->context->wake) service->context->wake();
  auto body = to_json(seen.queue);
  body["scopes"] = scopes_json(*service->context, call.access, seen.queue, seen.outlooks);
  body["chunk"] = nullptr;
  if (seen.oldest) {
    auto chunk = to_json(seen.oldest->chunk);
    chunk["job_id"] = seen.oldest->job.id.to_string();
    chunk["integration_id"] = seen.oldest->job.integration.to_string();
    body["chunk"] = std::move(chunk);
  }
  co_return json_response(200, body);
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
