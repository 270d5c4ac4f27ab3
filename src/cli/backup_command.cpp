// adfill backup: a copy of a SQLite database, made while adfill works on it.
#include "command_line.h"
#include "process.h"
#include "store/sqlite/backup.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

namespace adfill {

namespace {

int back_up(const CommandLine& line, const std::string& path) {
  const auto settings = line.settings();
  start_logging(settings, "warn");
  if (settings.database_url) {
    throw CommandError("adfill backup copies SQLite files. PostgreSQL brings its own: pg_dump --format=custom.");
  }
  if (!std::filesystem::exists(settings.database_path)) {
    throw CommandError("There is no database " + settings.database_path + ". --db or ADFILL_DB names another.");
  }
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const auto progress = [terminal](int done, int total) {
    if (terminal && total > 0) std::cerr << "\r\x1b[K" << 100LL * done / total << " %" << std::flush;
  };
  const BackupResult made = back_up_sqlite(settings.database_path, path, progress);
  if (terminal) std::cerr << "\r\x1b[K";
  const auto key = settings.database_path + ".key";
  if (line.json) {
    boost::json::object body;
    body["path"] = path;
    body["bytes"] = made.bytes;
    std::cout << boost::json::serialize(body) << '\n';
    return 0;
  }
  std::cout << path << ": " << made.bytes << " bytes, checked\n";
  if (std::filesystem::exists(key)) {
    std::cout << "The key that opens its credentials is not in it. Keep " << key << " as well, in another place.\n";
  }
  return 0;
}

}  // namespace

void add_backup_command(CLI::App& app, CommandLine& line) {
  auto& command = add_command(app, "backup", "copy the SQLite database to a new file, while adfill works on it",
                              "  adfill backup /var/backups/adfill-$(date +%F).db");
  auto path = std::make_shared<std::string>();
  command.add_option("PATH", *path, "the new file; one that is there already is refused")->required();
  add_setting_flags(command, line.flags, FlagSet::database);
  add_json_flag(command, line);
  command.callback([&line, path] { line.chosen = [&line, path] { return back_up(line, *path); }; });
}

}  // namespace adfill
