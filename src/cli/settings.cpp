#include "settings.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

namespace adfill {

namespace {

struct Known {
  std::string_view
      key;  // in adfill.toml; the variable is ADFILL_ and this in capitals, the flag -- and this with dashes
  std::string_view help;
  bool flag;    // secrets have none: arguments are seen by every user of the machine
  FlagSet set;  // which commands have the flag
};

constexpr std::array<Known, 28> known_settings{{
    {"db", "database: sqlite:PATH or postgresql://... [sqlite:adfill.db]", true, FlagSet::database},
    {"secret_key_file",
     "file with the key that encrypts credentials [PATH.key beside the SQLite file; PostgreSQL: none]", true,
     FlagSet::database},
    {"secret_key", "", false, FlagSet::database},
    {"access_token", "", false, FlagSet::database},
    {"meta_url", "base URL of Meta's Graph API [https://graph.facebook.com]", true, FlagSet::database},
    {"meta_version", "version of Meta's Graph API [v26.0]", true, FlagSet::database},
    {"log", "debug, info, warn, error or off [info; warn for short commands]", true, FlagSet::database},
    {"log_format", "text, or json: an object a line [text]", true, FlagSet::database},
    {"listen", "address and port of API and monitor [127.0.0.1:8080]", true, FlagSet::server},
    {"tls_cert", "PEM file of the certificate with its chain: then API and monitor speak https [none]", true,
     FlagSet::server},
    {"tls_key", "PEM file of the certificate's key [none]", true, FlagSet::server},
    {"trusted_proxies", "networks whose X-Forwarded-For and X-Forwarded-Proto are believed [127.0.0.0/8, ::1]", true,
     FlagSet::server},
    {"metrics_listen", "address and port that tell only /metrics, /healthz and /readyz of this worker [none]", true,
     FlagSet::worker},
    {"api_token", "", false, FlagSet::server},
    {"lease_seconds", "how long a worker is taken for alive without a heartbeat [60]", true, FlagSet::work},
    {"retry_base_seconds", "first back-off after a transient failure [30]", true, FlagSet::work},
    {"retry_cap_seconds", "longest back-off [1800]", true, FlagSet::work},
    {"poll_seconds", "first poll of an asynchronous report, growing [2]", true, FlagSet::work},
    {"freshness_seconds", "how long after its schedule a day must be there, else an alert [21600]", true,
     FlagSet::work},
    {"alert_seconds", "how often it is looked for alerts [60]", true, FlagSet::work},
    {"alert_repeat_seconds", "how often an alert that lasts is told of again [86400]", true, FlagSet::work},
    {"smtp_url", "mail server for alerts: smtp://HOST:PORT or smtps://HOST:PORT", true, FlagSet::work},
    {"smtp_from", "sender's address of alerts", true, FlagSet::work},
    {"smtp_user", "", false, FlagSet::work},
    {"smtp_password", "", false, FlagSet::work},
    {"history_days", "for how many days it is kept what commits changed, so that it can be told and undone [30]", true,
     FlagSet::work},
    {"job_days", "for how many days finished jobs are kept with their chunks [180]", true, FlagSet::work},
    {"workers", "chunks worked on at once by this process [64]", true, FlagSet::work},
}};

std::string variable_of(std::string_view key) {
  std::string name = "ADFILL_";
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string flag_of(std::string_view key) {
  std::string name = "--";
  for (const char c : key) name += c == '_' ? '-' : c;
  return name;
}

bool offers(FlagSet command, FlagSet setting) {
  if (setting == FlagSet::database) return true;
  return setting == FlagSet::work ? command != FlagSet::database : command == setting;
}

bool is_known(std::string_view key) {
  for (const auto& known : known_settings) {
    if (known.key == key) return true;
  }
  return false;
}

// A value and where it came from, for errors.
struct Given {
  std::string value;
  std::string from;
};
using AllGiven = std::map<std::string, Given, std::less<>>;

std::string toml_value(const std::string& file, std::string_view key, const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto decimal = node.value_exact<double>()) return std::to_string(*decimal);
  throw UsageError(file + ": " + std::string(key) + " must be text or a number.");
}

void read_file(const SettingFlags& flags, const Environment& environment, AllGiven& given) {
  const auto flag = flags.find("config");
  const auto variable = environment("ADFILL_CONFIG");
  const bool named = flag != flags.end() || variable;
  const std::string file = flag != flags.end() ? flag->second : variable.value_or("adfill.toml");
  if (!std::filesystem::exists(file)) {
    if (named) throw UsageError("There is no settings file " + file + ". Correct --config or ADFILL_CONFIG.");
    return;
  }
  try {
    const auto table = toml::parse_file(file);
    for (const auto& [key, node] : table) {
      const std::string_view name = key.str();
      if (!is_known(name))
        throw UsageError(file + ": " + std::string(name) + " is not a setting. See docs/settings.md.");
      given[std::string(name)] = {toml_value(file, name, node), std::string(name) + " in " + file};
    }
  } catch (const toml::parse_error& error) {
    throw UsageError(file + ", line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()) + ".");
  }
}

AllGiven gather(const SettingFlags& flags, const Environment& environment) {
  AllGiven given;
  read_file(flags, environment, given);
  for (const auto& known : known_settings) {
    const std::string key(known.key);
    const auto variable = variable_of(key);
    if (auto value = environment(variable); value && !value->empty()) given[key] = {std::move(*value), variable};
    if (const auto flag = flags.find(key); flag != flags.end()) given[key] = {flag->second, flag_of(key)};
  }
  return given;
}

bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

void read_database(const Given& given, Settings& settings) {
  if (is_postgres(given.value)) {
    settings.database_url = given.value;
    return;
  }
  constexpr std::string_view scheme = "sqlite:";
  if (!given.value.starts_with(scheme) || given.value.size() == scheme.size()) {
    throw UsageError(given.from + " must be sqlite:PATH or postgresql://USER:PASSWORD@HOST/DATABASE.");
  }
  settings.database_path = given.value.substr(scheme.size());
}

double positive_number(const Given& given) {
  double value = 0;
  const auto* end = given.value.data() + given.value.size();
  const auto read = std::from_chars(given.value.data(), end, value);
  if (read.ec == std::errc() && read.ptr == end && value > 0 && value <= 1e7) return value;
  throw UsageError(given.from + " must be a number of seconds above 0, such as 60 or 0.2.");
}

int worker_count(const Given& given) {
  int value = 0;
  const auto* end = given.value.data() + given.value.size();
  const auto read = std::from_chars(given.value.data(), end, value);
  if (read.ec == std::errc() && read.ptr == end && value >= 1 && value <= 1024) return value;
  throw UsageError(given.from + " must be a whole number from 1 to 1024.");
}

Duration whole_days(const Given& given) {
  int value = 0;
  const auto* end = given.value.data() + given.value.size();
  const auto read = std::from_chars(given.value.data(), end, value);
  if (read.ec == std::errc() && read.ptr == end && value >= 1 && value <= 36'500) return std::chrono::days(value);
  throw UsageError(given.from + " must be a whole number of days from 1 to 36500.");
}

std::string base_url(const Given& given) {
  if (!given.value.starts_with("http://") && !given.value.starts_with("https://")) {
    throw UsageError(given.from + " must begin with https:// or http://.");
  }
  auto url = given.value;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string api_version(const Given& given) {
  const auto dot = given.value.find('.');
  const bool formed = given.value.size() >= 4 && given.value.front() == 'v' && dot != std::string::npos && dot > 1 &&
                      given.value.find_first_not_of("0123456789.", 1) == std::string::npos;
  if (!formed) throw UsageError(given.from + " must be a version such as v26.0.");
  return given.value;
}

// The mail server, where one is set: it needs a sender too.
std::optional<MailServer> mail_server(const Given* url, const Given* from, const Given* user, const Given* password) {
  if (url == nullptr) return std::nullopt;
  if (!url->value.starts_with("smtp://") && !url->value.starts_with("smtps://"))
    throw UsageError(url->from + " must begin with smtp:// or smtps://.");
  if (from == nullptr) throw UsageError(url->from + " needs a sender: set ADFILL_SMTP_FROM to an address.");
  if (!is_mail_address(from->value)) throw UsageError(from->from + " must be an address such as adfill@example.com.");
  MailServer server;
  server.url = url->value;
  server.from = from->value;
  if (user != nullptr) server.user = user->value;
  if (password != nullptr) server.password = password->value;
  return server;
}

// Both files or none.
std::optional<TlsFiles> tls_files(const Given* certificate, const Given* key) {
  if (certificate == nullptr && key == nullptr) return std::nullopt;
  if (key == nullptr) throw UsageError(certificate->from + " needs ADFILL_TLS_KEY, the file of the certificate's key.");
  if (certificate == nullptr) throw UsageError(key->from + " needs ADFILL_TLS_CERT, the file of the certificate.");
  return TlsFiles{certificate->value, key->value};
}

TrustedProxies trusted_proxies(const Given& given) {
  try {
    return TrustedProxies(given.value == "none" ? "" : given.value);
  } catch (const std::invalid_argument& error) {
    throw UsageError(given.from + ": " + error.what() + ". Write such as 10.0.0.0/8, 192.0.2.7; none trusts nobody.");
  }
}

std::string log_level(const Given& given) {
  for (const std::string_view level : {"debug", "info", "warn", "error", "off"}) {
    if (given.value == level) return given.value;
  }
  throw UsageError(given.from + " must be one of debug, info, warn, error, off.");
}

LogFormat log_format(const Given& given) {
  if (given.value == "text") return LogFormat::text;
  if (given.value == "json") return LogFormat::json;
  throw UsageError(given.from + " must be text or json.");
}

}  // namespace

std::string ListenAddress::to_string() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

ListenAddress parse_listen(const std::string& text, const std::string& named) {
  const auto colon = text.rfind(':');
  ListenAddress address;
  if (colon != std::string::npos && colon > 0) {
    address.host = text.substr(0, colon);
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
      address.host = address.host.substr(1, address.host.size() - 2);
    }
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, address.port);
    if (read.ec == std::errc() && read.ptr == end && !address.host.empty()) return address;
  }
  throw UsageError(named + " must be ADDRESS:PORT, such as 127.0.0.1:8080.");
}

void add_setting_flags(CLI::App& command, SettingFlags& flags, FlagSet set) {
  const auto add = [&command, &flags](const std::string& key, const std::string& help) {
    const auto keep = [&flags, key](const std::string& value) { flags[key] = value; };
    command.add_option_function<std::string>(flag_of(key), keep, help)->group("Settings")->type_name("");
  };
  add("config", "settings file [adfill.toml, if there is one]");
  for (const auto& known : known_settings) {
    if (known.flag && offers(set, known.set)) add(std::string(known.key), std::string(known.help));
  }
}

Settings load_settings(const SettingFlags& flags, const Environment& environment) {
  const auto given = gather(flags, environment);
  const auto find = [&given](std::string_view key) -> const Given* {
    const auto found = given.find(key);
    return found == given.end() ? nullptr : &found->second;
  };
  Settings settings;
  if (const auto* db = find("db")) read_database(*db, settings);
  if (const auto* listen = find("listen")) settings.listen = parse_listen(listen->value, listen->from);
  if (const auto* listen = find("metrics_listen")) settings.metrics_listen = parse_listen(listen->value, listen->from);
  settings.front.tls = tls_files(find("tls_cert"), find("tls_key"));
  if (const auto* proxies = find("trusted_proxies")) settings.front.trusted = trusted_proxies(*proxies);
  if (const auto* token = find("api_token")) settings.api_token = token->value;
  if (const auto* key = find("secret_key")) settings.secret_key = key->value;
  if (const auto* file = find("secret_key_file")) settings.secret_key_file = file->value;
  if (const auto* token = find("access_token")) settings.access_token = token->value;
  if (const auto* url = find("meta_url")) settings.meta_url = base_url(*url);
  if (const auto* version = find("meta_version")) settings.meta_version = api_version(*version);
  if (const auto* lease = find("lease_seconds")) settings.lease = from_seconds(positive_number(*lease));
  if (const auto* base = find("retry_base_seconds")) settings.retry.base = from_seconds(positive_number(*base));
  if (const auto* cap = find("retry_cap_seconds")) settings.retry.cap = from_seconds(positive_number(*cap));
  if (const auto* poll = find("poll_seconds")) settings.poll = from_seconds(positive_number(*poll));
  if (const auto* days = find("history_days")) settings.retention.history = whole_days(*days);
  if (const auto* days = find("job_days")) settings.retention.jobs = whole_days(*days);
  if (const auto* workers = find("workers")) settings.workers = worker_count(*workers);
  if (const auto* grace = find("freshness_seconds"))
    settings.alerts.rules.freshness = from_seconds(positive_number(*grace));
  if (const auto* look = find("alert_seconds")) settings.alerts.look_every = from_seconds(positive_number(*look));
  if (const auto* repeat = find("alert_repeat_seconds"))
    settings.alerts.rules.repeat = from_seconds(positive_number(*repeat));
  settings.alerts.mail = mail_server(find("smtp_url"), find("smtp_from"), find("smtp_user"), find("smtp_password"));
  if (const auto* log = find("log")) settings.log = log_level(*log);
  if (const auto* format = find("log_format")) settings.log_format = log_format(*format);
  return settings;
}

std::string database_name(const Settings& settings) {
  if (!settings.database_url) return settings.database_path;
  std::string url = *settings.database_url;
  const auto user = url.find("://") + 3;
  const auto at = url.find('@', user);
  const auto colon = url.find(':', user);
  if (at != std::string::npos && colon < at) url.erase(colon, at - colon);
  return url.substr(0, url.find('?'));  // which may hold another one
}

std::vector<std::string> secrets_of(const Settings& settings) {
  std::vector<std::string> secrets;
  const auto keep = [&secrets](const std::string& secret) {
    if (!secret.empty()) secrets.push_back(secret);
  };
  keep(settings.api_token.value_or(""));
  keep(settings.secret_key.value_or(""));
  keep(settings.access_token.value_or(""));
  if (settings.alerts.mail) keep(settings.alerts.mail->password.value_or(""));
  if (!settings.database_url) return secrets;
  const auto& url = *settings.database_url;
  const auto user = url.find("://") + 3;
  const auto at = url.find('@', user);
  const auto colon = url.find(':', user);
  if (at != std::string::npos && colon < at) keep(url.substr(colon + 1, at - colon - 1));
  return secrets;
}

Environment take_environment() {
  std::map<std::string, std::string, std::less<>> given;
  std::map<std::string_view, char*> values;  // as they stand in the process's memory
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !text.starts_with("ADFILL_")) continue;
    given.emplace(text.substr(0, equals), text.substr(equals + 1));
    values.emplace(text.substr(0, equals), *entry + equals + 1);
  }
  for (const auto& known : known_settings) {
    const bool is_secret = !known.flag || known.key == "db";  // a database's URL may hold its password
    const auto value = values.find(variable_of(known.key));
    if (is_secret && value != values.end()) explicit_bzero(value->second, std::strlen(value->second));
  }
  return [given = std::move(given)](const std::string& name) -> std::optional<std::string> {
    const auto value = given.find(name);
    return value == given.end() ? std::nullopt : std::optional<std::string>(value->second);
  };
}

}  // namespace adfill
