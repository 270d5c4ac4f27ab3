// The store on PostgreSQL 15 or newer: the home for several machines, which share queue, quotas and figures.
#pragma once

#include "core/instant.h"
#include "core/verdict.h"
#include "store/store.h"

#include <functional>
#include <memory>
#include <string>

namespace adfill {

struct PostgresOptions {
  std::string url;                 // postgresql://user:password@host:port/database, as libpq reads it
  std::function<Uuid()> new_uuid;  // ids and tokens; called from one thread at a time
  int window = 2;                  // backfill chunks released at once, an integration
  RetryRule retry{};               // how long a chunk waits that has lost several workers
  int connections = 8;             // at most so many at once
  // False: no named prepared statements, for poolers that have none. Found out by itself, at the price of one failed
  // transaction; the URL may say it too: prepared_statements=off.
  bool prepared_statements = true;
  std::function<Instant()> now{};  // tests set the clock; unset: the database's own
};

// Connects at the first call; the schema is brought up by migrate_up(). Throws StoreUnavailable when the URL is none.
[[nodiscard]] std::unique_ptr<Store> open_postgres_store(PostgresOptions options);

// Registers the replaced system's cron jobs; harmless when they are there. False: this database has no pg_cron.
// Requires: the schema is up to date.
[[nodiscard]] bool schedule_cron_jobs(PostgresOptions options);

}  // namespace adfill
