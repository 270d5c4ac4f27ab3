// Runs the conformance suite on SQLite in memory.

#include "store/conformance/world.h"
#include "store/sqlite/sqlite_store.h"

namespace adfill::conformance {

namespace {

const RegisteredHome sqlite("SQLite", [](const StoreSetup& setup) {
  SqliteOptions options;
  options.path = ":memory:";
  options.now = setup.now;
  options.new_uuid = setup.new_uuid;
  options.window = setup.window;
  options.retry = setup.retry;
  auto store = open_sqlite_store(std::move(options));
  store->migrate_up();
  return store;
});

}  // namespace

}  // namespace adfill::conformance
