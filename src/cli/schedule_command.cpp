// adfill schedule and adfill sync: when accounts are collected again, and collecting them now.
#include "api/json_output.h"
#include "arguments.h"
#include "command_line.h"
#include "core/cron.h"
#include "core/cron_words.h"
#include "core/time_zone.h"
#include "job_watch.h"
#include "process.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr int most_due_times = 1'000'000;

struct NextArguments {
  std::string cron;
  std::string zone = "UTC";
  std::string from;
  std::string until;
  int count = 5;
};

Instant time_argument(const std::string& text, const std::string& named) {
  const auto time = parse_rfc3339(text);
  if (!time) throw UsageError(named + " must be a time such as 2026-03-01T00:00:00Z.");
  return *time;
}

CronSchedule cron_argument(const std::string& text) {
  auto schedule = CronSchedule::parse(text);
  if (!schedule) throw UsageError("--cron: " + schedule.error() + ".");
  return *schedule;
}

void check_zone_argument(const std::string& text) {
  if (!is_time_zone(text)) throw UsageError("--zone must be a name such as Asia/Seoul.");
}

// What a cron expression means, without a database.
int next(const CommandLine& line, const NextArguments& given) {
  const auto schedule = cron_argument(given.cron);
  check_zone_argument(given.zone);
  auto from = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  if (!given.from.empty()) from = time_argument(given.from, "--from");
  std::optional<Instant> until;
  if (!given.until.empty()) until = time_argument(given.until, "--until");
  json::array times;
  for (int index = 0; index < (until ? most_due_times : given.count); ++index) {
    from = schedule.next_after(from, given.zone);
    if (until && from > *until) break;
    times.emplace_back(to_rfc3339(from));
  }
  const auto words = in_words(schedule, Language::english);
  if (line.json) {
    json::object body;
    body["cron"] = schedule.text();
    body["time_zone"] = given.zone;
    body["in_words"] = words;
    body["due"] = std::move(times);
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::cout << schedule.text() << ", " << given.zone << ": " << words << '\n';
  for (const auto& time : times) std::cout << time.as_string() << '\n';
  return 0;
}

std::vector<ScheduleRecord> all_schedules(Store& store, std::optional<IntegrationId> integration) {
  std::vector<ScheduleRecord> all;
  ScheduleFilter filter;
  filter.integration = integration;
  filter.limit = 200;
  while (true) {
    const auto page = store.schedules(filter);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(filter.limit)) return all;
    filter.after = page.back().id;
  }
}

void print_schedules(const std::vector<ScheduleRecord>& schedules) {
  if (schedules.empty()) {
    std::cout << "No schedules: there is no ad account yet. adfill integration add makes both.\n";
    return;
  }
  std::vector<TableRow> rows{{"SCHEDULE", "INTEGRATION", "TYPE", "CRON", "TIME ZONE", "NEXT DUE", "LAST DUE", "WORDS"}};
  for (const auto& schedule : schedules) {
    const auto cron = CronSchedule::parse(schedule.cron);
    rows.push_back({schedule.id.to_string(), schedule.integration.to_string(), std::string(to_string(schedule.type)),
                    schedule.cron, schedule.time_zone, schedule.paused ? "paused" : to_rfc3339(schedule.next_due_at),
                    schedule.last_due_at ? to_rfc3339(*schedule.last_due_at) : "never",
                    cron ? in_words(*cron, Language::english) : "no cron expression"});
  }
  std::cout << table_text(rows, {});
}

std::optional<IntegrationId> integration_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return id_argument<IntegrationId>(text, "--integration");
}

int list(const CommandLine& line, const std::string& integration) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = integration_of(integration);
  Process process(std::move(settings), Database::must_exist);
  if (id) require_integration(process.store(), *id);
  const auto schedules = all_schedules(process.store(), id);
  if (!line.json) {
    print_schedules(schedules);
    return 0;
  }
  json::object body;
  json::array array;
  for (const auto& schedule : schedules) array.push_back(to_json(schedule));
  body["schedules"] = std::move(array);
  body["next_cursor"] = nullptr;
  std::cout << json::serialize(body) << '\n';
  return 0;
}

struct UpdateArguments {
  std::string id;
  std::string cron;
  std::string zone;
  bool pause = false;
  bool resume = false;
};

int update(const CommandLine& line, const UpdateArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<ScheduleId>(given.id, "The schedule");
  ScheduleChange change;
  if (!given.cron.empty()) change.cron = cron_argument(given.cron).text();
  if (!given.zone.empty()) {
    check_zone_argument(given.zone);
    change.time_zone = given.zone;
  }
  if (given.pause || given.resume) change.paused = given.pause;
  if (!change.cron && !change.time_zone && !change.paused) {
    throw UsageError("Say what is to change: --cron, --zone, --pause or --resume.");
  }
  Process process(std::move(settings), Database::must_exist);
  const auto changed = run_on(process.loop(), process.scheduler().change(id, std::move(change), "cli"));
  if (!changed) throw CommandError(words_of(changed.error()));
  if (line.json) {
    std::cout << json::serialize(to_json(*changed)) << '\n';
  } else {
    print_schedules({*changed});
  }
  return 0;
}

// The daily jobs of these schedules, now.
int run_schedules(const CommandLine& line, Process& process, const std::vector<ScheduleRecord>& schedules, bool wait) {
  EnqueuedJobs queued;
  for (const auto& schedule : schedules) {
    const auto made = run_on(process.loop(), process.scheduler().run_now(schedule.id, "cli"));
    if (!made) throw CommandError(words_of(made.error()));
    queued.all_new = queued.all_new && made->all_new;
    queued.jobs.insert(queued.jobs.end(), made->jobs.begin(), made->jobs.end());
  }
  if (!line.json) print_queued(queued);
  if (wait) return wait_and_tell(line, process, queued.jobs, std::nullopt);
  if (!line.json) return 0;
  json::object body;
  json::array jobs;
  for (const auto& job : queued.jobs) jobs.push_back(to_json(job));
  body["jobs"] = std::move(jobs);
  std::cout << json::serialize(body) << '\n';
  return 0;
}

struct RunArguments {
  std::string id;  // of a schedule, or of an integration for sync
  bool wait = false;
};

int run_one(const CommandLine& line, const RunArguments& given) {
  auto settings = line.settings();
  start_logging(settings, given.wait ? "error" : "warn");
  const auto id = id_argument<ScheduleId>(given.id, "The schedule");
  Process process(std::move(settings), Database::must_exist);
  process.check_key();
  const auto schedule = process.store().schedule(id);
  if (!schedule) throw CommandError("There is no such schedule. adfill schedule list shows them.");
  return run_schedules(line, process, {*schedule}, given.wait);
}

int sync(const CommandLine& line, const RunArguments& given) {
  auto settings = line.settings();
  start_logging(settings, given.wait ? "error" : "warn");
  const auto id = integration_of(given.id);
  Process process(std::move(settings), Database::must_exist);
  process.check_key();
  if (id) require_integration(process.store(), *id);
  auto schedules = all_schedules(process.store(), id);
  std::erase_if(schedules, [](const ScheduleRecord& schedule) { return schedule.paused; });
  return run_schedules(line, process, schedules, given.wait);
}

void add_next(CLI::App& schedule, CommandLine& line) {
  auto given = std::make_shared<NextArguments>();
  auto& command = add_command(schedule, "next", "when a cron expression falls due; needs no database",
                              "  adfill schedule next --cron '0 4 * * *' --zone Asia/Seoul\n"
                              "  adfill schedule next --cron '30 2 * * SUN' --zone Europe/Berlin --count 10 --json");
  add_json_flag(command, line);
  command.add_option("--cron", given->cron, "minute, hour, day of month, month, day of week")->required();
  command.add_option("--zone", given->zone, "the time zone it is meant in")->capture_default_str();
  command.add_option("--from", given->from, "due times after it; now when left out");
  command.add_option("--until", given->until, "all due times until then");
  command.add_option("--count", given->count, "how many due times")
      ->capture_default_str()
      ->check(CLI::Range(1, most_due_times))
      ->excludes("--until");
  command.callback([&line, given] { line.chosen = [&line, given] { return next(line, *given); }; });
}

void add_list_and_update(CLI::App& schedule, CommandLine& line) {
  auto integration = std::make_shared<std::string>();
  auto& list_command =
      add_command(schedule, "list", "all schedules, with their next due time", "  adfill schedule list");
  add_setting_flags(list_command, line.flags, FlagSet::database);
  add_json_flag(list_command, line);
  list_command.add_option("--integration", *integration, "those of this ad account only");
  list_command.callback(
      [&line, integration] { line.chosen = [&line, integration] { return list(line, *integration); }; });

  auto given = std::make_shared<UpdateArguments>();
  auto& command = add_command(schedule, "update", "change when it is due, pause it or resume it",
                              "  adfill schedule update ID --cron '0 6 * * MON-FRI'\n"
                              "  adfill schedule update ID --pause");
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.add_option("id", given->id, "the schedule")->required();
  command.add_option("--cron", given->cron, "minute, hour, day of month, month, day of week");
  command.add_option("--zone", given->zone, "the time zone it is meant in");
  auto* pause = command.add_flag("--pause", given->pause, "no longer due");
  command.add_flag("--resume", given->resume, "due again from now on")->excludes(pause);
  command.callback([&line, given] { line.chosen = [&line, given] { return update(line, *given); }; });
}

void add_run(CLI::App& schedule, CommandLine& line) {
  auto given = std::make_shared<RunArguments>();
  auto& command = add_command(schedule, "run", "its daily job now, with all of the restatement window",
                              "  adfill schedule run ID --wait");
  add_setting_flags(command, line.flags, FlagSet::work);
  add_json_flag(command, line);
  command.add_option("id", given->id, "the schedule")->required();
  command.add_flag("--wait", given->wait, "stay until it is collected; works itself where no other process does");
  command.callback([&line, given] { line.chosen = [&line, given] { return run_one(line, *given); }; });
}

}  // namespace

void add_schedule_commands(CLI::App& app, CommandLine& line) {
  auto& schedule = add_command(app, "schedule", "when accounts are collected again by themselves",
                               "  adfill schedule list\n"
                               "  adfill schedule next --cron '0 4 * * *' --zone Asia/Seoul");
  schedule.require_subcommand(1);
  add_list_and_update(schedule, line);
  add_run(schedule, line);
  add_next(schedule, line);

  auto given = std::make_shared<RunArguments>();
  auto& command = add_command(app, "sync", "the daily collection now: yesterday, what may be restated, what is missing",
                              "  adfill sync\n  adfill sync --integration ID --wait");
  add_setting_flags(command, line.flags, FlagSet::work);
  add_json_flag(command, line);
  command.add_option("--integration", given->id, "this ad account only");
  command.add_flag("--wait", given->wait, "stay until it is collected; works itself where no other process does");
  command.callback([&line, given] { line.chosen = [&line, given] { return sync(line, *given); }; });
}

}  // namespace adfill
