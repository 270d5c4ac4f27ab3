// adfill token create.
#include "api/json_input.h"
#include "command_line.h"
#include "process.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

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

// Advertisers are known by the accounts they have.
AdvertiserId find_advertiser(Store& store, const std::string& name) {
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    const auto page = store.integrations(filter);
    for (const auto& integration : page) {
      if (integration.advertiser_name == name) return integration.advertiser;
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) break;
    filter.after = page.back().id;
  }
  throw CommandError("There is no advertiser " + name + " with an ad account. adfill integration list shows them.");
}

int create_token(const CommandLine& line, const TokenArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  if (const auto wrong = wrong_text(given.name, longest_name)) throw UsageError("--name " + *wrong + ".");
  const auto role = parse<Role>(given.role);
  if (!role) throw UsageError("--role must be one of viewer, operator, admin.");
  Process process(std::move(settings), Database::create_or_update);
  TokenRecord record;
  record.id = ApiTokenId::draw(process.random());
  record.name = given.name;
  record.role = *role;
  if (!given.advertisers.empty()) {
    std::vector<AdvertiserId> seen;
    for (const auto& name : given.advertisers) seen.push_back(find_advertiser(process.store(), name));
    record.advertisers = std::move(seen);
  }
  if (given.days > 0) record.expires_at = process.store().now() + std::chrono::days(given.days);
  const auto token = make_api_token();
  process.store().add_token(record, hash_api_token(token));
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
  create.callback([&line, given] { line.chosen = [&line, given] { return create_token(line, *given); }; });
}

}  // namespace adfill
