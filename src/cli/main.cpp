// The adfill command: reads its arguments, runs one command, says in one line what went wrong.
#include "collect/log.h"
#include "command_line.h"
#include "nearest_word.h"
#include "store/store.h"

#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

namespace adfill {

namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

// The log is a service's and is read as JSON: so is its last line.
bool errors_are_json = false;

std::string one_line(std::string text) {
  for (auto& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

int complain(const std::string& what, int exit_code) {
  if (errors_are_json) {
    spdlog::set_level(spdlog::level::critical);  // said whatever the log is set to
    spdlog::critical("{}", what);
  } else {
    std::cerr << "adfill: " << one_line(what) << '\n';
  }
  return exit_code;
}

void describe(CLI::App& app) {
  app.name("adfill");
  app.set_version_flag("--version", std::string("adfill ") + ADFILL_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Settings come from flags, then environment variables (ADFILL_DB, ADFILL_LISTEN, ...), then adfill.toml.\n"
      "adfill COMMAND --help shows a command's options and examples.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage.");
}

// The command that was chosen, as it is typed: "adfill integration add".
std::string command_of(const CLI::App& app) {
  const std::string& words = app.get_name();
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? words : words + " " + command_of(*chosen.front());
}

std::string or_rather(std::string_view typed, const std::vector<std::string>& words) {
  const std::string meant = nearest_word(typed, words);
  return meant.empty() ? std::string() : " Did you mean " + meant + "?";
}

const CLI::App& chosen_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : chosen_of(*chosen.front());
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// What was given and is not known. Names only: a value may be a secret.
std::string extras_of(const CLI::App& app) {
  for (const std::string& text : app.remaining(true)) {
    if (!text.starts_with('-')) continue;
    const std::string option = text.substr(0, text.find('='));
    return option + " is no option of " + command_of(app) + "." + or_rather(option, options_of(chosen_of(app)));
  }
  return command_of(app) + " was given an argument too many.";
}

// What to say of words that lead to no command; empty when they lead to one. Options end the way.
std::string lost_command(const CLI::App& app, const std::string& path, std::span<char* const> words) {
  const std::string word = words.empty() ? "" : words.front();
  if (word.empty() || word.starts_with('-') || app.get_require_subcommand_min() == 0) return {};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return lost_command(*command, path + " " + word, words.subspan(1));
    names.push_back(command->get_name());
  }
  const std::string hint = or_rather(word, names) + " See " + path + " --help.";
  if (app.get_parent() == nullptr) return "There is no command " + word + "." + hint;
  return path + " has no such command." + hint;
}

int run(int argc, char** argv) {
  CLI::App app{"Collects advertising performance data from ad platforms into a database you own."};
  CommandLine line;
  describe(app);
  add_serve_commands(app, line);
  add_migrate_commands(app, line);
  add_integration_commands(app, line);
  add_backfill_command(app, line);
  add_job_commands(app, line);
  add_schedule_commands(app, line);
  add_verify_command(app, line);
  add_history_commands(app, line);
  add_export_command(app, line);
  add_token_commands(app, line);
  add_alert_commands(app, line);
  add_move_command(app, line);
  add_import_command(app, line);
  add_backup_command(app, line);
  add_simulate_command(app, line);
  add_demo_command(app, line);
  add_doctor_command(app, line);
  add_secrets_commands(app, line);
  add_completion_commands(app, line);
  const std::span<char* const> words(argv + 1, static_cast<std::size_t>(std::max(argc - 1, 0)));
  if (const std::string lost = lost_command(app, "adfill", words); !lost.empty()) return complain(lost, wrong_usage);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ExtrasError&) {
    return complain(extras_of(app) + " See " + command_of(app) + " --help.", wrong_usage);
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + ". See " + command_of(app) + " --help.", wrong_usage);
  }
  return line.chosen ? line.chosen() : wrong_usage;
}

// What a process that goes on says of itself is not true of one that ends.
std::string once_ended(std::string words) {
  for (const std::string_view promise : {"adfill tries again by itself", "adfill goes on by itself"}) {
    if (const auto at = words.find(promise); at != std::string::npos)
      words.replace(at, promise.size(), "then try again");
  }
  return words;
}

int run_and_explain(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    return complain(error.what(), wrong_usage);
  } catch (const CommandError& error) {
    return complain(error.what(), failed);
  } catch (const StoreUnavailable& error) {
    return complain("The database can't be used: " + once_ended(error.what()), failed);
  } catch (const std::exception& error) {
    return complain(error.what(), failed);
  }
}

}  // namespace

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what, const std::string& examples) {
  auto* command = parent.add_subcommand(name, what);
  if (!examples.empty()) command->footer("Examples:\n" + examples);
  return *command;
}

void add_json_flag(CLI::App& command, CommandLine& line) {
  command.add_flag("--json", line.json, "print JSON for programs");
}

void start_logging(const Settings& settings, const std::string& usual) {
  auto logger = spdlog::stderr_color_mt("adfill");
  logger->set_formatter(make_log_formatter(settings.log_format, secrets_of(settings)));
  logger->set_level(spdlog::level::from_str(settings.log.value_or(usual)));
  spdlog::set_default_logger(std::move(logger));
}

void start_service_log(const Settings& settings) {
  start_logging(settings, "info");
  errors_are_json = settings.log_format == LogFormat::json;
}

}  // namespace adfill

int main(int argc, char** argv) {
  // Rows are made on one thread and freed on another: with an arena a thread, glibc keeps several times what is in use.
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): there is one thread yet
  // A limit on file sizes is a full disk like any other: an error of the write, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  return adfill::run_and_explain(argc, argv);
}
