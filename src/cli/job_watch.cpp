#include "job_watch.h"

#include "api/json_output.h"
#include "collect/task_group.h"
#include "progress.h"
#include "server.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr Duration look_every = std::chrono::milliseconds(200);
constexpr int most_refused_looks = 300;  // a minute

struct SeenJobs {
  std::vector<JobRecord> jobs{};
  std::vector<JobProgress> progress{};
  std::vector<ThrottledScope> throttled{};  // what these jobs wait for
};

// The platform as a whole, the job's account, or what accounts share.
bool concerns(const std::string& scope, const JobRecord& job) {
  const std::string source(to_string(job.source));
  if (scope == source) return true;
  if (!scope.starts_with(source + ":")) return false;
  return !scope.contains(":account:") || scope.ends_with(":" + job.account_id);
}

SeenJobs look_at(Store& store, const std::vector<JobId>& ids) {
  SeenJobs seen;
  for (const auto& id : ids) {
    auto job = store.job(id);
    if (!job) continue;  // its integration was removed meanwhile
    JobProgress progress;
    progress.name = to_string(job->type);
    progress.status = to_string(job->status);
    progress.chunks_total = job->chunks_total;
    progress.chunks_completed = job->chunks_completed;
    progress.chunks_failed = job->chunks_failed;
    progress.rows = job->rows;
    if (job->type != CollectionType::creatives) {
      for (const auto& chunk : store.chunks(id)) {
        progress.days_total += chunk.range.length();
        progress.days_done += chunk.days_done;
      }
    }
    seen.progress.push_back(std::move(progress));
    seen.jobs.push_back(std::move(*job));
  }
  for (auto& scope : store.closed_scopes()) {
    const auto waits = [&](const JobRecord& job) { return !is_final(job.status) && concerns(scope.scope, job); };
    if (std::ranges::any_of(seen.jobs, waits)) seen.throttled.push_back(std::move(scope));
  }
  return seen;
}

bool all_final(const std::vector<JobRecord>& jobs) {
  return std::all_of(jobs.begin(), jobs.end(), [](const JobRecord& job) { return is_final(job.status); });
}

asio::awaitable<void> note_signal(bool& asked_to_end) {
  co_await wait_for_signal();
  asked_to_end = true;
}

// Watches until the jobs are final or a signal came. A store that refuses is asked again at the next look, for a
// minute; then throws StoreUnavailable.
asio::awaitable<std::vector<JobRecord>> watch_jobs(Process& process, std::vector<JobId> ids, ProgressView& view,
                                                   bool& asked_to_end) {
  SeenJobs seen;
  int refused = 0;
  std::map<std::string, Instant> told;
  while (true) {
    try {
      auto look = [ids](Store& store) { return look_at(store, ids); };
      seen = co_await process.pool().run(std::move(look));
      refused = 0;
      for (const auto& scope : seen.throttled) {
        if (std::exchange(told[scope.scope], scope.until) != scope.until)
          view.note("Throttled: " + scope.scope + " until " + to_rfc3339(scope.until) + ": " + scope.reason);
      }
      view.show(seen.progress);
      if (all_final(seen.jobs)) break;
    } catch (const StoreUnavailable&) {
      if (++refused >= most_refused_looks) throw;
    }
    if (asked_to_end) break;
    co_await process.clock().sleep_until(process.clock().now() + look_every);
  }
  co_return std::move(seen.jobs);
}

// The jobs as they were at the end; their work goes on elsewhere, or later, when a signal came first.
asio::awaitable<std::vector<JobRecord>> wait_for_jobs(Process& process, std::vector<JobId> ids, ProgressView& view) {
  TaskGroup tasks(process.loop().get_executor());
  auto& worker = process.worker();
  bool asked_to_end = false;
  tasks.spawn(worker.run());
  const auto signal = tasks.spawn(note_signal(asked_to_end));
  std::vector<JobRecord> jobs;
  std::exception_ptr problem;
  try {
    jobs = co_await watch_jobs(process, std::move(ids), view, asked_to_end);
  } catch (...) {
    problem = std::current_exception();
  }
  if (asked_to_end) view.note("Stopped. What is not collected stays queued.");
  worker.stop();
  tasks.cancel(signal);
  co_await tasks.join();
  if (problem) std::rethrow_exception(problem);
  co_return jobs;
}

int finish(const CommandLine& line, const std::vector<JobRecord>& jobs, std::optional<IntegrationId> integration) {
  if (line.json) {
    json::object body;
    if (integration) body["integration_id"] = integration->to_string();
    json::array list;
    for (const auto& job : jobs) list.push_back(to_json(job));
    body["jobs"] = std::move(list);
    std::cout << json::serialize(body) << '\n';
  }
  for (const auto& job : jobs) {
    if (!line.json && !job.error_message.empty()) std::cerr << to_string(job.type) << ": " << job.error_message << '\n';
  }
  const bool complete =
      std::all_of(jobs.begin(), jobs.end(), [](const JobRecord& job) { return job.status == JobStatus::completed; });
  return complete ? 0 : 1;
}

}  // namespace

void print_queued(const EnqueuedJobs& queued) {
  for (const auto& job : queued.jobs) {
    std::cout << "Job " << job.id.to_string() << ": " << to_string(job.type) << ", " << job.chunks_total << " chunks, "
              << to_string(job.status) << '\n';
  }
  if (!queued.all_new) std::cout << "What was requested before and is not done yet was not requested again.\n";
  std::cout.flush();
}

int wait_and_tell(const CommandLine& line, Process& process, const std::vector<JobRecord>& queued,
                  std::optional<IntegrationId> integration) {
  std::vector<JobId> ids;
  ids.reserve(queued.size());
  for (const auto& job : queued) ids.push_back(job.id);
  ProgressView view(line.json ? STDERR_FILENO : STDOUT_FILENO);
  const auto jobs = run_on(process.loop(), wait_for_jobs(process, std::move(ids), view));
  return finish(line, jobs, integration);
}

}  // namespace adfill
