// adfill serve and adfill worker.
#include "command_line.h"
#include "server.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr rlim_t most_files = 65'536;

// Many systems allow a process 1,024 files until it asks for more, and each page of the monitor takes one.
void raise_file_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  const auto wanted = std::min(files.rlim_max, most_files);
  if (files.rlim_cur >= wanted) return;
  files.rlim_cur = wanted;
  if (setrlimit(RLIMIT_NOFILE, &files) != 0) spdlog::warn("the limit of open files can't be raised to {}", wanted);
}

asio::awaitable<int> run_until_signal(Server& server) {
  server.start();
  co_await wait_for_signal();
  spdlog::info("stopping");
  co_await server.stop();
  co_return 0;
}

int serve(const CommandLine& line, bool with_worker) {
  auto settings = line.settings();
  start_service_log(settings);
  raise_file_limit();
  Process process(std::move(settings), Database::create_or_update);
  process.check_key();
  const auto first = ensure_admin_token(process);
  Server server(process, with_worker ? Parts::api_and_worker : Parts::api);
  std::cout << "adfill listens on " << server.url() << '\n';
  if (first && first->made) {
    std::cout << "The admin token, shown this once: " << first->token << '\n'
              << "Sign in: " << server.url() << "/#token=" << first->token << '\n';
  }
  std::cout.flush();
  return run_on(process.loop(), run_until_signal(server));
}

int work(const CommandLine& line) {
  auto settings = line.settings();
  start_service_log(settings);
  Process process(std::move(settings), Database::create_or_update);
  process.check_key();
  Server server(process, Parts::worker);
  spdlog::info("working on {}", database_name(process.settings()));
  if (!server.url().empty()) spdlog::info("metrics at {}/metrics", server.url());
  return run_on(process.loop(), run_until_signal(server));
}

}  // namespace

void add_serve_commands(CLI::App& app, CommandLine& line) {
  auto& serve_command = add_command(app, "serve", "API, monitor and worker in one process",
                                    "  adfill serve\n"
                                    "  adfill serve --listen 0.0.0.0:8080 --db sqlite:/var/lib/adfill/adfill.db\n"
                                    "  ADFILL_API_TOKEN=... adfill serve --no-worker");
  add_setting_flags(serve_command, line.flags, FlagSet::server);
  auto without_worker = std::make_shared<bool>(false);
  serve_command.add_flag("--no-worker", *without_worker, "serve only; another process works");
  serve_command.callback(
      [&line, without_worker] { line.chosen = [&line, without_worker] { return serve(line, !*without_worker); }; });

  auto& worker_command = add_command(app, "worker", "the worker without API and monitor",
                                     "  adfill worker --db sqlite:/var/lib/adfill/adfill.db --workers 16\n"
                                     "  adfill worker --metrics-listen 10.0.0.7:9464");
  add_setting_flags(worker_command, line.flags, FlagSet::worker);
  worker_command.callback([&line] { line.chosen = [&line] { return work(line); }; });
}

}  // namespace adfill
