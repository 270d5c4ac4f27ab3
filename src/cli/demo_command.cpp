// adfill demo: a platform, a server and a user in one process. Two years of one account are requested over the HTTP API
// and compared with what the platform has.
#include "collect/task_group.h"
#include "command_line.h"
#include "core/money.h"
#include "core/time_zone.h"
#include "demo_client.h"
#include "process.h"
#include "progress.h"
#include "server.h"
#include "simulator_server.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr int two_years = 730;
constexpr Duration look_every = std::chrono::milliseconds(150);
const std::string account = "act_1";

struct DemoArguments {
  bool once = false;
  std::uint16_t port = 8080;
};

// A fresh folder that is gone at the end, with all that was made in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "adfill-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw CommandError("No temporary folder can be made: " + pattern + ".");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

SimulatorSettings demo_platform() {
  SimulatorSettings settings;
  settings.days = two_years;
  settings.latency_ms = 20;
  settings.faults = 0.03;
  // Tight enough that a collection meets it, with a window short enough to be waited for.
  settings.quota_calls = 100;
  settings.quota_seconds = 3;
  return settings;
}

Settings demo_settings(const CommandLine& line, const DemoArguments& given, const TemporaryFolder& folder,
                       const std::string& platform_url) {
  Settings settings;
  settings.log = line.settings().log;
  settings.database_path = (folder.path() / "adfill.db").string();
  settings.listen.port = given.port;
  settings.meta_url = platform_url;
  settings.api_token = make_api_token();
  settings.retry.base = std::chrono::milliseconds(200);
  settings.retry.cap = std::chrono::seconds(2);
  settings.poll = std::chrono::milliseconds(100);
  return settings;
}

struct DemoResult {
  std::vector<DemoJob> jobs{};
  json::object stored{};
  json::object platform{};
  json::object stats{};  // of the simulator
  bool exact = false;
  bool complete = false;
  double seconds = 0;
};

std::string tenths(double seconds) {
  return to_decimal(Micros{static_cast<std::int64_t>(seconds * 10) * 100'000}, 1);
}

std::string hundredths(double seconds) {
  return to_decimal(Micros{static_cast<std::int64_t>(seconds * 100) * 10'000}, 2);
}

// What was survived is told as it happens, each thing once.
class Survived {
 public:
  Survived(Governor& governor, ProgressView& view) : governor_(governor), view_(view) {}

  void tell(const std::vector<DemoJob>& jobs, Instant now) {
    for (const auto& [scope, state] : governor_.scopes()) {
      if (state.refused > refused_[scope]) {
        const auto wait = state.closed_until ? std::max(Duration(0), *state.closed_until - now) : Duration(0);
        view_.note("  throttled: " + scope + " is left alone for " +
                   tenths(std::chrono::duration<double>(wait).count()) + " s more, as the platform says");
      }
      refused_[scope] = state.refused;
    }
    for (const auto& job : jobs) {
      for (const auto& retry : job.retries) {
        if (told_.insert(retry).second) view_.note("  tried again: " + retry);
      }
    }
  }

 private:
  Governor& governor_;
  ProgressView& view_;
  std::map<std::string, std::int64_t> refused_;
  std::set<std::string> told_;
};

bool is_final_status(const std::string& status) {
  const auto parsed = parse<JobStatus>(status);
  return parsed && is_final(*parsed);
}

asio::awaitable<DemoResult> collect_two_years(Process& process, DemoClient client, ProgressView& view,
                                              bool& asked_to_end) {
  const auto began = process.clock().now();
  const auto yesterday = day_in_zone(began, demo_platform().time_zone).plus(-1);
  const DayRange range{yesterday.plus(1 - two_years), yesterday};
  co_await client.trouble_platform();
  const auto ids = co_await client.request(account, range);
  view.note("Requested " + range.since.to_string() + " to " + range.until.to_string() + " of " + account +
            " over the API: " + std::to_string(ids.size()) + " jobs");
  Survived survived(process.governor(), view);
  DemoResult result;
  while (true) {
    result.jobs.clear();
    std::vector<JobProgress> progress;
    for (const auto& id : ids) {
      auto job = co_await client.job(id);
      progress.push_back(job.progress);
      result.jobs.push_back(std::move(job));
    }
    survived.tell(result.jobs, process.clock().now());
    view.show(progress);
    const auto ended = [](const DemoJob& job) { return is_final_status(job.progress.status); };
    if (asked_to_end || std::all_of(result.jobs.begin(), result.jobs.end(), ended)) break;
    co_await process.clock().sleep_until(process.clock().now() + look_every);
  }
  result.seconds = std::chrono::duration<double>(process.clock().now() - began).count();
  if (asked_to_end) co_return result;
  result.stored = co_await client.stored_totals(range);
  result.platform = co_await client.platform_totals(account, range);
  result.stats = co_await client.platform_stats();
  result.exact = result.stored == result.platform;
  result.complete = std::all_of(result.jobs.begin(), result.jobs.end(),
                                [](const DemoJob& job) { return job.progress.status == "completed"; });
  co_return result;
}

void print_summary(const DemoResult& result, Process& process) {
  std::vector<TableRow> jobs{{"COLLECTION TYPE", "STATUS", "CHUNKS", "FAILED", "ROWS"}};
  for (const auto& job : result.jobs) {
    const auto& one = job.progress;
    jobs.push_back({one.name, one.status, std::to_string(one.chunks_completed) + "/" + std::to_string(one.chunks_total),
                    std::to_string(one.chunks_failed), grouped(std::to_string(one.rows))});
  }
  std::vector<TableRow> totals{{"ADS, TWO YEARS", "IMPRESSIONS", "CLICKS", "COST"}};
  const auto add = [&totals](const std::string& name, const json::object& from) {
    totals.push_back({name, grouped(json::serialize(from.at("impressions"))),
                      grouped(json::serialize(from.at("clicks"))), grouped(from.at("cost").as_string().c_str())});
  };
  add("stored", result.stored);
  add("platform", result.platform);
  std::cout << '\n' << table_text(jobs, {2, 3, 4}) << '\n' << table_text(totals, {1, 2, 3}) << '\n';
  const auto count = [&result](const char* name) { return grouped(json::serialize(result.stats.at(name))); };
  std::cout << (result.exact ? "Equal to the last unit" : "NOT EQUAL") << ", in " << tenths(result.seconds) << " s.\n"
            << "Survived in " << count("calls") << " calls: " << count("faults_made") << " faults, " << count("refused")
            << " refusals for quota (" << count("during_cool_down") << " calls during a cool-down), "
            << process.worker().counts().chunks_retried << " chunks tried again.\n";
}

std::string summary_json(const DemoResult& result) {
  json::array jobs;
  for (const auto& job : result.jobs) {
    json::object one;
    for (const char* key : {"collection_type", "status", "chunks_total", "chunks_completed", "chunks_failed", "rows"}) {
      one[key] = job.json.at(key);
    }
    jobs.push_back(std::move(one));
  }
  json::object totals;
  totals["stored"] = result.stored;
  totals["platform"] = result.platform;
  json::object summary;
  summary["jobs"] = std::move(jobs);
  summary["totals"] = std::move(totals);
  summary["exact"] = result.exact;
  // The library would write 1.137E1, which not every reader takes for a number.
  auto text = json::serialize(summary);
  text.pop_back();
  return text + ",\"seconds\":" + hundredths(result.seconds) + "}";
}

asio::awaitable<void> note_signal(bool& asked_to_end) {
  co_await wait_for_signal();
  asked_to_end = true;
}

struct Demo {
  const CommandLine& line;
  const DemoArguments& given;
  Process& process;
  Server& server;
  HttpServer& platform;
  DemoClient client;
};

// Prints what came out; true when everything was collected and equals the platform's.
bool report(const Demo& demo, const DemoResult& result) {
  print_summary(result, demo.process);
  if (!demo.given.once) {
    std::cout << "The monitor, until Ctrl-C: " << demo.server.url() << "/#token=" << *demo.process.settings().api_token
              << '\n';
  }
  if (demo.line.json) std::cout << summary_json(result) << '\n';
  std::cout.flush();
  return result.exact && result.complete;
}

asio::awaitable<int> run_demo(Demo& demo) {
  auto& process = demo.process;
  bool asked_to_end = false;
  TaskGroup tasks(process.loop().get_executor());
  const auto signal = tasks.spawn(note_signal(asked_to_end));
  demo.platform.start();
  demo.server.start();
  ProgressView view(STDOUT_FILENO);
  bool good = false;
  std::string problem;
  try {
    const auto result = co_await collect_two_years(process, demo.client, view, asked_to_end);
    if (asked_to_end) view.note("Stopped before everything was there. The demo keeps nothing.");
    if (!asked_to_end) good = report(demo, result);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (demo.given.once || !problem.empty()) tasks.cancel(signal);
  co_await tasks.join();
  co_await demo.server.stop();
  co_await demo.platform.stop(std::chrono::seconds(1));
  if (!problem.empty()) throw CommandError(problem);
  co_return good ? 0 : 1;
}

int demo_command(const CommandLine& line, const DemoArguments& given) {
  const TemporaryFolder folder;
  const auto loop = std::make_shared<asio::io_context>(1);
  const auto clock = make_system_clock(loop->get_executor());
  Simulator simulator(demo_platform(), *clock);
  ListenAddress platform_address;
  platform_address.port = 0;
  const auto platform = serve_simulator(loop->get_executor(), platform_address, simulator);
  platform_address.port = platform->port();
  const auto platform_url = "http://" + platform_address.to_string();

  auto settings = demo_settings(line, given, folder, platform_url);
  start_logging(settings, "off");  // faults are expected here, and told by the view
  const auto token = *settings.api_token;
  Process process(std::move(settings), Database::create_or_update, loop);
  (void)ensure_admin_token(process);
  Server server(process, Parts::api_and_worker);
  const auto http = make_http_client(loop->get_executor());
  Demo demo{.line = line,
            .given = given,
            .process = process,
            .server = server,
            .platform = *platform,
            .client = DemoClient(*http, server.url(), platform_url, token)};
  return run_on(*loop, run_demo(demo));
}

}  // namespace

void add_demo_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<DemoArguments>();
  auto& command =
      add_command(app, "demo", "a simulated platform and two years of one account, collected before your eyes",
                  "  adfill demo\n  adfill demo --once --json\n  adfill demo --port 8090");
  command.add_flag("--once", given->once, "end after the summary");
  command.add_option("--port", given->port, "of the monitor; 0 takes a free one")->capture_default_str();
  add_json_flag(command, line);
  command.callback([&line, given] { line.chosen = [&line, given] { return demo_command(line, *given); }; });
}

}  // namespace adfill
