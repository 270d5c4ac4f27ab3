// adfill verify: what is stored of each day against the receipt of its commit.
#include "api/json_output.h"
#include "arguments.h"
#include "collect/receipts.h"
#include "command_line.h"
#include "core/row_hash.h"
#include "process.h"
#include "table.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

namespace adfill {

namespace json = boost::json;

namespace {

void print_changed(const Verified& verified) {
  std::vector<TableRow> rows{
      {"ADVERTISER", "ACCOUNT", "TYPE", "DAY", "", "ROWS", "IMPRESSIONS", "CLICKS", "COST", "HASH"}};
  for (const auto& day : verified.changed) {
    const auto add = [&](const std::string& what, std::int64_t count, const Totals& totals,
                         std::optional<std::int64_t> hash) {
      rows.push_back({day.integration.advertiser_name, day.integration.account_id, std::string(to_string(day.type)),
                      day.receipt.day.to_string(), what, std::to_string(count), std::to_string(totals.impressions),
                      std::to_string(totals.clicks), to_decimal(totals.cost), hash ? hash_text(*hash) : "none"});
    };
    add("receipt", day.receipt.rows, day.receipt.stored, day.receipt.rows_hash);
    add("stored", day.stored.rows, day.stored.totals, day.stored.rows_hash);
  }
  if (!verified.changed.empty()) std::cout << table_text(rows, {5, 6, 7, 8});
  std::cout << verified.days << " days compared, " << verified.changed.size() << " changed";
  if (verified.without_hash > 0) {
    std::cout << "; of " << verified.without_hash << " only rows and totals: their receipts are older than hashes";
  }
  std::cout << '\n';
  if (verified.suspect > 0) {
    std::cout << verified.suspect << " of them are suspect: a fault of the platform makes their figures doubtful. "
              << "They are collected again by themselves when it is over.\n";
  }
}

json::object as_json(const Verified& verified) {
  json::object body;
  body["days"] = verified.days;
  body["without_hash"] = verified.without_hash;
  body["suspect"] = verified.suspect;
  json::array list;
  for (const auto& day : verified.changed) {
    json::object entry;
    entry["integration_id"] = day.integration.id.to_string();
    entry["collection_type"] = to_string(day.type);
    entry["date"] = day.receipt.day.to_string();
    entry["receipt"] = to_json(day.receipt.stored);
    entry["receipt"].as_object()["rows"] = day.receipt.rows;
    entry["receipt"].as_object()["rows_absent"] = day.receipt.rows_absent;
    entry["receipt"].as_object()["rows_hash"] =
        day.receipt.rows_hash ? json::value(hash_text(*day.receipt.rows_hash)) : json::value(nullptr);
    entry["stored"] = to_json(day.stored.totals);
    entry["stored"].as_object()["rows"] = day.stored.rows;
    entry["stored"].as_object()["rows_absent"] = day.stored.rows_absent;
    entry["stored"].as_object()["rows_hash"] = hash_text(day.stored.rows_hash);
    list.push_back(std::move(entry));
  }
  body["changed"] = std::move(list);
  return body;
}

struct VerifyArguments {
  std::string integration;
  std::string since;
  std::string until;
};

int verify(const CommandLine& line, const VerifyArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  VerifyRequest request;
  if (!given.integration.empty()) request.integration = id_argument<IntegrationId>(given.integration, "--integration");
  if (!given.since.empty()) request.since = day_argument(given.since, "--since");
  if (!given.until.empty()) request.until = day_argument(given.until, "--until");
  if (request.since && request.until && *request.since > *request.until) {
    throw UsageError("--since must not be after --until.");
  }
  Process process(std::move(settings), Database::must_exist);
  const auto verified = verify_receipts(process.store(), request);
  if (!verified) throw CommandError("There is no such ad account. adfill integration list shows them.");
  if (line.json) {
    std::cout << json::serialize(as_json(*verified)) << '\n';
  } else {
    print_changed(*verified);
  }
  return verified->changed.empty() ? 0 : 1;
}

}  // namespace

void add_verify_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<VerifyArguments>();
  auto& command = add_command(
      app, "verify", "stored figures against the receipts of their commits; exit code 1 when a day was changed",
      "  adfill verify\n  adfill verify --integration ID --since 2026-01-01 --json");
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.add_option("--integration", given->integration, "this ad account only");
  command.add_option("--since", given->since, "from this day on");
  command.add_option("--until", given->until, "up to this day");
  command.callback([&line, given] { line.chosen = [&line, given] { return verify(line, *given); }; });
}

}  // namespace adfill
