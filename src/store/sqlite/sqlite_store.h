// The store in one SQLite file: the default home, for one machine.
#pragma once

#include "core/instant.h"
#include "core/verdict.h"
#include "store/store.h"

#include <functional>
#include <memory>
#include <string>

namespace adfill {

struct SqliteOptions {
  std::string path;                // ":memory:" for tests
  std::function<Instant()> now;    // the store's clock
  std::function<Uuid()> new_uuid;  // ids and tokens; called from one thread at a time
  int window = 2;                  // backfill chunks released at once, an integration
  RetryRule retry{};               // how long a chunk waits that has lost several workers
};

// Opens or creates the file (mode 0600); the schema is brought up by migrate_up(). Throws StoreUnavailable.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(SqliteOptions options);

}  // namespace adfill
