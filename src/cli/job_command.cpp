// adfill status, retry and cancel.
#include "api/json_output.h"
#include "arguments.h"
#include "command_line.h"
#include "freshness.h"
#include "process.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

const std::string who = "cli";

struct StatusArguments {
  std::string job;
  std::string integration;
  int limit = 20;
};

void print_queue(const QueueRecord& queue) {
  std::cout << "Chunks: " << queue.pending << " pending, " << queue.processing << " processing, " << queue.completed
            << " completed, " << queue.failed << " failed\n";
  for (const auto& worker : queue.workers) {
    std::cout << "Worker " << worker.host << ", process " << worker.process_id << ": " << worker.chunks
              << " chunks, lease until " << to_rfc3339(worker.lease_until) << '\n';
  }
  for (const auto& scope : queue.throttled) {
    std::cout << "Throttled: " << scope.scope << " until " << to_rfc3339(scope.until) << ": " << scope.reason << '\n';
  }
}

void print_jobs(const std::vector<JobRecord>& jobs) {
  if (jobs.empty()) {
    std::cout << "No jobs yet. adfill backfill requests a range.\n";
    return;
  }
  std::vector<TableRow> rows{
      {"JOB", "ADVERTISER", "ACCOUNT", "MODE", "TYPE", "SINCE", "UNTIL", "STATUS", "CHUNKS", "FAILED", "ROWS"}};
  for (const auto& job : jobs) {
    rows.push_back({job.id.to_string(), job.advertiser_name, job.account_id, std::string(to_string(job.mode)),
                    std::string(to_string(job.type)), job.range.since.to_string(), job.range.until.to_string(),
                    std::string(to_string(job.status)),
                    std::to_string(job.chunks_completed) + "/" + std::to_string(job.chunks_total),
                    std::to_string(job.chunks_failed), grouped(std::to_string(job.rows))});
  }
  std::cout << table_text(rows, {8, 9, 10});
}

int print_job(const CommandLine& line, Store& store, JobId id) {
  const auto job = store.job(id);
  if (!job) throw CommandError("There is no such job. adfill status shows the newest.");
  const auto chunks = store.chunks(id);
  if (line.json) {
    std::cout << json::serialize(to_json(*job, chunks)) << '\n';
    return 0;
  }
  print_jobs({*job});
  std::vector<TableRow> rows{{"INDEX", "CHUNK", "SINCE", "UNTIL", "STATUS", "RETRIES", "DAYS", "ROWS", "ERROR"}};
  for (const auto& chunk : chunks) {
    rows.push_back({std::to_string(chunk.chunk_index), chunk.id.to_string(), chunk.range.since.to_string(),
                    chunk.range.until.to_string(), std::string(to_string(chunk.status)),
                    std::to_string(chunk.retry_count) + "/" + std::to_string(chunk.max_retries),
                    std::to_string(chunk.days_done) + "/" + std::to_string(chunk.range.length()),
                    grouped(std::to_string(chunk.rows)), chunk.error_message});
  }
  std::cout << '\n' << table_text(rows, {0, 5, 6, 7});
  return 0;
}

int status(const CommandLine& line, const StatusArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  JobFilter filter;
  filter.limit = given.limit;
  if (!given.integration.empty()) filter.integration = id_argument<IntegrationId>(given.integration, "--integration");
  Process process(std::move(settings), Database::must_exist);
  auto& store = process.store();
  if (filter.integration) require_integration(store, *filter.integration);
  if (!given.job.empty()) return print_job(line, store, id_argument<JobId>(given.job, "--job"));
  const auto queue = store.queue();
  const auto jobs = store.jobs(filter);
  if (!line.json) {
    print_queue(queue);
    print_freshness(read_freshness(store, filter.integration), store.now());
    print_jobs(jobs);
    return 0;
  }
  json::object body;
  body["queue"] = to_json(queue);
  body["freshness"] = freshness_json(read_freshness(store, filter.integration), store.now());
  json::array list;
  for (const auto& job : jobs) list.push_back(to_json(job));
  body["jobs"] = std::move(list);
  std::cout << json::serialize(body) << '\n';
  return 0;
}

int after_change(const CommandLine& line, Store& store, Outcome outcome, JobId job, const char* refused) {
  if (outcome == Outcome::not_found)
    throw CommandError("There is no such job or chunk. adfill status shows the newest.");
  if (outcome != Outcome::done) throw CommandError(refused);
  const auto record = store.job(job);
  if (!record) throw CommandError("The job was removed meanwhile.");
  if (line.json) {
    std::cout << json::serialize(to_json(*record)) << '\n';
  } else {
    std::cout << "Job " << record->id.to_string() << " is now " << to_string(record->status) << '\n';
  }
  return 0;
}

int retry(const CommandLine& line, const std::string& text) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<JobId>(text, "The job or chunk");
  Process process(std::move(settings), Database::must_exist);
  auto& store = process.store();
  constexpr const char* refused = "Nothing of it has failed, so there is nothing to try again.";
  const ChunkId chunk{id.uuid};
  if (const auto job = store.job_of_chunk(chunk)) {
    return after_change(line, store, store.retry_chunk(chunk, who), *job, refused);
  }
  return after_change(line, store, store.retry_job(id, who), id, refused);
}

int cancel(const CommandLine& line, const std::string& text) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<JobId>(text, "The job");
  Process process(std::move(settings), Database::must_exist);
  auto& store = process.store();
  return after_change(line, store, store.cancel_job(id, who), id, "It has ended already: there is nothing to cancel.");
}

}  // namespace

void add_job_commands(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<StatusArguments>();
  auto& status_command =
      add_command(app, "status", "the queue, how fresh each account is, and the newest jobs; --job shows one",
                  "  adfill status\n  adfill status --job ID --json");
  add_setting_flags(status_command, line.flags, FlagSet::database);
  add_json_flag(status_command, line);
  status_command.add_option("--job", given->job, "one job, with its chunks");
  status_command.add_option("--integration", given->integration, "jobs of this ad account only");
  status_command.add_option("--limit", given->limit, "how many jobs")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  status_command.callback([&line, given] { line.chosen = [&line, given] { return status(line, *given); }; });

  auto id = std::make_shared<std::string>();
  auto& retry_command =
      add_command(app, "retry", "try what failed again: a job's chunks, or one chunk", "  adfill retry ID");
  add_setting_flags(retry_command, line.flags, FlagSet::database);
  add_json_flag(retry_command, line);
  retry_command.add_option("id", *id, "a job or a chunk")->required();
  retry_command.callback([&line, id] { line.chosen = [&line, id] { return retry(line, *id); }; });

  auto& cancel_command = add_command(app, "cancel", "end a job; days that are collected stay", "  adfill cancel ID");
  add_setting_flags(cancel_command, line.flags, FlagSet::database);
  add_json_flag(cancel_command, line);
  cancel_command.add_option("id", *id, "the job")->required();
  cancel_command.callback([&line, id] { line.chosen = [&line, id] { return cancel(line, *id); }; });
}

}  // namespace adfill
