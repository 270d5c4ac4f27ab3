// adfill export: figures to standard output, a row a day and ad (or campaign, gender, age), written day by day so that
// memory does not grow with the range.
#include "api/json_output.h"
#include "api/performance_filter.h"
#include "arguments.h"
#include "command_line.h"
#include "process.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

struct ExportArguments {
  std::string integration;
  std::string type = "ads";
  std::string by;
  std::string since;
  std::string until;
  std::string format = "csv";
  std::string as_of;
};

PerformanceGroup group_of(const ExportArguments& given, CollectionType type) {
  const bool ads = type == CollectionType::ads;
  const auto word = given.by.empty() ? std::string(ads ? "ad" : "age") : given.by;
  if (word == "total") return PerformanceGroup::total;
  if (ads && word == "ad") return PerformanceGroup::ad;
  if (ads && word == "campaign") return PerformanceGroup::campaign;
  if (!ads && word == "gender") return PerformanceGroup::gender;
  if (!ads && word == "age") return PerformanceGroup::age;
  throw UsageError(ads ? "--by must be one of ad, campaign, total for ads."
                       : "--by must be one of age, gender, total for demographics.");
}

// The range asked for; where an end is left out, what is covered.
DayRange range_of(const ExportArguments& given, Store& store, IntegrationId id, CollectionType type) {
  std::optional<Day> since;
  std::optional<Day> until;
  if (!given.since.empty()) since = day_argument(given.since, "--since");
  if (!given.until.empty()) until = day_argument(given.until, "--until");
  if (!since || !until) {
    const auto days = store.coverage(id, type);
    if (days.empty())
      throw CommandError("Nothing was collected yet for this ad account. adfill backfill requests a range.");
    if (!since) since = days.front().day;
    if (!until) until = days.back().day;
  }
  if (*until < *since) throw UsageError("--since must not be after --until.");
  return {*since, *until};
}

void write_csv_day(const Day& day, const std::vector<PerformanceRecord>& rows, PerformanceGroup group) {
  for (const auto& row : rows) std::cout << day.to_string() << ',' << csv_line(row, group);
}

void write_json_day(const Day& day, const std::vector<PerformanceRecord>& rows, PerformanceGroup group, bool& first) {
  for (const auto& row : rows) {
    json::object object;
    object["date"] = day.to_string();
    for (auto& [key, value] : to_json(row, group)) object[key] = std::move(value);
    std::cout << (std::exchange(first, false) ? "\n" : ",\n") << json::serialize(object);
  }
}

// `as_of`: as they were told at that moment.
std::vector<PerformanceRecord> read_rows(Store& store, const PerformanceFilter& filter,
                                         const std::optional<Instant>& as_of) {
  if (!as_of) return store.performance(filter);
  auto told = store.performance_as_of(filter, *as_of);
  if (told) return std::move(*told);
  throw CommandError("The figures of " + told.error().day.to_string() + " are known from " +
                     to_rfc3339(told.error().known_since) + " on only; older history is no longer kept.");
}

std::optional<Instant> as_of_argument(const ExportArguments& given) {
  if (given.as_of.empty()) return std::nullopt;
  const auto at = parse_rfc3339(given.as_of);
  if (!at) throw UsageError("--as-of must be a time such as 2026-05-03T12:00:00Z.");
  return at;
}

int export_figures(const CommandLine& line, const ExportArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  const auto id = id_argument<IntegrationId>(given.integration, "--integration");
  const auto type = type_argument(given.type, "--type");
  if (type == CollectionType::creatives) throw UsageError("--type must be ads or demographics.");
  const auto group = group_of(given, type);
  const auto as_of = as_of_argument(given);
  if (given.format != "csv" && given.format != "json") throw UsageError("--format must be csv or json.");
  Process process(std::move(settings), Database::must_exist);
  auto& store = process.store();
  if (!store.integration(id)) throw CommandError("There is no such integration. adfill integration list shows them.");
  const auto range = range_of(given, store, id, type);

  const bool csv = given.format == "csv";
  std::cout << (csv ? "date," + csv_header(group) : std::string("{\"rows\":["));
  bool first = true;
  for (auto day = range.since; day <= range.until && std::cout; day = day.plus(1)) {
    PerformanceFilter filter;
    filter.integration = id;
    filter.type = type;
    filter.since = day;
    filter.until = day;
    filter.group = group;
    const auto rows = read_rows(store, filter, as_of);
    if (csv) {
      write_csv_day(day, rows, group);
    } else {
      write_json_day(day, rows, group, first);
    }
  }
  if (!csv) std::cout << "\n]}\n";
  std::cout.flush();
  if (!std::cout) throw CommandError("Standard output can't be written; the export is not whole.");
  return 0;
}

}  // namespace

void add_export_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<ExportArguments>();
  auto& command =
      add_command(app, "export", "figures to standard output, a row a day and ad",
                  "  adfill export --integration ID --format csv > ads.csv\n"
                  "  adfill export --integration ID --type demographics --by gender --since 2026-01-01 --until "
                  "2026-01-31 --format json");
  add_setting_flags(command, line.flags, FlagSet::database);
  command.add_option("--integration", given->integration, "the ad account")->required();
  command.add_option("--type", given->type, "ads or demographics")->capture_default_str();
  command.add_option("--by", given->by, "a row a day and: ad, campaign, total; for demographics: age, gender, total");
  command.add_option("--since", given->since, "first day [the first that is covered]");
  command.add_option("--until", given->until, "last day, included [the last that is covered]");
  command.add_option("--as-of", given->as_of, "as they were told at that moment, such as 2026-05-03T12:00:00Z");
  command.add_option("--format", given->format, "csv or json")->capture_default_str();
  command.callback([&line, given] { line.chosen = [&line, given] { return export_figures(line, *given); }; });
}

}  // namespace adfill
