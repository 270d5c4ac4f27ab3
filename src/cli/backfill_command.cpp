// adfill backfill: requests a range, and with --wait stays until it is collected. Where no other process works on the
// database, it works itself.
#include "api/estimate_output.h"
#include "api/json_output.h"
#include "arguments.h"
#include "command_line.h"
#include "job_watch.h"
#include "price_text.h"
#include "process.h"

#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

struct BackfillArguments {
  std::string integration;
  std::string since;
  std::string until;
  std::vector<std::string> types;
  bool newest_first = false;
  bool wait = false;
  bool estimate = false;
};

RangeRequest range_of(const BackfillArguments& given) {
  RangeRequest range;
  range.since = day_argument(given.since, "--since");
  range.until = day_argument(given.until, "--until");
  if (range.since > range.until) throw UsageError("--since " + given.since + " is after --until " + given.until + ".");
  range.types = types_argument(given.types);
  range.newest_first = given.newest_first;
  return range;
}

int tell_estimate(const CommandLine& line, Process& process, IntegrationId id, RangeRequest range) {
  const auto made = run_on(process.loop(), process.initial_collection().estimate(id, std::move(range)));
  if (!made) throw CommandError(words_of(made.error()));
  if (line.json) {
    std::cout << json::serialize(to_json(*made)) << '\n';
  } else {
    std::cout << price_text(*made) << "Nothing was requested. Without --estimate it is.\n";
  }
  return 0;
}

int backfill(const CommandLine& line, const BackfillArguments& given) {
  if (given.estimate && given.wait) throw UsageError("--estimate requests nothing, so there is nothing to --wait for.");
  auto settings = line.settings();
  start_logging(settings, "error");
  const auto id = id_argument<IntegrationId>(given.integration, "--integration");
  auto range = range_of(given);
  Process process(std::move(settings), Database::must_exist);
  process.check_key();
  if (given.estimate) return tell_estimate(line, process, id, std::move(range));
  const auto queued = run_on(process.loop(), process.initial_collection().collect(id, std::move(range), "cli"));
  if (!queued) throw CommandError(words_of(queued.error()));
  if (!given.wait) {
    if (line.json) {
      std::cout << json::serialize(requested_json(id, queued->jobs)) << '\n';
    } else {
      print_queued(*queued);
    }
    return 0;
  }
  if (!line.json) print_queued(*queued);
  return wait_and_tell(line, process, queued->jobs, id);
}

}  // namespace

void add_backfill_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<BackfillArguments>();
  auto& command =
      add_command(app, "backfill", "request a range of days",
                  "  adfill backfill --integration ID --since 2024-11-01 --until 2026-10-31\n"
                  "  adfill backfill --integration ID --since 2026-01-01 --until 2026-01-31 --types ads --wait\n"
                  "  adfill backfill --integration ID --since 2026-01-01 --until 2026-01-31 --estimate");
  add_setting_flags(command, line.flags, FlagSet::work);
  add_json_flag(command, line);
  command.add_option("--integration", given->integration, "the ad account")->required();
  command.add_option("--since", given->since, "first day, YYYY-MM-DD, in the account's time zone")->required();
  command.add_option("--until", given->until, "last day, included")->required();
  command.add_option("--types", given->types, "ads, demographics, creatives; all when left out");
  command.add_flag("--newest-first", given->newest_first, "collect the newest days first");
  command.add_flag("--wait", given->wait, "stay until it is collected; works itself where no other process does");
  command.add_flag("--estimate", given->estimate,
                   "only tell how many rows and calls that is, how long it takes, and what is there already");
  command.callback([&line, given] { line.chosen = [&line, given] { return backfill(line, *given); }; });
}

}  // namespace adfill
