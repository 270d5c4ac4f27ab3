// What a user can set: flags win over environment variables, these over adfill.toml. Everything has a default that
// works on a laptop. The only place that reads the environment.
#pragma once

#include "collect/alert_watch.h"
#include "core/instant.h"
#include "core/log_line.h"
#include "core/verdict.h"
#include "net/http_server.h"
#include "store/history.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace adfill {

// The command was called wrongly: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The command could not do it: exit code 1. One line that says what is wrong and what to do.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  [[nodiscard]] std::string to_string() const;  // "127.0.0.1:8080", "[::1]:8080"
};

struct Settings {
  std::string database_path = "adfill.db";    // of the SQLite file
  std::optional<std::string> database_url{};  // of PostgreSQL: then there is no file
  ListenAddress listen{};
  std::optional<ListenAddress> metrics_listen{};  // of a worker
  ServerFront front{};                            // TLS and trusted proxies
  std::optional<std::string> api_token{};
  std::optional<std::string> secret_key{};  // base64
  std::optional<std::string> secret_key_file{};
  std::optional<std::string> access_token{};  // of an ad account, for integration add
  std::string meta_url = "https://graph.facebook.com";
  std::string meta_version = "v26.0";
  Duration lease = std::chrono::seconds(60);
  RetryRule retry{};
  Duration poll = std::chrono::seconds(2);
  int workers = 64;
  RetentionRules retention{};
  AlertSettings alerts{};
  std::optional<std::string> log{};  // debug, info, warn, error, off; unset: the command's own
  LogFormat log_format = LogFormat::text;
};

// What people call the database: the file's path, or the URL without its password.
[[nodiscard]] std::string database_name(const Settings& settings);

// What of the settings must never be shown.
[[nodiscard]] std::vector<std::string> secrets_of(const Settings& settings);

// What was given as flags, by the setting's name.
using SettingFlags = std::map<std::string, std::string>;
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// What a command can be told: about its database and platforms; also about collecting; also what `worker` or `serve`
// alone make use of. None offers a flag that it would ignore.
enum class FlagSet { database, work, worker, server };

// Adds the flags of a set to a command; they land in `flags`, which outlives the parsing.
void add_setting_flags(CLI::App& command, SettingFlags& flags, FlagSet set);

// Throws UsageError that names the setting, where it came from and what is allowed.
[[nodiscard]] Settings load_settings(const SettingFlags& flags, const Environment& environment);

// The process's environment, as far as it is about adfill. What is secret in it is wiped there, so that neither a core
// dump's environment nor /proc nor a child shows it: to be taken once, before there are threads.
[[nodiscard]] Environment take_environment();

// "HOST:PORT"; throws UsageError. `named` is the setting in the error.
[[nodiscard]] ListenAddress parse_listen(const std::string& text, const std::string& named);

}  // namespace adfill
