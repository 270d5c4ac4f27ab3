// adfill alert list; adfill alert channel add, list, remove.
#include "api/json_output.h"
#include "arguments.h"
#include "collect/alert_message.h"
#include "command_line.h"
#include "process.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr int page_size = 200;

template <class Record>
void print_json(const char* name, const std::vector<Record>& records) {
  json::array list;
  for (const auto& record : records) list.push_back(to_json(record));
  json::object body;
  body[name] = std::move(list);
  body["next_cursor"] = nullptr;
  std::cout << json::serialize(body) << '\n';
}

int list_alerts(const CommandLine& line, bool past_too) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  Process process(std::move(settings), Database::must_exist);
  AlertFilter filter;
  if (!past_too) filter.state = AlertState::open;
  filter.limit = page_size;
  std::vector<AlertRecord> alerts;
  while (true) {
    auto page = process.store().alerts(filter);
    alerts.insert(alerts.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(page_size)) break;
    filter.after = page.back().id;
  }
  if (line.json) {
    print_json("alerts", alerts);
    return 0;
  }
  std::vector<TableRow> rows{{"OPENED", "CLOSED", "KIND", "WHAT"}};
  for (const auto& alert : alerts) {
    rows.push_back({to_rfc3339(alert.opened_at), alert.closed_at ? to_rfc3339(*alert.closed_at) : "open",
                    std::string(to_string(alert.kind)), alert.message});
  }
  std::cout << table_text(rows);
  return 0;
}

struct ChannelArguments {
  std::string kind;
  std::string target;
  std::vector<std::string> advertisers;
};

int add_channel(const CommandLine& line, const ChannelArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto kind = parse<ChannelKind>(given.kind);
  if (!kind) throw UsageError("--kind must be one of webhook, slack, email.");
  if (const auto wrong = wrong_target(*kind, given.target)) throw UsageError("--target " + *wrong + ".");
  Process process(std::move(settings), Database::create_or_update);
  process.check_key();
  ChannelTarget target{given.target, *kind == ChannelKind::webhook ? make_api_token() : std::string()};
  AlertChannelRecord record;
  record.id = AlertChannelId::draw(process.random());
  record.kind = *kind;
  record.label = target_label(*kind, given.target);
  record.sealed = process.secrets().seal(channel_secret_text(target), record.id.to_string());
  if (!given.advertisers.empty()) record.advertisers = process.store().advertisers_named(given.advertisers);
  process.store().add_alert_channel(record, "cli");
  if (line.json) {
    json::object body;
    body["id"] = record.id.to_string();
    body["kind"] = to_string(record.kind);
    body["target"] = record.label;
    body["secret"] = target.secret.empty() ? json::value(nullptr) : json::value(target.secret);
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::cout << record.id.to_string() << '\n';
  if (!target.secret.empty()) std::cerr << "The secret of its signatures, shown this once: " << target.secret << '\n';
  return 0;
}

int list_channels(const CommandLine& line) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  Process process(std::move(settings), Database::must_exist);
  AlertChannelFilter filter;
  filter.limit = page_size;
  std::vector<AlertChannelRecord> channels;
  while (true) {
    auto page = process.store().alert_channels(filter);
    channels.insert(channels.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(page_size)) break;
    filter.after = page.back().id;
  }
  if (line.json) {
    print_json("alert_channels", channels);
    return 0;
  }
  std::vector<TableRow> rows{{"ID", "KIND", "TARGET", "DELIVERED", "LAST ERROR"}};
  for (const auto& channel : channels) {
    rows.push_back({channel.id.to_string(), std::string(to_string(channel.kind)), channel.label,
                    channel.delivered_at ? to_rfc3339(*channel.delivered_at) : "never", channel.last_error});
  }
  std::cout << table_text(rows);
  return 0;
}

int remove_channel(const CommandLine& line, const std::string& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<AlertChannelId>(given, "ID");
  Process process(std::move(settings), Database::must_exist);
  if (process.store().remove_alert_channel(id, std::nullopt, "cli") == Outcome::done) return 0;
  throw CommandError("There is no alert channel " + given + ". adfill alert channel list shows them.");
}

void add_channel_commands(CLI::App& alert, CommandLine& line) {
  auto& channel = add_command(alert, "channel", "who is told of alerts", "");
  channel.require_subcommand(1);
  auto given = std::make_shared<ChannelArguments>();
  auto& add = add_command(channel, "add", "tell a webhook, Slack or an e-mail address",
                          "  adfill alert channel add --kind slack --target https://hooks.slack.com/services/...\n"
                          "  adfill alert channel add --kind email --target ads@example.com --advertiser Acme");
  add_setting_flags(add, line.flags, FlagSet::database);
  add_json_flag(add, line);
  add.add_option("--kind", given->kind, "webhook, slack or email")->required();
  add.add_option("--target", given->target, "the URL or address")->required();
  add.add_option("--advertiser", given->advertisers, "whose alerts; everyone's when left out");
  add.callback([&line, given] { line.chosen = [&line, given] { return add_channel(line, *given); }; });

  auto& list = add_command(channel, "list", "the channels, and how their last delivery went",
                           "  adfill alert channel list\n  adfill alert channel list --json");
  add_setting_flags(list, line.flags, FlagSet::database);
  add_json_flag(list, line);
  list.callback([&line] { line.chosen = [&line] { return list_channels(line); }; });

  auto& remove = add_command(channel, "remove", "tell it no more",
                             "  adfill alert channel remove 3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11");
  add_setting_flags(remove, line.flags, FlagSet::database);
  auto id = std::make_shared<std::string>();
  remove.add_option("ID", *id, "the channel, as adfill alert channel list shows it")->required();
  remove.callback([&line, id] { line.chosen = [&line, id] { return remove_channel(line, *id); }; });
}

}  // namespace

void add_alert_commands(CLI::App& app, CommandLine& line) {
  auto& alert = add_command(app, "alert", "what is wrong, and who is told", "");
  alert.require_subcommand(1);
  auto& list =
      add_command(alert, "list", "open alerts, newest first", "  adfill alert list\n  adfill alert list --all --json");
  add_setting_flags(list, line.flags, FlagSet::database);
  add_json_flag(list, line);
  auto past_too = std::make_shared<bool>(false);
  list.add_flag("--all", *past_too, "past ones too");
  list.callback([&line, past_too] { line.chosen = [&line, past_too] { return list_alerts(line, *past_too); }; });
  add_channel_commands(alert, line);
}

}  // namespace adfill
