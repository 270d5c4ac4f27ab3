// adfill migrate up, down and status.
#include "command_line.h"
#include "process.h"
#include "store/postgres/postgres_store.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

namespace adfill {

namespace json = boost::json;

namespace {

// A store alone: migrations need neither key nor loop.
struct OpenStore {
  explicit OpenStore(const Settings& settings)
      : clock(make_system_clock(loop.get_executor())),
        random(secure_seed()),
        store(open_store(settings, *clock, random)) {}

  boost::asio::io_context loop{1};
  std::unique_ptr<Clock> clock;
  Random random;
  std::unique_ptr<Store> store;
};

bool register_cron_jobs(const Settings& settings, Random& random) {
  PostgresOptions options;
  options.url = settings.database_url.value();
  options.new_uuid = [&random] { return Uuid::draw(random); };
  return schedule_cron_jobs(std::move(options));
}

int print_steps(Store& store, bool as_json) {
  const auto steps = store.migrations();
  if (as_json) {
    json::object body;
    json::array list;
    for (const auto& step : steps) {
      json::object entry;
      entry["version"] = step.version;
      entry["name"] = step.name;
      entry["applied"] = step.applied;
      list.push_back(std::move(entry));
    }
    body["migrations"] = std::move(list);
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  for (const auto& step : steps) {
    std::cout << (step.applied ? "applied  " : "pending  ") << step.version << "  " << step.name << '\n';
  }
  return 0;
}

int migrate_up(const CommandLine& line, bool with_cron) {
  const auto settings = line.settings();
  start_logging(settings, "warn");
  if (with_cron && !settings.database_url) {
    throw UsageError("--with-cron registers jobs of PostgreSQL's pg_cron; SQLite has none and needs none.");
  }
  OpenStore open(settings);
  open.store->migrate_up();
  if (with_cron && !register_cron_jobs(settings, open.random)) {
    throw CommandError(
        "The schema is up to date, but no cron jobs were registered: pg_cron is not installed in this database. Set "
        "shared_preload_libraries = 'pg_cron' and cron.database_name to this database, restart the server, run CREATE "
        "EXTENSION pg_cron as a superuser, then repeat. adfill collects without it, too.");
  }
  return print_steps(*open.store, line.json);
}

void check_exists(const Settings& settings) {
  if (!settings.database_url && !std::filesystem::exists(settings.database_path)) {
    throw CommandError("There is no database " + settings.database_path + ". --db or ADFILL_DB names another.");
  }
}

int newest_applied(Store& store) {
  int newest = 0;
  for (const auto& step : store.migrations()) {
    if (step.applied) newest = std::max(newest, step.version);
  }
  return newest;
}

int migrate_down(const CommandLine& line, std::optional<int> to_version) {
  const auto settings = line.settings();
  start_logging(settings, "warn");
  check_exists(settings);
  OpenStore open(settings);
  if (to_version && *to_version < 0) throw UsageError("--to must be a version, or 0 for nothing at all.");
  open.store->migrate_down(to_version.value_or(std::max(0, newest_applied(*open.store) - 1)));
  return print_steps(*open.store, line.json);
}

int migrate_status(const CommandLine& line) {
  const auto settings = line.settings();
  start_logging(settings, "warn");
  check_exists(settings);
  OpenStore open(settings);
  return print_steps(*open.store, line.json);
}

}  // namespace

void add_migrate_commands(CLI::App& app, CommandLine& line) {
  auto& migrate = add_command(app, "migrate", "the database's schema: up, down, status",
                              "  adfill migrate up\n  adfill migrate down --to 0\n  adfill migrate status --json");
  migrate.require_subcommand(1);

  auto& up = add_command(migrate, "up", "bring the schema to the newest version; harmless when it is there", "");
  add_setting_flags(up, line.flags, FlagSet::database);
  add_json_flag(up, line);
  auto with_cron = std::make_shared<bool>(false);
  up.add_flag("--with-cron", *with_cron, "register the replaced system's cron jobs with PostgreSQL's pg_cron");
  up.callback([&line, with_cron] { line.chosen = [&line, with_cron] { return migrate_up(line, *with_cron); }; });

  auto& down = add_command(migrate, "down", "undo the newest version, or all above --to; what they hold is gone",
                           "  adfill migrate down --to 0");
  add_setting_flags(down, line.flags, FlagSet::database);
  add_json_flag(down, line);
  auto to_version = std::make_shared<std::optional<int>>();
  down.add_option("--to", *to_version, "version to go down to; 0 leaves nothing");
  down.callback([&line, to_version] { line.chosen = [&line, to_version] { return migrate_down(line, *to_version); }; });

  auto& status = add_command(migrate, "status", "which versions are applied", "");
  add_setting_flags(status, line.flags, FlagSet::database);
  add_json_flag(status, line);
  status.callback([&line] { line.chosen = [&line] { return migrate_status(line); }; });
}

}  // namespace adfill
