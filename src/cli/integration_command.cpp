// adfill integration add, list, update and remove.
#include "api/estimate_output.h"
#include "api/json_input.h"
#include "api/json_output.h"
#include "arguments.h"
#include "command_line.h"
#include "price_text.h"
#include "process.h"
#include "table.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

const std::string who = "cli";
constexpr std::size_t longest_advertiser = 200;

struct AddArguments {
  std::string advertiser;
  std::string source = "meta";
  std::string account;
  SecretSource secret;
  std::string credentials_of;
  std::vector<std::string> attribution;
  bool keep_thumbnails = false;
  std::string since;
  std::string until;
  bool estimate = false;
};

IntegrationRequest request_of(const AddArguments& given, const Settings& settings) {
  IntegrationRequest request;
  if (const auto wrong = wrong_text(given.advertiser, longest_advertiser))
    throw UsageError("--advertiser " + wrong->message + ".");
  request.advertiser = given.advertiser;
  const auto source = parse<Source>(given.source);
  if (!source) throw UsageError("--source must be one of meta, google_ads, naver.");
  request.source = *source;
  request.account_id = given.account;
  request.attribution = given.attribution;
  request.keep_thumbnails = given.keep_thumbnails;
  if (given.since.empty() != given.until.empty()) throw UsageError("--since and --until go together.");
  if (!given.since.empty()) {
    RangeRequest range;
    range.since = day_argument(given.since, "--since");
    range.until = day_argument(given.until, "--until");
    if (range.since > range.until) throw UsageError("--since must not be after --until.");
    request.initial = range;
  }
  if (!given.credentials_of.empty()) return request;
  auto token = read_access_token(given.secret, settings, true);
  if (!token) {
    throw UsageError(
        "An access token is needed: --token-file FILE, ADFILL_ACCESS_TOKEN, --token, or on standard input; or "
        "--credentials-of ID, the integration whose token sees the account.");
  }
  request.credentials.fields.emplace("access_token", std::move(*token));
  return request;
}

Credentials borrowed_credentials(Process& process, const std::string& id) {
  const auto lender = IntegrationId::parse(id);
  auto stored =
      lender ? run_on(process.loop(), process.initial_collection().stored_credentials(*lender)) : std::nullopt;
  if (!stored) {
    throw CommandError("There is no integration " + id +
                       " with credentials that can be opened. adfill integration list shows them.");
  }
  return std::move(*stored);
}

int tell_estimate(const CommandLine& line, Process& process, IntegrationRequest request) {
  const auto made = run_on(process.loop(), process.initial_collection().estimate(std::move(request)));
  if (!made) throw CommandError(words_of(made.error()));
  if (line.json) {
    std::cout << json::serialize(to_json(*made)) << '\n';
  } else {
    std::cout << price_text(*made) << "Nothing was added. Without --estimate it is.\n";
  }
  return 0;
}

int add_integration(const CommandLine& line, const AddArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  auto request = request_of(given, settings);
  if (given.estimate && !request.initial) throw UsageError("--estimate needs a range: --since and --until.");
  Process process(std::move(settings), Database::create_or_update);
  if (!given.credentials_of.empty()) request.credentials = borrowed_credentials(process, given.credentials_of);
  if (given.estimate) return tell_estimate(line, process, std::move(request));
  const auto added = run_on(process.loop(), process.initial_collection().add(std::move(request), who));
  if (!added) throw CommandError(words_of(added.error()));
  if (line.json) {
    std::cout << json::serialize(requested_json(added->id, added->jobs)) << '\n';
    return 0;
  }
  const auto record = process.store().integration(added->id);
  std::cout << "Integration " << added->id.to_string() << " added";
  if (record) std::cout << ": " << record->account_name << " (" << record->currency << ", " << record->time_zone << ")";
  std::cout << '\n';
  for (const auto& job : added->jobs) {
    std::cout << "Job " << job.id.to_string() << ": " << to_string(job.type) << ", " << job.chunks_total << " chunks\n";
  }
  return 0;
}

std::vector<IntegrationRecord> all_integrations(Store& store) {
  std::vector<IntegrationRecord> all;
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    auto page = store.integrations(filter);
    const bool last = page.size() < static_cast<std::size_t>(filter.limit);
    if (!page.empty()) filter.after = page.back().id;
    all.insert(all.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
    if (last) return all;
  }
}

int list_integrations(const CommandLine& line) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  Process process(std::move(settings), Database::must_exist);
  const auto all = all_integrations(process.store());
  const auto offers = process.store().account_offers({});
  if (line.json) {
    json::object body;
    json::array list;
    for (const auto& integration : all) list.push_back(to_json(integration));
    body["integrations"] = std::move(list);
    body["next_cursor"] = nullptr;
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::vector<TableRow> rows{
      {"ID", "ADVERTISER", "SOURCE", "ACCOUNT", "NAME", "CURRENCY", "TIME ZONE", "STATUS", "LAST ERROR"}};
  for (const auto& one : all) {
    rows.push_back({one.id.to_string(), one.advertiser_name, std::string(to_string(one.source)), one.account_id,
                    one.account_name, one.currency, one.time_zone, std::string(to_string(one.status)), one.last_error});
  }
  std::cout << table_text(rows);
  if (offers.empty()) return 0;
  std::cout << "These accounts can be seen with stored credentials and are not collected. To add one:\n"
               "adfill integration add --advertiser NAME --account ACCOUNT --credentials-of ID\n";
  rows = {{"ACCOUNT", "NAME", "CURRENCY", "TIME ZONE", "STATUS", "CREDENTIALS OF"}};
  for (const auto& offer : offers) {
    rows.push_back({offer.account.account_id, offer.account.name, offer.account.currency, offer.account.time_zone,
                    offer.account.status, offer.through.to_string()});
  }
  std::cout << table_text(rows);
  return 0;
}

struct UpdateArguments {
  std::string id;
  SecretSource secret;
  bool pause = false;
  bool resume = false;
  std::vector<std::string> attribution;
  std::optional<bool> keep_thumbnails{};
};

int update_integration(const CommandLine& line, const UpdateArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<IntegrationId>(given.id, "The integration");
  if (given.pause && given.resume) throw UsageError("Give --pause or --resume, not both.");
  const bool pause_or_resume = given.pause || given.resume;
  const bool needs_token = !pause_or_resume && given.attribution.empty() && !given.keep_thumbnails;
  auto token = read_access_token(given.secret, settings, needs_token);
  if (!token && needs_token)
    throw UsageError(
        "Say what is to change: --token-file FILE, --token, --attribution, --keep-thumbnails, --pause or --resume.");
  Process process(std::move(settings), Database::must_exist);
  if (token) {
    Credentials credentials;
    credentials.fields.emplace("access_token", std::move(*token));
    const auto replaced =
        run_on(process.loop(), process.initial_collection().replace_credentials(id, std::move(credentials), who));
    if (!replaced) throw CommandError(words_of(replaced.error()));
  }
  if (!given.attribution.empty()) {
    auto windows =
        given.attribution == std::vector<std::string>{"default"} ? std::vector<std::string>() : given.attribution;
    const auto set = run_on(process.loop(), process.initial_collection().set_attribution(id, std::move(windows), who));
    if (!set) throw CommandError(words_of(set.error()));
  }
  if (given.keep_thumbnails) (void)process.store().set_keep_thumbnails(id, *given.keep_thumbnails, who);
  if (pause_or_resume && process.store().pause(id, given.pause, who) == Outcome::not_found) {
    throw CommandError("There is no such integration. adfill integration list shows them.");
  }
  const auto record = process.store().integration(id);
  if (!record) throw CommandError("There is no such integration. adfill integration list shows them.");
  if (line.json) {
    std::cout << json::serialize(to_json(*record)) << '\n';
  } else {
    std::cout << "Integration " << record->id.to_string() << " is now " << to_string(record->status) << '\n';
  }
  return 0;
}

int remove_integration(const CommandLine& line, const std::string& text, bool purge) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<IntegrationId>(text, "The integration");
  Process process(std::move(settings), Database::must_exist);
  if (process.store().remove_integration(id, purge, who) != Outcome::done) {
    throw CommandError("There is no such integration. adfill integration list shows them.");
  }
  std::cout << "Integration " << text << " removed; its figures " << (purge ? "are gone too" : "stay") << '\n';
  return 0;
}

void add_add(CLI::App& integration, CommandLine& line) {
  auto given = std::make_shared<AddArguments>();
  auto& command = add_command(
      integration, "add", "add an ad account; its credentials are verified with the platform first",
      "  adfill integration add --advertiser Acme --source meta --account act_123 --token-file token.txt\n"
      "  pass show meta | adfill integration add --advertiser Acme --account act_123 --since 2024-11-01 "
      "--until 2026-10-31\n"
      "  adfill integration add --advertiser Acme --account act_123 --token-file token.txt --since 2024-11-01 "
      "--until 2026-10-31 --estimate");
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.add_option("--advertiser", given->advertiser, "whose ads they are; made on first use")->required();
  command.add_option("--source", given->source, "meta")->capture_default_str();
  command.add_option("--account", given->account, "the account's id at the platform")->required();
  command.add_option("--token", given->secret.flag,
                     "access token; other users of the machine may see it: prefer --token-file");
  command.add_option("--token-file", given->secret.file, "file with the access token; - is standard input");
  command.add_option("--credentials-of", given->credentials_of,
                     "the integration whose stored token sees this account too, instead of a token");
  command
      .add_option("--attribution", given->attribution,
                  "windows to count conversions in, such as 7d_click,1d_view; each ad set's own where left out")
      ->delimiter(',');
  command.add_flag("--keep-thumbnails", given->keep_thumbnails,
                   "keep the thumbnails of creatives, since the platform's links to them end within days");
  command.add_option("--since", given->since, "also request its history, from this day");
  command.add_option("--until", given->until, "to this day");
  command.add_flag("--estimate", given->estimate, "only tell how many rows and calls that is, and how long it takes");
  command.callback([&line, given] { line.chosen = [&line, given] { return add_integration(line, *given); }; });
}

void add_update(CLI::App& integration, CommandLine& line) {
  auto given = std::make_shared<UpdateArguments>();
  auto& command = add_command(
      integration, "update", "replace the credentials, choose attribution windows, keep thumbnails, pause or resume",
      "  adfill integration update ID --token-file token.txt\n  adfill integration update ID --pause");
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.add_option("id", given->id, "the integration")->required();
  command.add_option("--token", given->secret.flag, "new access token; prefer --token-file");
  command.add_option("--token-file", given->secret.file, "file with the new access token; - is standard input");
  command
      .add_option("--attribution", given->attribution,
                  "windows to count conversions in from now on, such as 7d_click,1d_view; default: each ad set's own")
      ->delimiter(',');
  command.add_flag("--keep-thumbnails,!--no-keep-thumbnails", given->keep_thumbnails,
                   "keep the thumbnails of creatives that are listed from now on, or no more of them");
  command.add_flag("--pause", given->pause, "collect nothing until resumed");
  command.add_flag("--resume", given->resume, "go on");
  command.callback([&line, given] { line.chosen = [&line, given] { return update_integration(line, *given); }; });
}

}  // namespace

void add_integration_commands(CLI::App& app, CommandLine& line) {
  auto& integration =
      add_command(app, "integration", "ad accounts: add, list, update, remove", "  adfill integration list");
  integration.require_subcommand(1);
  add_add(integration, line);

  auto& list = add_command(integration, "list", "all ad accounts, newest first", "");
  add_setting_flags(list, line.flags, FlagSet::database);
  add_json_flag(list, line);
  list.callback([&line] { line.chosen = [&line] { return list_integrations(line); }; });

  add_update(integration, line);

  auto& remove = add_command(integration, "remove", "remove an ad account with its jobs and coverage; figures stay",
                             "  adfill integration remove ID --purge");
  add_setting_flags(remove, line.flags, FlagSet::database);
  auto id = std::make_shared<std::string>();
  auto purge = std::make_shared<bool>(false);
  remove.add_option("id", *id, "the integration")->required();
  remove.add_flag("--purge", *purge, "remove its figures too");
  remove.callback(
      [&line, id, purge] { line.chosen = [&line, id, purge] { return remove_integration(line, *id, *purge); }; });
}

}  // namespace adfill
