// adfill export: figures to standard output or to a folder with a manifest, a row a day and ad (or campaign, gender,
// age), read and written day by day so that memory does not grow with the range.
#include "arguments.h"
#include "command_line.h"
#include "core/time_zone.h"
#include "export_folder.h"
#include "export_rows.h"
#include "process.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>

namespace adfill {

namespace json = boost::json;

namespace {

struct ExportArguments {
  std::vector<std::string> integrations;
  std::vector<std::string> types;
  std::string by;
  std::string since;
  std::string until;
  std::string format = "csv";
  std::string as_of;
  std::string folder;
};

// One file of an export, or all of one to standard output.
struct ExportPart {
  IntegrationRecord integration;
  CollectionType type = CollectionType::ads;
  PerformanceGroup group = PerformanceGroup::ad;
  DayRange range;
  std::optional<Instant> as_of{};
  ExportFormat format = ExportFormat::csv;
};

using Write = std::function<void(std::string_view)>;
using TotalsByCurrency = std::map<std::string, PerformanceRecord>;

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

// As they are, or as they were told at that moment.
std::vector<PerformanceRecord> read_rows(Store& store, const PerformanceFilter& filter,
                                         const std::optional<Instant>& as_of) {
  if (!as_of) return store.performance(filter);
  auto told = store.performance_as_of(filter, *as_of);
  if (told) return std::move(*told);
  throw CommandError("The figures of " + told.error().day.to_string() + " are known from " +
                     to_rfc3339(told.error().known_since) + " on only; older history is no longer kept.");
}

// A day means its end in the account's time zone.
std::optional<Instant> as_of_argument(const ExportArguments& given, const std::string& time_zone) {
  if (given.as_of.empty()) return std::nullopt;
  if (const auto day = Day::parse(given.as_of)) return end_of_day(*day, time_zone);
  const auto at = parse_rfc3339(given.as_of);
  if (!at) throw UsageError("--as-of must be a day such as 2026-05-03 or a time such as 2026-05-03T12:00:00Z.");
  return at;
}

std::int64_t sum(std::int64_t left, std::int64_t right) {
  const auto both = checked_add(left, right);
  if (!both) throw CommandError("The figures of this range are too large to be added up. Export fewer days.");
  return *both;
}

// `lines`: how many of the export the row stands for.
void add(TotalsByCurrency& totals, const PerformanceRecord& row, std::int64_t lines) {
  auto& total = totals[row.currency];
  auto& into = total.metrics;
  total.currency = row.currency;
  total.rows += lines;
  into.impressions = sum(into.impressions, row.metrics.impressions);
  into.clicks = sum(into.clicks, row.metrics.clicks);
  into.cost.value = sum(into.cost.value, row.metrics.cost.value);
  into.conversions.value = sum(into.conversions.value, row.metrics.conversions.value);
  into.conversion_value.value = sum(into.conversion_value.value, row.metrics.conversion_value.value);
}

TotalsByCurrency write_part(Store& store, const ExportPart& part, const Write& write) {
  ExportText text(part.format, part.group);
  TotalsByCurrency totals;
  write(text.head());
  for (auto day = part.range.since; day <= part.range.until; day = day.plus(1)) {
    PerformanceFilter filter;
    filter.integration = part.integration.id;
    filter.type = part.type;
    filter.since = day;
    filter.until = day;
    filter.group = part.group;
    const auto rows = read_rows(store, filter, part.as_of);
    for (const auto& row : rows) add(totals, row, 1);
    write(text.rows(day, rows));
  }
  write(text.foot());
  return totals;
}

json::array totals_json(const TotalsByCurrency& totals) {
  json::array list;
  for (const auto& [currency, total] : totals) {
    json::object object;
    object["currency"] = currency;
    object["rows"] = total.rows;
    object["impressions"] = total.metrics.impressions;
    object["clicks"] = total.metrics.clicks;
    object["cost"] = to_decimal(total.metrics.cost);
    object["conversions"] = to_decimal(total.metrics.conversions);
    object["conversion_value"] = to_decimal(total.metrics.conversion_value);
    list.push_back(std::move(object));
  }
  return list;
}

json::object file_json(const ExportedFile& file, const ExportPart& part, const TotalsByCurrency& totals) {
  json::object object;
  object["name"] = file.name;
  object["integration_id"] = part.integration.id.to_string();
  object["advertiser"] = part.integration.advertiser_name;
  object["source"] = to_string(part.integration.source);
  object["account_id"] = part.integration.account_id;
  object["account_name"] = part.integration.account_name;
  object["time_zone"] = part.integration.time_zone;
  object["collection_type"] = to_string(part.type);
  object["since"] = part.range.since.to_string();
  object["until"] = part.range.until.to_string();
  std::int64_t rows = 0;
  for (const auto& [currency, total] : totals) rows += total.rows;
  object["rows"] = rows;
  object["bytes"] = file.bytes;
  object["sha256"] = file.sha256;
  object["totals"] = totals_json(totals);
  return object;
}

json::value given_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object asked_json(const ExportArguments& given, const std::vector<CollectionType>& types) {
  json::object asked;
  json::array integrations;
  for (const auto& id : given.integrations) integrations.emplace_back(id);
  json::array names;
  for (const auto type : types) names.emplace_back(to_string(type));
  asked["integrations"] = std::move(integrations);
  asked["types"] = std::move(names);
  asked["by"] = given_or_null(given.by);
  asked["since"] = given_or_null(given.since);
  asked["until"] = given_or_null(given.until);
  asked["as_of"] = given_or_null(given.as_of);
  asked["format"] = given.format;
  return asked;
}

// "meta-act_1-ads.csv"; the integration's id in the account's place where another advertiser has the same account.
std::string file_name(const ExportPart& part, std::set<std::string>& taken) {
  std::string account = part.integration.account_id;
  for (auto& c : account) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  const auto named = [&part](const std::string& whose) {
    return std::string(to_string(part.integration.source)) + "-" + whose + "-" + std::string(to_string(part.type)) +
           "." + std::string(to_string(part.format));
  };
  auto name = named(account);
  if (!taken.insert(name).second) name = named(part.integration.id.to_string());
  return name;
}

int export_to_folder(Process& process, const ExportArguments& given, const std::vector<CollectionType>& types,
                     const std::vector<ExportPart>& parts) {
  const std::filesystem::path folder(given.folder);
  open_export_folder(folder);
  json::object manifest;
  manifest["adfill_version"] = ADFILL_VERSION;
  manifest["begun_at"] = to_rfc3339(process.clock().now());
  std::vector<ExportedFile> files;
  std::set<std::string> names;
  json::array list;
  std::map<CollectionType, TotalsByCurrency> all;
  for (const auto& part : parts) {
    PartFile file(folder, file_name(part, names));
    const auto totals = write_part(process.store(), part, [&file](std::string_view text) { file.write(text); });
    files.push_back(file.finish());
    list.push_back(file_json(files.back(), part, totals));
    for (const auto& [currency, total] : totals) add(all[part.type], total, total.rows);
  }
  manifest["ended_at"] = to_rfc3339(process.clock().now());
  manifest["asked"] = asked_json(given, types);
  manifest["files"] = std::move(list);
  json::object totals;
  for (const auto& [type, sums] : all) totals[to_string(type)] = totals_json(sums);
  manifest["totals"] = std::move(totals);
  close_export_folder(folder, files, manifest);
  std::cout << files.size() << (files.size() == 1 ? " file" : " files") << " in " << folder.string()
            << ", complete: manifest.json\n";
  return 0;
}

int export_to_output(Store& store, const ExportPart& part) {
  write_part(store, part, [](std::string_view text) {
    std::cout << text;
    if (!std::cout) throw CommandError("Standard output can't be written; the export is not whole.");
  });
  std::cout.flush();
  if (!std::cout) throw CommandError("Standard output can't be written; the export is not whole.");
  return 0;
}

std::vector<ExportPart> parts_of(const ExportArguments& given, const std::vector<CollectionType>& types,
                                 ExportFormat format, Store& store) {
  std::vector<ExportPart> parts;
  std::set<std::pair<IntegrationId, CollectionType>> seen;
  for (const auto& text : given.integrations) {
    const auto id = id_argument<IntegrationId>(text, "--integration");
    const auto integration = store.integration(id);
    if (!integration) throw CommandError("There is no integration " + text + ". adfill integration list shows them.");
    for (const auto type : types) {
      if (!seen.emplace(id, type).second) continue;
      parts.push_back({.integration = *integration,
                       .type = type,
                       .group = group_of(given, type),
                       .range = range_of(given, store, id, type),
                       .as_of = as_of_argument(given, integration->time_zone),
                       .format = format});
    }
  }
  return parts;
}

int export_figures(const CommandLine& line, const ExportArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  for (const auto& text : given.integrations) static_cast<void>(id_argument<IntegrationId>(text, "--integration"));
  auto types = types_argument(given.types);
  if (types.empty()) types = {CollectionType::ads};
  for (const auto type : types) {
    if (type == CollectionType::creatives) throw UsageError("--type must be ads or demographics.");
    static_cast<void>(group_of(given, type));
  }
  static_cast<void>(as_of_argument(given, "UTC"));
  const auto format = parse_export_format(given.format);
  if (!format) throw UsageError("--format must be csv, json or ndjson.");
  const bool to_folder = !given.folder.empty();
  if (to_folder && format == ExportFormat::json) throw UsageError("--format must be csv or ndjson with --to.");
  if (!to_folder && given.integrations.size() * types.size() > 1)
    throw UsageError("Several integrations or types need a folder: --to FOLDER.");
  Process process(std::move(settings), Database::must_exist);
  const auto parts = parts_of(given, types, *format, process.store());
  return to_folder ? export_to_folder(process, given, types, parts) : export_to_output(process.store(), parts.front());
}

}  // namespace

void add_export_command(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<ExportArguments>();
  auto& command = add_command(
      app, "export", "figures to standard output, or to a folder with a manifest; a row a day and ad",
      "  adfill export --integration ID --format csv > ads.csv\n"
      "  adfill export --integration ID --type demographics --by gender --since 2026-01-01 --until 2026-01-31 --format "
      "ndjson\n"
      "  adfill export --integration ID --integration ID --type ads,demographics --to 2026-01");
  add_setting_flags(command, line.flags, FlagSet::database);
  command.add_option("--integration", given->integrations, "the ad account; repeated with --to")->required();
  command.add_option("--type", given->types, "ads or demographics, or with --to both [ads]");
  command.add_option("--by", given->by, "a row a day and: ad, campaign, total; for demographics: age, gender, total");
  command.add_option("--since", given->since, "first day [the first that is covered]");
  command.add_option("--until", given->until, "last day, included [the last that is covered]");
  command.add_option(
      "--as-of", given->as_of,
      "as they were told at the end of that day, such as 2026-05-03, or at that moment, 2026-05-03T12:00:00Z");
  command.add_option("--format", given->format, "csv, ndjson, or json, which is for standard output")
      ->capture_default_str();
  command.add_option("--to", given->folder,
                     "a folder: a file an account and type, SHA256SUMS, and when all is written manifest.json");
  command.callback([&line, given] { line.chosen = [&line, given] { return export_figures(line, *given); }; });
}

}  // namespace adfill
