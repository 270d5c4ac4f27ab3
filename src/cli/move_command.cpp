// adfill move: a whole database from SQLite to PostgreSQL, or back.
#include "command_line.h"
#include "core/money.h"
#include "process.h"
#include "store/move.h"

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

namespace adfill {

namespace json = boost::json;

namespace {

struct MoveArguments {
  std::string from;
  std::string to;
};

// One end of the move, opened. Of a SQLite file it holds the worker's lock, so that nobody works on it meanwhile.
struct OpenEnd {
  explicit OpenEnd(Settings given)
      : settings(std::move(given)),
        clock(make_system_clock(loop.get_executor())),
        random(secure_seed()),
        store(open_store(settings, *clock, random)) {}

  void keep_workers_out() {
    if (settings.database_url || store->become_worker_process()) return;
    throw CommandError("adfill is at work on " + database_name(settings) + ". Stop it there, then run the move again.");
  }
  [[nodiscard]] MoveEnd end() const {
    MoveEnd end;
    end.name = database_name(settings);
    if (settings.database_url) {
      end.postgres_url = *settings.database_url;
    } else {
      end.name = "sqlite:" + std::filesystem::absolute(settings.database_path).lexically_normal().string();
      end.sqlite_path = settings.database_path;
    }
    return end;
  }

  Settings settings;
  boost::asio::io_context loop{1};
  std::unique_ptr<Clock> clock;
  Random random;
  std::unique_ptr<Store> store;
};

Settings settings_of(const CommandLine& line, const std::string& database, const char* which) {
  if (!database.starts_with("sqlite:") && !database.starts_with("postgresql://") &&
      !database.starts_with("postgres://")) {
    throw UsageError(std::string(which) + " must be sqlite:PATH or postgresql://...");
  }
  SettingFlags flags = line.flags;
  flags["db"] = database;
  return load_settings(flags, line.environment);
}

// The key of that end: a SQLite file's own, where there is one beside it and none was named.
SecretBox key_of(Settings settings, bool may_create) {
  const bool own = !settings.database_url && std::filesystem::exists(settings.database_path + ".key");
  if (own) {
    settings.secret_key.reset();
    settings.secret_key_file.reset();
  }
  return SecretBox(secret_key(settings, may_create));
}

// Credentials leave under the source's key and arrive under the target's. Keys are looked for when the first credential
// comes: a database without any needs none.
class Reseal {
 public:
  Reseal(Settings from, Settings to) : from_settings_(std::move(from)), to_settings_(std::move(to)) {}

  std::string operator()(const std::string& integration, const std::string& sealed) {
    if (!from_) {
      from_.emplace(key_of(from_settings_, false));
      to_.emplace(key_of(to_settings_, true));
    }
    if (const auto secret = from_->open(sealed, integration)) return to_->seal(*secret, integration);
    throw MoveRefused("The credentials of integration " + integration + " can't be opened with the key of " +
                      database_name(from_settings_) +
                      ". Give the key that sealed them, or give the account new credentials with adfill integration "
                      "update, then run it again.");
  }

 private:
  Settings from_settings_;
  Settings to_settings_;
  std::optional<SecretBox> from_;
  std::optional<SecretBox> to_;
};

// A line a table on standard error, drawn over on a terminal.
class MoveLines {
 public:
  void show(const MoveProgress& progress) {
    const bool whole = progress.rows >= progress.total;
    if (!terminal_ && !whole) return;
    std::cerr << (terminal_ ? "\r\x1b[K" : "") << progress.table << "  " << progress.rows << " of " << progress.total
              << " rows" << (terminal_ && !whole ? "" : "\n") << std::flush;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) == 1;
};

// Money travels in micros; people read decimals.
std::string for_people(const std::string& column, const std::string& sum) {
  if (column != "cost" && column != "conversions" && column != "conversion_value") return sum;
  std::int64_t micros = 0;
  const auto* end = sum.data() + sum.size();
  const auto read = std::from_chars(sum.data(), end, micros);
  return read.ec == std::errc() && read.ptr == end ? to_decimal(Micros{micros}) : sum + " micros";
}

json::object sums_as_json(const std::vector<std::string>& columns, const std::vector<std::string>& sums) {
  json::object body;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    body[columns[column]] = for_people(columns[column], sums[column]);
  }
  return body;
}

void print(const MoveReport& report, const MoveEnd& from, const MoveEnd& to, bool as_json) {
  if (as_json) {
    json::object body;
    body["from"] = from.name;
    body["to"] = to.name;
    body["resumed"] = report.resumed;
    body["repeated"] = report.repeated;
    json::array tables;
    for (const ComparedTable& table : report.tables) {
      json::object entry;
      entry["name"] = table.name;
      entry["from"] = sums_as_json(table.sums, table.from);
      entry["to"] = sums_as_json(table.sums, table.to);
      tables.push_back(std::move(entry));
    }
    body["tables"] = std::move(tables);
    std::cout << json::serialize(body) << '\n';
    return;
  }
  for (const ComparedTable& table : report.tables) {
    std::cout << table.name << ": ";
    for (std::size_t column = 0; column < table.sums.size(); ++column) {
      std::cout << (column > 0 ? ", " : "") << (column > 0 ? table.sums[column] + " " : "")
                << for_people(table.sums[column], table.to[column]) << (column == 0 ? " rows" : "");
    }
    std::cout << '\n';
  }
  std::cout << (report.repeated ? "This move was finished before; both sides are still equal.\n"
                                : "Moved; counts and sums of both sides are equal.\n")
            << "From now on: ADFILL_DB=" << to.name << '\n';
}

int move(const CommandLine& line, const MoveArguments& given) {
  auto from_settings = settings_of(line, given.from, "FROM");
  start_logging(from_settings, "warn");
  if (!from_settings.database_url && !std::filesystem::exists(from_settings.database_path)) {
    throw CommandError("There is no database " + from_settings.database_path +
                       ". FROM is the one that holds the figures; give its path as sqlite:PATH.");
  }
  OpenEnd from(std::move(from_settings));
  OpenEnd to(settings_of(line, given.to, "TO"));
  const auto steps = from.store->migrations();
  if (!std::ranges::all_of(steps, &MigrationStep::applied)) {
    throw CommandError("The schema of " + database_name(from.settings) +
                       " is older than this adfill. Bring it up to date first: adfill migrate up --db " + given.from);
  }
  to.store->migrate_up();
  from.keep_workers_out();
  to.keep_workers_out();
  MoveLines lines;
  MoveRules rules;
  rules.reseal = Reseal(from.settings, to.settings);
  rules.progress = [&lines](const MoveProgress& progress) { lines.show(progress); };
  try {
    print(move_database(from.end(), to.end(), rules), from.end(), to.end(), line.json);
  } catch (const MoveRefused& refused) {
    throw CommandError(refused.what());
  }
  return 0;
}

}  // namespace

void add_move_command(CLI::App& app, CommandLine& line) {
  auto& command = add_command(app, "move", "carry a whole database from SQLite to PostgreSQL, or back",
                              "  adfill move sqlite:adfill.db postgresql://adfill@db.example.com/adfill\n"
                              "Stop adfill first. A move that was interrupted goes on when it is run again.");
  auto given = std::make_shared<MoveArguments>();
  command.add_option("FROM", given->from, "sqlite:PATH or postgresql://...")->required();
  command.add_option("TO", given->to, "likewise; a database without data")->required();
  add_setting_flags(command, line.flags, FlagSet::database);
  command.remove_option(command.get_option("--db"));
  add_json_flag(command, line);
  command.callback([&line, given] { line.chosen = [&line, given] { return move(line, *given); }; });
}

}  // namespace adfill
