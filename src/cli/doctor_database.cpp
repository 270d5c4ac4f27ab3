#include "doctor_database.h"

#include "process.h"
#include "store/postgres/checkup.h"
#include "table.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

namespace adfill {

namespace {

using State = Finding::State;
using postgres::Checkup;
using postgres::Session;

constexpr std::uintmax_t least_free_bytes = std::uintmax_t{512} << 20;
// Nothing depends on it but what people read beside one another; more than a mistake of the network's.
constexpr Duration most_clock_difference = std::chrono::seconds(5);

std::string seconds_text(Duration time) {
  const auto tenths = std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(time).count();
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string mebibytes(std::uintmax_t bytes) {
  return grouped(std::to_string(bytes >> 20U)) + " MiB";
}

Finding about_version(const Checkup& server) {
  const bool fit = server.version_number >= postgres::least_version_number;
  return {"server", fit ? State::ok : State::failed,
          "PostgreSQL " + server.version +
              (fit ? "" : "; adfill needs 15 or newer: upgrade it, or give the URL of a newer one")};
}

Finding about_session(const Checkup& server) {
  switch (server.session) {
    case Session::direct:
      return {"connection", State::ok, "straight to the server; machines wake each other at once (LISTEN/NOTIFY)"};
    case Session::kept:
      return {"connection", State::ok,
              "through a pooler that keeps sessions; machines wake each other at once (LISTEN/NOTIFY)"};
    case Session::shared:
      break;
  }
  return {"connection", State::warning,
          "through a pooler in transaction mode, which has no LISTEN, no session locks, and maybe no prepared "
          "statements: adfill looks for work twice a second instead, locks by transaction, and sends statements whole "
          "when prepared ones get lost. For work to start at once give a URL that leads straight to the server"};
}

Finding about_statement_timeout(const Checkup& server) {
  const bool none = server.statement_timeout == Duration::zero();
  return {"statement time-out", State::ok,
          (none ? "the server sets none" : "the server's is " + seconds_text(server.statement_timeout)) +
              "; adfill's own in each transaction, 110 s, takes its place. If a statement is cut off earlier, a pooler "
              "between does it: raise its query time-out"};
}

Finding about_clock(const Checkup& server) {
  const auto off = std::chrono::abs(server.ahead);
  const bool right = off <= most_clock_difference;
  return {"database clock", right ? State::ok : State::warning,
          "differs from this machine's by " + seconds_text(off) +
              (right ? "" : "; leases and due times go by the database's, so nothing is lost, but set the wrong one")};
}

Finding about_disk(const Checkup& server) {
  const std::string size = "this database takes " + mebibytes(static_cast<std::uintmax_t>(server.bytes));
  std::error_code error;
  if (!server.data_folder.empty() && std::filesystem::space(server.data_folder, error).capacity > 0 && !error) {
    Finding found = check_disk("database disk", server.data_folder);
    found.detail = size + "; " + found.detail;
    return found;
  }
  return {"database disk", State::ok,
          size + "; how much room is left can be seen on its own machine only: watch it there"};
}

void add_server_findings(const std::string& url, Clock& clock, std::vector<Finding>& findings) {
  const Checkup server = postgres::check_up(url, [&clock] { return clock.now(); });
  findings.push_back(about_version(server));
  findings.push_back(about_session(server));
  findings.push_back(about_statement_timeout(server));
  findings.push_back(about_clock(server));
  findings.push_back(about_disk(server));
}

}  // namespace

Finding check_disk(const std::string& name, const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return {name, State::failed, folder + ": " + error.message()};
  const auto text = mebibytes(space.available) + " free in " + folder;
  const bool enough = space.available >= least_free_bytes;
  return {name, enough ? State::ok : State::warning,
          text + (enough ? "" : "; two years of a large account need more: make room")};
}

DatabaseFindings check_database(const Settings& settings, Clock& clock) {
  DatabaseFindings found;
  if (!settings.database_url && !std::filesystem::exists(settings.database_path)) {
    found.findings.push_back(
        {"database", State::warning, settings.database_path + " is not there yet; adfill serve makes it"});
    return found;
  }
  try {
    Random random(secure_seed());
    const auto store = open_store(settings, clock, random);
    const auto steps = store->migrations();
    int version = 0;
    for (const auto& step : steps) {
      if (step.applied) version = std::max(version, step.version);
    }
    const int newest = steps.empty() ? 0 : steps.back().version;
    const bool current = version == newest;
    found.findings.push_back({"database", current ? State::ok : State::warning,
                              database_name(settings) + ", schema version " + std::to_string(version) + " of " +
                                  std::to_string(newest) + (current ? "" : "; run adfill migrate up")});
    if (settings.database_url) add_server_findings(*settings.database_url, clock, found.findings);
    if (current) found.queue = store->queue();
  } catch (const std::exception& error) {
    found.findings.push_back({"database", State::failed, error.what()});
  }
  return found;
}

}  // namespace adfill
