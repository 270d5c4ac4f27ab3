#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

#include <algorithm>
#include <ranges>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// 0 before the first migration.
int schema_version(SqliteConnection& db) {
  if (db.value<int>(sqlite::has_schema_migrations) == 0) return 0;
  return db.value<std::optional<int>>(sqlite::schema_version).value_or(std::nullopt).value_or(0);
}

}  // namespace

void SqliteStore::refuse_newer_schema() {
  constexpr int newest = sqlite::migrations.back().version;
  const int version = schema_version(writer_);
  if (version <= newest) return;
  throw StoreUnavailable("the database " + options_.path + " was made by a newer adfill (schema " +
                         std::to_string(version) + ", this one knows " + std::to_string(newest) + "): use that one");
}

// Each migration is a transaction of its own that looks first, so that two processes that start together can't both
// apply it.
void SqliteStore::migrate_up() {
  for (const auto& migration : sqlite::migrations) {
    write(Durability::promised, [&](Transaction& transaction) {
      transaction.db.run_script(sqlite::make_schema_migrations);
      if (schema_version(transaction.db) >= migration.version) return;
      transaction.db.run_script(migration.up);
      transaction.db.run(sqlite::record_migration, ":version", migration.version, ":name", migration.name, ":now",
                         transaction.now);
    });
  }
  refuse_newer_schema();
}

void SqliteStore::migrate_down(int to_version) {
  for (const auto& migration : std::views::reverse(sqlite::migrations)) {
    if (migration.version <= to_version) break;
    write(Durability::promised, [&](Transaction& transaction) {
      if (schema_version(transaction.db) < migration.version) return;
      transaction.db.run_script(migration.down);
      transaction.db.run(sqlite::unrecord_migration, ":version", migration.version);
    });
  }
  if (to_version > 0) return;
  write(Durability::promised,
        [](Transaction& transaction) { transaction.db.run_script(sqlite::drop_schema_migrations); });
}

std::vector<MigrationStep> SqliteStore::migrations() {
  return read([](SqliteConnection& db) {
    const bool migrated = db.value<int>(sqlite::has_schema_migrations) == 1;
    const auto applied = migrated ? db.values<int>(sqlite::list_migrations_applied) : std::vector<int>();
    std::vector<MigrationStep> steps;
    for (const auto& migration : sqlite::migrations) {
      steps.push_back({migration.version, std::string(migration.name),
                       std::ranges::find(applied, migration.version) != applied.end()});
    }
    return steps;
  });
}

}  // namespace adfill
