// adfill history, undo, release: what moved a day's number, taking a commit back, and letting its days be collected
// again.
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
#include <string>

namespace adfill {

namespace json = boost::json;

namespace {

struct HistoryArguments {
  std::string integration;
  std::string type = "ads";
  std::string since;
  std::string until;
  std::string attempt;
};

CollectionType type_of(const HistoryArguments& given) {
  const auto type = type_argument(given.type, "--type");
  if (type == CollectionType::creatives) throw UsageError("--type must be ads or demographics.");
  return type;
}

DayRange range_of(const HistoryArguments& given) {
  const DayRange range{given.since.empty() ? Day(1, 1, 1) : day_argument(given.since, "--since"),
                       given.until.empty() ? Day(9999, 12, 31) : day_argument(given.until, "--until")};
  if (range.until < range.since) throw UsageError("--since must not be after --until.");
  return range;
}

IntegrationId find_account(Process& process, const HistoryArguments& given) {
  const auto id = id_argument<IntegrationId>(given.integration, "--integration");
  require_integration(process.store(), id);
  return id;
}

void print_changes(const std::vector<DayChange>& changes) {
  std::vector<TableRow> rows{{"DAY", "AT", "COST BEFORE", "COST", "IMPRESSIONS BEFORE", "IMPRESSIONS", "ADDED",
                              "CHANGED", "REMOVED", "ATTEMPT"}};
  for (const auto& change : changes) {
    rows.push_back({change.day.to_string(), to_rfc3339(change.at), to_decimal(change.before.cost),
                    to_decimal(change.after.cost), std::to_string(change.before.impressions),
                    std::to_string(change.after.impressions), std::to_string(change.rows_added),
                    std::to_string(change.rows_changed), std::to_string(change.rows_removed),
                    change.attempt.to_string()});
  }
  std::cout << table_text(rows, {2, 3, 4, 5, 6, 7, 8});
}

int history(const CommandLine& line, const HistoryArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto type = type_of(given);
  const auto range = range_of(given);
  Process process(std::move(settings), Database::must_exist);
  const auto changes = process.store().day_changes(find_account(process, given), type, range);
  if (!line.json) {
    print_changes(changes);
    return 0;
  }
  json::object body;
  json::array list;
  for (const auto& change : changes) list.push_back(to_json(change));
  body["changes"] = std::move(list);
  std::cout << json::serialize(body) << '\n';
  return 0;
}

int undo(const CommandLine& line, const HistoryArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto attempt = id_argument<ChunkToken>(given.attempt, "The attempt");
  Process process(std::move(settings), Database::must_exist);
  const auto undone = process.store().undo(find_account(process, given), attempt, "cli");
  if (undone.state == Undone::State::not_found) {
    throw CommandError("Nothing that is kept was changed by that attempt. adfill history shows the attempts.");
  }
  if (undone.state == Undone::State::changed_by_hand) {
    throw CommandError("The rows of " + undone.day.value_or(Day()).to_string() +
                       " are not what their commit left, so what was before it can't be made again. Collect the day "
                       "anew: adfill backfill.");
  }
  if (line.json) {
    json::object body;
    json::array days;
    for (const auto day : undone.days) days.push_back(json::value(day.to_string()));
    body["days"] = std::move(days);
    std::cout << json::serialize(body) << '\n';
    return 0;
  }
  std::cout << undone.days.size() << " days are what they were before that commit, and stay so until adfill release:\n";
  for (const auto day : undone.days) std::cout << day.to_string() << '\n';
  return 0;
}

int release(const CommandLine& line, const HistoryArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto type = type_of(given);
  const auto range = range_of(given);
  Process process(std::move(settings), Database::must_exist);
  const int days = process.store().release_days(find_account(process, given), type, range, "cli");
  if (line.json) {
    std::cout << json::serialize(json::object{{"days", days}}) << '\n';
  } else {
    std::cout << days << " days are released; the next collection of them counts again.\n";
  }
  return 0;
}

void add_range(CLI::App& command, HistoryArguments& given) {
  command.add_option("--type", given.type, "ads or demographics")->capture_default_str();
  command.add_option("--since", given.since, "from this day on");
  command.add_option("--until", given.until, "up to this day");
}

}  // namespace

void add_history_commands(CLI::App& app, CommandLine& line) {
  const auto add = [&](const std::string& name, const std::string& help, const std::string& examples,
                       int (*run)(const CommandLine&, const HistoryArguments&)) {
    auto given = std::make_shared<HistoryArguments>();
    auto& command = add_command(app, name, help, examples);
    add_setting_flags(command, line.flags, FlagSet::database);
    add_json_flag(command, line);
    command.add_option("--integration", given->integration, "the ad account")->required();
    command.callback([&line, given, run] { line.chosen = [&line, given, run] { return run(line, *given); }; });
    return std::pair<CLI::App*, HistoryArguments*>(&command, given.get());
  };
  const auto [history_app, history_given] =
      add("history", "which commits moved the figures of days, from what to what, within the time that it is kept",
          "  adfill history --integration ID --since 2026-05-03 --until 2026-05-03", history);
  add_range(*history_app, *history_given);
  const auto [undo_app, undo_given] =
      add("undo", "the days of a commit become what they were before it, until they are released",
          "  adfill undo --integration ID ATTEMPT", undo);
  undo_app->add_option("attempt", undo_given->attempt, "as adfill history tells it")->required();
  const auto [release_app, release_given] =
      add("release", "days that an undoing has pinned may be collected again",
          "  adfill release --integration ID --since 2026-05-03 --until 2026-05-03", release);
  add_range(*release_app, *release_given);
}

}  // namespace adfill
