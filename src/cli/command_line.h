// What all commands are alike in: settings, --json, and the function that main runs after the arguments were read.
#pragma once

#include "settings.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace adfill {

struct CommandLine {
  SettingFlags flags{};
  bool json = false;
  std::function<int()> chosen{};  // returns the exit code
  Environment environment = take_environment();

  [[nodiscard]] Settings settings() const { return load_settings(flags, environment); }
};

// A subcommand with its help text; `examples` stand below the options, one a line.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what, const std::string& examples);
void add_json_flag(CLI::App& command, CommandLine& line);

// Each adds its commands; both outlive the parsing and the run.
void add_serve_commands(CLI::App& app, CommandLine& line);        // serve, worker
void add_migrate_commands(CLI::App& app, CommandLine& line);      // migrate up, down, status
void add_integration_commands(CLI::App& app, CommandLine& line);  // integration add, list, update, remove
void add_backfill_command(CLI::App& app, CommandLine& line);
void add_job_commands(CLI::App& app, CommandLine& line);       // status, retry, cancel
void add_schedule_commands(CLI::App& app, CommandLine& line);  // schedule list, update, run, next; sync
void add_verify_command(CLI::App& app, CommandLine& line);
void add_history_commands(CLI::App& app, CommandLine& line);
void add_export_command(CLI::App& app, CommandLine& line);
void add_token_commands(CLI::App& app, CommandLine& line);  // token create, list, revoke
void add_alert_commands(CLI::App& app, CommandLine& line);  // alert list, alert channel add, list, remove
void add_move_command(CLI::App& app, CommandLine& line);
void add_import_command(CLI::App& app, CommandLine& line);  // import-supabase
void add_backup_command(CLI::App& app, CommandLine& line);
void add_simulate_command(CLI::App& app, CommandLine& line);
void add_demo_command(CLI::App& app, CommandLine& line);
void add_doctor_command(CLI::App& app, CommandLine& line);
void add_secrets_commands(CLI::App& app, CommandLine& line);     // secrets rotate
void add_completion_commands(CLI::App& app, CommandLine& line);  // completion, man: after all others

// The log goes to standard error, in UTC, as text or JSON. `usual` is the level where ADFILL_LOG is not set.
void start_logging(const Settings& settings, const std::string& usual);
// Of serve and worker, whose standard error is the log: the error that ends them is a line of it.
void start_service_log(const Settings& settings);

}  // namespace adfill
