#include "store/postgres/postgres_store.h"

#include "store/postgres/postgres_home.h"
#include "store/postgres/postgres_url.h"

namespace adfill {

std::unique_ptr<Store> open_postgres_store(PostgresOptions options) {
  return std::make_unique<postgres::PostgresStore>(std::move(options));
}

bool schedule_cron_jobs(PostgresOptions options) {
  return postgres::PostgresStore(std::move(options)).schedule_cron_jobs();
}

namespace postgres {

namespace {

ConnectionPool pool_of(const PostgresOptions& options) {
  std::string url = options.url;
  const auto prepared = take_prepared_statements(url);
  return {std::move(url), options.connections, prepared.value_or(options.prepared_statements)};
}

}  // namespace

PostgresStore::PostgresStore(PostgresOptions options) : pool_(pool_of(options)), retry_(options.retry) {
  must(options.new_uuid && options.window >= 1 && options.connections >= 1,
       "a store gets ids, a window and connections");
  rules_.now = std::move(options.now);
  rules_.window = options.window;
  rules_.new_uuid = [this, draw = std::move(options.new_uuid)] {
    const std::lock_guard lock(drawing_);
    return draw();
  };
}

Instant PostgresStore::now() {
  return read([](Transaction& transaction) { return transaction.now(); });
}

}  // namespace postgres

}  // namespace adfill
