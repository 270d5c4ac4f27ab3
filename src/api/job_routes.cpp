// Jobs and their chunks: reading, trying again, cancelling.
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "api/visible.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

// What of the jobs the query asks for, except where the page begins; faults stay in the reader.
JobFilter read_filter(QueryReader& query) {
  JobFilter filter;
  if (const auto integration = query.uuid("integration_id")) filter.integration = IntegrationId{*integration};
  filter.status = query.word<JobStatus>("status", "pending, running, completed, partial, failed, cancelled");
  filter.mode = query.word<JobMode>("mode", "initial, daily, manual");
  filter.type = query.word<CollectionType>("type", "ads, demographics, creatives");
  filter.search = query.search();
  return filter;
}

// False: the filter names an integration that is not there for this token.
asio::awaitable<bool> may_filter(std::shared_ptr<Service> service, Access access, JobFilter filter) {
  if (!filter.integration) co_return true;
  const auto seen = co_await visible_integration(service, access, filter.integration->to_string());
  co_return seen.has_value();
}

asio::awaitable<HttpResponse> list_jobs(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  auto filter = read_filter(query);
  const int limit = query.limit();
  if (const auto after = query.cursor(ListOf::jobs)) filter.after = JobId{*after};
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const bool seen = co_await may_filter(service, call.access, filter);
  if (!seen) co_return to_response(not_found());
  filter.sight = call.access.sight;
  filter.limit = limit + 1;  // one more tells whether there is a next page

  auto read = [filter](Store& store) { return store.jobs(filter); };
  auto jobs = co_await service->context->pool.run(std::move(read));
  const bool more = jobs.size() > static_cast<std::size_t>(limit);
  if (more) jobs.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& job : jobs) list.push_back(to_json(job));
  body["jobs"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_cursor(ListOf::jobs, jobs.back().id.uuid)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> with_chunks(std::shared_ptr<Service> service, JobId id) {
  auto read = [id](Store& store) {
    auto job = store.job(id);
    auto chunks = job ? store.chunks(id) : std::vector<ChunkRecord>();
    return std::make_pair(std::move(job), std::move(chunks));
  };
  const auto found = co_await service->context->pool.run(std::move(read));
  if (!found.first) co_return to_response(not_found());
  co_return json_response(200, to_json(*found.first, found.second));
}

asio::awaitable<HttpResponse> get_job(std::shared_ptr<Service> service, ApiCall call) {
  const auto found = co_await visible_job(service, call.access, call.ids[0]);
  if (!found) co_return to_response(not_found());
  co_return co_await with_chunks(service, found->job.id);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object given_up_json(const GivenUpSlice& slice) {
  json::object object;
  object["start_date"] = slice.range.since.to_string();
  object["end_date"] = slice.range.until.to_string();
  object["part"] = slice.part;
  object["given_up_at"] = to_rfc3339(slice.at);
  object["seconds"] = std::chrono::round<std::chrono::seconds>(slice.took).count();
  object["next_days"] = slice.next_days;
  object["next_part"] = slice.next_part;
  object["message"] = slice.message;
  object["trace_id"] = text_or_null(slice.trace_id);
  return object;
}

json::object attempt_json(const AttemptRecord& attempt) {
  json::object object;
  object["chunk_id"] = attempt.chunk.to_string();
  object["started_at"] = to_rfc3339(attempt.started_at);
  object["ended_at"] = to_json(attempt.ended_at);
  object["outcome"] = text_or_null(attempt.outcome);
  object["failure_kind"] = text_or_null(attempt.failure_kind);
  object["failure_code"] = text_or_null(attempt.failure_code);
  object["message"] = text_or_null(attempt.message);
  object["trace_id"] = text_or_null(attempt.trace_id);
  object["slices_given_up"] = attempt.slices_given_up;
  json::array given_up;
  for (const auto& slice : attempt.given_up) given_up.push_back(given_up_json(slice));
  object["given_up"] = std::move(given_up);
  return object;
}

asio::awaitable<HttpResponse> list_attempts(std::shared_ptr<Service> service, ApiCall call) {
  const auto found = co_await visible_job(service, call.access, call.ids[0]);
  if (!found) co_return to_response(not_found());
  auto read = [id = found->job.id](Store& store) { return store.attempts(id); };
  const auto attempts = co_await service->context->pool.run(std::move(read));
  json::object body;
  json::array list;
  for (const auto& attempt : attempts) list.push_back(attempt_json(attempt));
  body["attempts"] = std::move(list);
  body["next_cursor"] = nullptr;
  co_return json_response(200, body);
}

// Listeners read the job again, and the workers look for what may be claimed.
void tell(const Service& service, JobId job, AdvertiserId advertiser) {
  Event event;
  event.kind = Event::Kind::job;
  event.id = job.to_string();
  event.job = job;
  event.advertiser = advertiser;
  service.context->events.publish(event);
  if (service.context->wake) service.context->wake();
}

std::optional<Problem> problem_of(Outcome outcome, const char* refused) {
  switch (outcome) {
    case Outcome::done:
      return std::nullopt;
    case Outcome::not_found:
      return not_found();
    case Outcome::stale:
    case Outcome::refused:
      return Problem(409, "not_in_this_state", refused);
  }
  return std::nullopt;
}

using StoreVerb = Outcome (Store::*)(JobId, const std::string&);

asio::awaitable<HttpResponse> change_job(std::shared_ptr<Service> service, ApiCall call, StoreVerb verb,
                                         const char* refused) {
  const auto found = co_await visible_job(service, call.access, call.ids[0]);
  if (!found) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  const auto id = found->job.id;
  auto change = [id, verb, who = call.access.name](Store& store) {
    const auto outcome = (store.*verb)(id, who);
    return std::make_pair(outcome, store.job(id));
  };
  const auto changed = co_await service->context->pool.run(std::move(change));
  if (const auto problem = problem_of(changed.first, refused)) co_return to_response(*problem);
  if (!changed.second) co_return to_response(not_found());
  tell(*service, id, found->advertiser);
  co_return json_response(200, to_json(*changed.second));
}

asio::awaitable<HttpResponse> retry_job(std::shared_ptr<Service> service, ApiCall call) {
  co_return co_await change_job(
      std::move(service), std::move(call), &Store::retry_job,
      "None of this job's chunks has failed, or another job of the same range is open and collects it.");
}

asio::awaitable<HttpResponse> cancel_job(std::shared_ptr<Service> service, ApiCall call) {
  co_return co_await change_job(std::move(service), std::move(call), &Store::cancel_job, "This job has ended already.");
}

// The verb for every job that the query's filter finds, those made meanwhile left out: {"changed","refused"}. A page a
// trip to the pool, so that others get their turn.
asio::awaitable<HttpResponse> change_jobs(std::shared_ptr<Service> service, ApiCall call, StoreVerb verb) {
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  QueryReader query(call.request.query);
  auto filter = read_filter(query);
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const bool seen = co_await may_filter(service, call.access, filter);
  if (!seen) co_return to_response(not_found());
  filter.sight = call.access.sight;
  filter.limit = 100;
  std::int64_t changed = 0;
  std::int64_t refused = 0;
  while (true) {
    auto change = [filter, verb, who = call.access.name](Store& store) {
      auto jobs = store.jobs(filter);
      std::vector<VisibleJob> done;
      for (const auto& job : jobs) {
        if ((store.*verb)(job.id, who) != Outcome::done) continue;
        if (const auto integration = store.integration(job.integration)) done.push_back({job, integration->advertiser});
      }
      return std::make_pair(std::move(jobs), std::move(done));
    };
    const auto page = co_await service->context->pool.run(std::move(change));
    changed += static_cast<std::int64_t>(page.second.size());
    refused += static_cast<std::int64_t>(page.first.size() - page.second.size());
    for (const auto& done : page.second) tell(*service, done.job.id, done.advertiser);
    if (page.first.size() < static_cast<std::size_t>(filter.limit)) break;
    filter.after = page.first.back().id;
  }
  json::object body;
  body["changed"] = changed;
  body["refused"] = refused;
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> retry_jobs(std::shared_ptr<Service> service, ApiCall call) {
  co_return co_await change_jobs(std::move(service), std::move(call), &Store::retry_job);
}

asio::awaitable<HttpResponse> cancel_jobs(std::shared_ptr<Service> service, ApiCall call) {
  co_return co_await change_jobs(std::move(service), std::move(call), &Store::cancel_job);
}

asio::awaitable<HttpResponse> retry_chunk(std::shared_ptr<Service> service, ApiCall call) {
  const auto found = co_await visible_chunk(service, call.access, call.ids[0]);
  if (!found) co_return to_response(not_found());
  if (const auto problem = lacks_role(call.access, Role::operator_)) co_return to_response(*problem);
  auto change = [id = found->chunk, who = call.access.name](Store& store) { return store.retry_chunk(id, who); };
  const auto outcome = co_await service->context->pool.run(std::move(change));
  if (const auto problem =
          problem_of(outcome, "This chunk has not failed, or another job of the same range is open and collects it.")) {
    co_return to_response(*problem);
  }
  tell(*service, found->of.job.id, found->of.advertiser);
  co_return co_await with_chunks(service, found->of.job.id);
}

constexpr Route routes[] = {
    {"GET", "/v1/jobs", Route::Door::token, list_jobs},
    {"POST", "/v1/jobs/retry", Route::Door::token, retry_jobs},
    {"POST", "/v1/jobs/cancel", Route::Door::token, cancel_jobs},
    {"GET", "/v1/jobs/{id}", Route::Door::token, get_job},
    {"GET", "/v1/jobs/{id}/attempts", Route::Door::token, list_attempts},
    {"POST", "/v1/jobs/{id}/retry", Route::Door::token, retry_job},
    {"POST", "/v1/jobs/{id}/cancel", Route::Door::token, cancel_job},
    {"POST", "/v1/chunks/{id}/retry", Route::Door::token, retry_chunk},
};

}  // namespace

std::span<const Route> job_routes() {
  return routes;
}

}  // namespace adfill
