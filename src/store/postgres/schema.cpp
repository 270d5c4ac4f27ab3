#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <ranges>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// 0 before the first migration.
int schema_version(Connection& db) {
  if (db.value<int>(statement::has_schema_migrations) == 0) return 0;
  return db.value<std::optional<int>>(statement::schema_version).value_or(std::nullopt).value_or(0);
}

}  // namespace

void PostgresStore::refuse_newer_schema() {
  constexpr int newest = statement::migrations.back().version;
  const int version = read([](Connection& db) { return schema_version(db); });
  if (version <= newest) return;
  throw StoreUnavailable("the database was made by a newer adfill (schema " + std::to_string(version) +
                         ", this one knows " + std::to_string(newest) + "): use that one");
}

// Each migration is a transaction of its own that waits for its turn and then looks, so that of several processes that
// start together one applies it.
void PostgresStore::migrate_up() {
  for (const auto& migration : statement::migrations) {
    write(Durability::promised, [&](Transaction& transaction) {
      transaction.db.send(statement::lock_schema);
      transaction.db.run_script(std::string(statement::make_schema_migrations));
      if (schema_version(transaction.db) >= migration.version) return;
      transaction.db.run_script(std::string(migration.up));
      transaction.db.send(statement::record_migration, ":version", migration.version, ":name", migration.name, ":now",
                          transaction.now());
    });
  }
  refuse_newer_schema();
}

void PostgresStore::migrate_down(int to_version) {
  for (const auto& migration : std::views::reverse(statement::migrations)) {
    if (migration.version <= to_version) break;
    write(Durability::promised, [&](Transaction& transaction) {
      transaction.db.send(statement::lock_schema);
      if (schema_version(transaction.db) < migration.version) return;
      transaction.db.run_script(std::string(migration.down));
      transaction.db.send(statement::unrecord_migration, ":version", migration.version);
    });
  }
  if (to_version > 0) return;
  write(Durability::promised, [](Transaction& transaction) {
    transaction.db.send(statement::lock_schema);
    transaction.db.run_script(std::string(statement::drop_schema_migrations));
  });
}

std::vector<MigrationStep> PostgresStore::migrations() {
  return read([](Connection& db) {
    const bool migrated = db.value<int>(statement::has_schema_migrations) == 1;
    const auto applied = migrated ? db.values<int>(statement::list_migrations_applied) : std::vector<int>();
    std::vector<MigrationStep> steps;
    steps.reserve(statement::migrations.size());
    for (const auto& migration : statement::migrations) {
      steps.push_back({migration.version, std::string(migration.name),
                       std::ranges::find(applied, migration.version) != applied.end()});
    }
    return steps;
  });
}

bool PostgresStore::schedule_cron_jobs() {
  return write(Durability::promised, [](Transaction& transaction) {
    if (transaction.db.value<int>(statement::has_pg_cron) == 0) return false;
    transaction.db.send(statement::schedule_cron_jobs);
    return true;
  });
}

}  // namespace adfill::postgres
