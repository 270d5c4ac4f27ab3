// adfill simulate: a platform on loopback.
#include "command_line.h"
#include "core/time_zone.h"
#include "process.h"
#include "server.h"
#include "simulator_server.h"

#include <boost/asio/io_context.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace asio = boost::asio;

namespace {

struct SimulateArguments {
  SimulatorSettings settings{};
  std::string listen = "127.0.0.1:9100";
};

asio::awaitable<int> run_until_signal(HttpServer& server) {
  server.start();
  co_await wait_for_signal();
  co_await server.stop(std::chrono::seconds(2));
  co_return 0;
}

int simulate(const SimulateArguments& given) {
  if (given.settings.source != "meta") throw UsageError("--source must be meta.");
  if (!is_time_zone(given.settings.time_zone)) throw UsageError("--time-zone must be an IANA name such as Asia/Seoul.");
  auto address = parse_listen(given.listen, "--listen");
  asio::io_context loop{1};
  const auto clock = make_system_clock(loop.get_executor());
  Simulator simulator(given.settings, *clock);
  const auto server = serve_simulator(loop.get_executor(), address, simulator);
  address.port = server->port();
  std::cout << "Simulating " << given.settings.source << " on http://" << address.to_string() << std::endl;
  return run_on(loop, run_until_signal(*server));
}

}  // namespace

void add_simulate_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<SimulateArguments>();
  auto& rules = given->settings;
  auto& command = add_command(
      app, "simulate", "an ad platform on loopback, with figures that follow from a seed",
      "  adfill simulate --source meta --listen 127.0.0.1:9100 --seed 1 --ads 40 --days 730\n"
      "  adfill simulate --quota 60 --quota-seconds 10 --faults 0.05 --latency-ms 50\n"
      "  curl 'http://127.0.0.1:9100/simulator/truth?account=act_1&since=2026-01-01&until=2026-01-31&type=ads'");
  command.add_option("--source", rules.source, "meta")->capture_default_str();
  command.add_option("--listen", given->listen, "address and port; port 0 takes a free one")->capture_default_str();
  command.add_option("--seed", rules.seed, "figures follow from it")->capture_default_str();
  command.add_option("--ads", rules.ads, "of each account")->capture_default_str()->check(CLI::Range(1, 100'000));
  command.add_option("--days", rules.days, "of history, up to yesterday")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'650));
  command.add_option("--currency", rules.currency, "ISO 4217")->capture_default_str();
  command.add_option("--time-zone", rules.time_zone, "of the accounts")->capture_default_str();
  command.add_option("--latency-ms", rules.latency_ms, "before each answer")
      ->capture_default_str()
      ->check(CLI::Range(0, 60'000));
  command.add_option("--report-ms", rules.report_ms, "how long a report takes")
      ->capture_default_str()
      ->check(CLI::Range(0, 3'600'000));
  command.add_option("--quota", rules.quota_calls, "calls an account may make in --quota-seconds; 0: no quota")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  command.add_option("--quota-seconds", rules.quota_seconds, "the quota's window")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  command.add_option("--tier", rules.tier, "quotas of that access tier: limited or full")
      ->check(CLI::IsMember({"limited", "full"}));
  command.add_option("--app-calls", rules.app_calls, "with --tier: calls that the app may make an hour; 0: any number")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  command.add_flag("!--silent-quota", rules.quota_headers, "no header tells of usage, tier or times");
  command.add_option("--faults", rules.faults, "share of calls that meet a fault")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--token", rules.token, "the only access token that is accepted; every one when left out");
  command.add_option("--app-secret", rules.app_secret, "calls need the appsecret_proof that follows from it");
  command
      .add_option("--token-days", rules.token_days, "how long access tokens live, as debug_token tells it; 0: for ever")
      ->capture_default_str()
      ->check(CLI::Range(0, 3'650));
  command
      .add_option("--broken-creatives", rules.broken_creatives,
                  "ads of each account whose creative can't be read, and fails every page that it is on")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000));
  command
      .add_option("--row-budget", rules.row_budget,
                  "rows a report may have before the platform asks for less; 0: any number")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  command.callback([&line, given] { line.chosen = [given] { return simulate(*given); }; });
}

}  // namespace adfill
