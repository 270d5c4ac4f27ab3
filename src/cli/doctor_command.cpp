// adfill doctor: is this machine fit to run adfill, and what is wrong. Changes nothing.
#include "command_line.h"
#include "core/time_zone.h"
#include "doctor_accounts.h"
#include "doctor_database.h"
#include "doctor_listen.h"
#include "process.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <locale>
#include <memory>
#include <optional>
#include <sstream>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

using State = Finding::State;

constexpr Duration most_clock_error = std::chrono::minutes(5);

Finding check_key(const Settings& settings) {
  const bool own_file = !settings.secret_key && !settings.secret_key_file && !settings.database_url;
  const auto file = settings.database_path + ".key";
  if (own_file && !std::filesystem::exists(file)) {
    const bool lost = std::filesystem::exists(settings.database_path);
    return {"key", lost ? State::failed : State::warning,
            lost ? file + " is missing: stored credentials can't be read. Bring it back, or replace the credentials"
                 : file + " is not there yet; adfill makes it with the database"};
  }
  try {
    (void)secret_key(settings, false);
  } catch (const CommandError& error) {
    return {"key", State::failed, error.what()};
  }
  return {"key", State::ok, settings.secret_key ? "from ADFILL_SECRET_KEY" : settings.secret_key_file.value_or(file)};
}

Finding check_time_zones() {
  Finding missing{"time zones", State::failed, "the system has no tz database; install the package tzdata"};
  try {
    return is_time_zone("Asia/Seoul") ? Finding{"time zones", State::ok, "the system's tz database is there"} : missing;
  } catch (const std::exception&) {
    return missing;
  }
}

// On PostgreSQL this machine keeps only what is on its way there.
std::string own_folder(const Settings& settings) {
  return (settings.database_url ? std::filesystem::temp_directory_path()
                                : std::filesystem::absolute(settings.database_path).parent_path())
      .string();
}

// The Date header of HTTP: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<Instant> parse_http_date(std::string_view text) {
  std::istringstream input{std::string(text)};
  input.imbue(std::locale::classic());
  std::tm parts{};
  input >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S");
  if (!input) return std::nullopt;
  const Day day(parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon + 1), static_cast<unsigned>(parts.tm_mday));
  return Instant(std::chrono::days(day.number()) + std::chrono::hours(parts.tm_hour) +
                 std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec));
}

asio::awaitable<std::vector<Finding>> check_platform(HttpClient& http, Clock& clock, std::string url) {
  HttpCall call;
  call.url = url + "/";
  call.timeout = std::chrono::seconds(10);
  const auto answer = co_await http.send(std::move(call));
  std::vector<Finding> found;
  if (!answer) {
    found.push_back({"meta", State::failed,
                     url + " can't be reached: " + answer.error().message +
                         "; look at this machine's name server, firewall and proxy (HTTPS_PROXY), and at "
                         "ADFILL_META_URL. If others can't reach it either it waits and goes on by itself"});
    co_return found;
  }
  found.push_back({"meta", State::ok, url + " answers"});
  const auto date = find_header(answer->headers, "date");
  const auto theirs = date ? parse_http_date(*date) : std::nullopt;
  if (!theirs) co_return found;
  const auto off = std::chrono::abs(clock.now() - *theirs);
  const bool right = off <= most_clock_error;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(off).count();
  found.push_back(
      {"clock", right ? State::ok : State::failed,
       "differs from " + url + " by " + std::to_string(seconds) + " s" + (right ? "" : "; set this machine's clock")});
  co_return found;
}

json::object settings_json(const Settings& settings) {
  json::object object;
  object["db"] = (settings.database_url ? "" : "sqlite:") + database_name(settings);
  object["listen"] = settings.listen.to_string();
  object["meta_url"] = settings.meta_url;
  object["meta_version"] = settings.meta_version;
  object["lease_seconds"] = std::chrono::duration<double>(settings.lease).count();
  object["retry_base_seconds"] = std::chrono::duration<double>(settings.retry.base).count();
  object["retry_cap_seconds"] = std::chrono::duration<double>(settings.retry.cap).count();
  object["poll_seconds"] = std::chrono::duration<double>(settings.poll).count();
  object["workers"] = settings.workers;
  return object;
}

void print_json(const Settings& settings, const std::vector<Finding>& findings, const std::optional<QueueRecord>& queue,
                json::array accounts, bool fit) {
  json::object body;
  body["version"] = ADFILL_VERSION;
  body["ok"] = fit;
  json::array list;
  for (const auto& finding : findings) {
    json::object entry;
    entry["name"] = finding.name;
    entry["state"] = to_string(finding.state);
    entry["detail"] = finding.detail;
    list.push_back(std::move(entry));
  }
  body["checks"] = std::move(list);
  body["accounts"] = std::move(accounts);
  body["settings"] = settings_json(settings);
  if (queue) {
    json::object chunks;
    chunks["pending"] = queue->pending;
    chunks["processing"] = queue->processing;
    chunks["completed"] = queue->completed;
    chunks["failed"] = queue->failed;
    body["chunks"] = std::move(chunks);
  }
  std::cout << json::serialize(body) << '\n';
}

int doctor(const CommandLine& line) {
  const auto settings = line.settings();
  start_logging(settings, "error");
  asio::io_context loop{1};
  const auto clock = make_system_clock(loop.get_executor());
  const auto http = make_http_client(loop.get_executor());
  auto database = check_database(settings, *clock);
  auto& findings = database.findings;
  findings.push_back(check_key(settings));
  findings.push_back(check_time_zones());
  findings.push_back(check_disk("disk", own_folder(settings)));
  if (auto certificate = check_tls(settings)) findings.push_back(std::move(*certificate));
  findings.push_back(check_listen(loop, *http, settings));
  for (auto& finding : run_on(loop, check_platform(*http, *clock, settings.meta_url)))
    findings.push_back(std::move(finding));

  AccountFindings accounts;
  if (database.queue) accounts = check_accounts(settings);
  for (auto& finding : accounts.findings) findings.push_back(std::move(finding));

  const bool fit =
      std::none_of(findings.begin(), findings.end(), [](const Finding& one) { return one.state == State::failed; });
  if (line.json) {
    print_json(settings, findings, database.queue, std::move(accounts.accounts), fit);
  } else {
    std::vector<TableRow> rows;
    rows.reserve(findings.size());
    for (const auto& finding : findings)
      rows.push_back({finding.name, std::string(to_string(finding.state)), finding.detail});
    std::cout << "adfill " << ADFILL_VERSION << '\n' << table_text(rows);
  }
  return fit ? 0 : 1;
}

}  // namespace

void add_doctor_command(CLI::App& app, CommandLine& line) {
  auto& command = add_command(
      app, "doctor",
      "checks database, key, time zones, disk, address, platform, clock, and what each account's credentials may do",
      "  adfill doctor\n  adfill doctor --json");
  add_setting_flags(command, line.flags, FlagSet::server);
  add_json_flag(command, line);
  command.callback([&line] { line.chosen = [&line] { return doctor(line); }; });
}

}  // namespace adfill
