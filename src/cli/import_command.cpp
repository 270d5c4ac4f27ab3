// adfill import-supabase: moving in from the replaced system's database.
#include "collect/scheduler.h"
#include "collect/sealed_credentials.h"
#include "command_line.h"
#include "core/time_zone.h"
#include "process.h"
#include "store/import.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>

namespace adfill {

namespace json = boost::json;

namespace {

struct ImportArguments {
  std::string from;
  std::string currency = "KRW";
  std::string time_zone = "Asia/Seoul";
  bool dry_run = false;
};

// A line a table on standard error, drawn over on a terminal; elsewhere one every ten seconds.
class ImportLines {
 public:
  void show(const ImportProgress& progress) {
    const bool whole = progress.done >= progress.total;
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ && !whole && now - last_ < std::chrono::seconds(10)) return;
    last_ = now;
    std::cerr << (terminal_ ? "\r\x1b[K" : "") << progress.what << "  " << progress.done << " of " << progress.total
              << " rows" << (terminal_ && !whole ? "" : "\n") << std::flush;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) == 1;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Credentials credentials_of(const ReplacedIntegration& old) {
  Credentials credentials;
  if (old.access_token) credentials.fields.emplace("access_token", *old.access_token);
  if (old.app_secret) credentials.fields.emplace("app_secret", *old.app_secret);
  return credentials;
}

// Asks the platform who the account is. Out of reach: it is taken as the old table has it.
void verify(Process& process, Connector& connector, const Credentials& credentials, PreparedAccount& prepared) {
  const auto verified = run_on(process.loop(), connector.verify(prepared.account_id, credentials));
  if (!verified) {
    if (verified.error().kind == Failure::Kind::credentials || verified.error().kind == Failure::Kind::permanent) {
      prepared.no_credentials = "the platform refused the old ones: " + verified.error().message;
    }
    return;
  }
  prepared.account_id = verified->account_id;
  prepared.account_name = verified->name;
  prepared.currency = verified->currency;
  prepared.time_zone = verified->time_zone;
  prepared.scopes = verified->scopes;
  prepared.credentials_expire_at = verified->credentials_expire_at;
}

// What its credentials are sealed with, and when the account is collected again.
PreparedAccount prepare(Process& process, const NewIntegration& integration, const ReplacedIntegration& old,
                        bool is_new) {
  PreparedAccount prepared;
  prepared.account_id = integration.account_id;
  if (integration.source == Source::meta && !integration.account_id.starts_with("act_")) {
    prepared.account_id = "act_" + integration.account_id;
  }
  prepared.scopes = {std::string(to_string(integration.source)) + ":account:" + prepared.account_id};
  const auto found = process.connectors().find(integration.source);
  prepared.can_collect = found != process.connectors().end();
  Credentials credentials;
  if (prepared.can_collect) {
    Connector& connector = *found->second;
    credentials = credentials_of(old);
    if (connector.malformed(prepared.account_id, credentials)) {
      prepared.no_credentials = "none could be read in the old database";
      credentials.fields.clear();
    } else if (is_new) {
      verify(process, connector, credentials, prepared);
    }
    const auto& zone = prepared.time_zone.empty() ? integration.time_zone : prepared.time_zone;
    prepared.schedules = default_schedules(connector, zone, process.clock().now());
  }
  prepared.sealed_credentials = seal_credentials(process.secrets(), credentials, integration.id);
  return prepared;
}

void print(const ImportReport& report, const ImportArguments& given, bool as_json) {
  if (as_json) {
    json::object body;
    body["dry_run"] = given.dry_run;
    json::array tables;
    for (const ImportCount& count : report.counts) {
      json::object entry;
      entry["name"] = count.what;
      entry["found"] = count.found;
      entry[given.dry_run ? "to_copy" : "copied"] = count.copied;
      entry["there"] = count.there;
      entry["left_out"] = count.left_out;
      tables.push_back(std::move(entry));
    }
    body["tables"] = std::move(tables);
    body["notes"] = json::array(report.notes.begin(), report.notes.end());
    std::cout << json::serialize(body) << '\n';
    return;
  }
  for (const ImportCount& count : report.counts) {
    std::cout << count.what << ": " << count.found << " found, " << count.copied
              << (given.dry_run ? " to copy unless they are there, " : " copied, ");
    if (!given.dry_run) std::cout << count.there << " there already, ";
    std::cout << count.left_out << " left out\n";
  }
  for (const std::string& note : report.notes) std::cout << note << '\n';
}

ImportRules rules_of(const ImportArguments& given, ImportLines& lines) {
  ImportRules rules;
  rules.currency = given.currency;
  rules.time_zone = given.time_zone;
  rules.progress = [&lines](const ImportProgress& progress) { lines.show(progress); };
  return rules;
}

// Neither the target nor a key is needed to say what there is.
ImportReport look(ReplacedDatabase& from, ImportRules& rules) {
  rules.new_uuid = [] { return Uuid{}; };
  rules.prepare = [](const NewIntegration& integration, const ReplacedIntegration& old, bool /*is_new*/) {
    PreparedAccount prepared;
    prepared.account_id = integration.account_id;
    if (!old.access_token) prepared.no_credentials = "none could be read in the old database";
    return prepared;
  };
  return import_replaced(from, {}, rules);
}

// adfill's tables have the old names.
void check_target(const std::string& url) {
  const auto there = open_replaced_database(url);
  if (there->tables().empty() || there->is_adfill()) return;
  throw CommandError(
      "The database that ADFILL_DB names holds the replaced system's tables: give adfill a database of its own, or a "
      "schema (?options=-csearch_path%3DNAME).");
}

ImportReport copy(ReplacedDatabase& from, ImportRules& rules, Settings settings) {
  check_replaced(from);
  if (settings.database_url) check_target(*settings.database_url);
  Process process(std::move(settings), Database::create_or_update);
  process.check_key();
  Random random(secure_seed());
  rules.new_uuid = [&process, &random] { return Uuid::draw(random, process.clock().now()); };
  rules.now = process.store().now();
  rules.prepare = [&process](const NewIntegration& integration, const ReplacedIntegration& old, bool is_new) {
    return prepare(process, integration, old, is_new);
  };
  const auto& url = process.settings().database_url;
  const auto side = url ? open_postgres_import_side(*url, rules.new_uuid)
                        : open_sqlite_import_side(process.settings().database_path, rules.new_uuid,
                                                  [&process] { return process.clock().now(); });
  return import_replaced(from, {&process.store(), side.get()}, rules);
}

int import_supabase(const CommandLine& line, const ImportArguments& given) {
  auto settings = line.settings();
  start_logging(settings, "warn");
  if (!given.from.starts_with("postgresql://") && !given.from.starts_with("postgres://")) {
    throw UsageError("--from must be postgresql://...");
  }
  if (!is_time_zone(given.time_zone))
    throw UsageError("--time-zone must be a name of the IANA database, as in Asia/Seoul.");
  if (given.currency.size() != 3) throw UsageError("--currency must be three letters, as in KRW.");
  try {
    const auto from = open_replaced_database(given.from);
    ImportLines lines;
    auto rules = rules_of(given, lines);
    print(given.dry_run ? look(*from, rules) : copy(*from, rules, std::move(settings)), given, line.json);
  } catch (const ImportRefused& refused) {
    throw CommandError(refused.what());
  }
  return 0;
}

}  // namespace

void add_import_command(CLI::App& app, CommandLine& line) {
  auto& command =
      add_command(app, "import-supabase", "move in from the replaced system: accounts, jobs and figures",
                  "  adfill import-supabase --from postgresql://postgres@db.example.com/postgres --dry-run\n"
                  "It only reads the old database. Run again it goes on where it stopped, and copies nothing twice.");
  auto given = std::make_shared<ImportArguments>();
  command.add_option("--from", given->from, "the old database, postgresql://...")->required();
  command.add_option("--currency", given->currency, "of accounts that don't say theirs (KRW)");
  command.add_option("--time-zone", given->time_zone, "of accounts that don't say theirs (Asia/Seoul)");
  command.add_flag("--dry-run", given->dry_run, "say what would be copied, and write nothing");
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.callback([&line, given] { line.chosen = [&line, given] { return import_supabase(line, *given); }; });
}

}  // namespace adfill
