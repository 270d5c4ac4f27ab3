// adfill token create, list, revoke.
#include "api/json_input.h"
#include "api/json_output.h"
#include "arguments.h"
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

constexpr std::size_t longest_name = 200;

struct TokenArguments {
  std::string name;
  std::string role = "viewer";
  std::vector<std::string> advertisers;
  int days = 0;
};

int create_token(const CommandLine& line, const TokenArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  if (const auto wrong = wrong_text(given.name, longest_name)) throw UsageError("--name " + wrong->message + ".");
  const auto role = parse<Role>(given.role);
  if (!role) throw UsageError("--role must be one of viewer, operator, admin.");
  Process process(std::move(settings), Database::create_or_update);
  TokenRecord record;
  record.id = ApiTokenId::draw(process.random());
  record.name = given.name;
  record.role = *role;
  if (!given.advertisers.empty()) {
    for (const auto& name : given.advertisers) {
      if (const auto wrong = wrong_text(name, longest_name)) throw UsageError("--advertiser " + wrong->message + ".");
    }
    record.advertisers = process.store().advertisers_named(given.advertisers);
  }
  if (given.days > 0) record.expires_at = process.store().now() + std::chrono::days(given.days);
  const auto token = make_api_token();
  process.store().add_token(record, hash_api_token(token), "cli");
  if (line.json) {
    json::object body;
    body["id"] = record.id.to_string();
    body["token"] = token;
    std::cout << json::serialize(body) << '\n';
  } else {
    std::cout << token << '\n';
    std::cerr << "Shown this once: keep it.\n";
  }
  return 0;
}

std::vector<TokenRecord> all_tokens(Store& store) {
  std::vector<TokenRecord> all;
  TokenFilter filter;
  filter.limit = 200;
  while (true) {
    auto page = store.tokens(filter);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(filter.limit)) return all;
    filter.after = page.back().id;
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

int list_tokens(const CommandLine& line) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  Process process(std::move(settings), Database::must_exist);
  const auto tokens = all_tokens(process.store());
  if (line.json) {
    json::array list;
    for (const auto& token : tokens) list.push_back(to_json(token));
    json::object body;
    body["tokens"] = std::move(list);
    body["next_cursor"] = nullptr;
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::vector<TableRow> rows{{"ID", "NAME", "ROLE", "ADVERTISERS", "EXPIRES", "LAST USED"}};
  for (const auto& token : tokens) {
    rows.push_back({token.id.to_string(), token.name, std::string(to_string(token.role)),
                    token.advertisers ? joined(token.advertiser_names) : "all",
                    token.expires_at ? to_rfc3339(*token.expires_at) : "never",
                    token.last_used_at ? to_rfc3339(*token.last_used_at) : "never"});
  }
  std::cout << table_text(rows);
  return 0;
}

int revoke_token(const CommandLine& line, const std::string& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<ApiTokenId>(given, "ID");
  Process process(std::move(settings), Database::must_exist);
  switch (process.store().revoke_token(id, std::nullopt, "cli")) {
    case Outcome::done:
      return 0;
    case Outcome::refused:
      throw CommandError(
          "This is the last admin token for all advertisers that lives longer than a day. Make another "
          "with adfill token create --role admin, then revoke this one.");
    case Outcome::not_found:
    case Outcome::stale:
      break;
  }
  throw CommandError("There is no token " + given + ". adfill token list shows them.");
}

}  // namespace

void add_token_commands(CLI::App& app, CommandLine& line) {
  auto& token =
      add_command(app, "token", "API tokens", "  adfill token create --name dashboard --role viewer --advertiser Acme");
  token.require_subcommand(1);
  auto given = std::make_shared<TokenArguments>();
  auto& create = add_command(token, "create", "make an API token; it is printed once",
                             "  adfill token create --name ci --role operator --expires-in-days 90");
  add_setting_flags(create, line.flags, FlagSet::database);
  add_json_flag(create, line);
  create.add_option("--name", given->name, "what it is for; stands in the audit log")->required();
  create.add_option("--role", given->role, "viewer, operator or admin")->capture_default_str();
  create.add_option("--advertiser", given->advertisers, "what it may see; everything when left out");
  create.add_option("--expires-in-days", given->days, "ends by itself after so many days")->check(CLI::Range(1, 36500));
  auto& list = add_command(token, "list", "the tokens that are not revoked",
                           "  adfill token list\n"
                           "  adfill token list --json");
  add_setting_flags(list, line.flags, FlagSet::database);
  add_json_flag(list, line);
  list.callback([&line] { line.chosen = [&line] { return list_tokens(line); }; });

  auto& revoke =
      add_command(token, "revoke", "end a token at once", "  adfill token revoke 3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11");
  add_setting_flags(revoke, line.flags, FlagSet::database);
  auto id = std::make_shared<std::string>();
  revoke.add_option("ID", *id, "the token, as adfill token list shows it")->required();
  revoke.callback([&line, id] { line.chosen = [&line, id] { return revoke_token(line, *id); }; });

  create.callback([&line, given] { line.chosen = [&line, given] { return create_token(line, *given); }; });
}

}  // namespace adfill
