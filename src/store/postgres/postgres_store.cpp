#include "store/postgres/postgres_store.h"

#include "store/postgres/postgres_home.h"

#include <string_view>

namespace adfill {

std::unique_ptr<Store> open_postgres_store(PostgresOptions options) {
  return std::make_unique<postgres::PostgresStore>(std::move(options));
}

namespace postgres {

namespace {

// Our own word in the URL, which libpq doesn't know: taken out of it. nullopt: it doesn't say.
std::optional<bool> take_prepared_statements(std::string& url) {
  constexpr std::string_view word = "prepared_statements=";
  auto at = url.find(word);
  if (at == std::string::npos || at == 0 || (url[at - 1] != '?' && url[at - 1] != '&')) return std::nullopt;
  const auto end = url.find('&', at);
  const std::string value = url.substr(at + word.size(), end == std::string::npos ? end : end - at - word.size());
  if (value != "on" && value != "off") {
    throw StoreUnavailable("prepared_statements in the database's URL must be on or off");
  }
  // With the '&' behind it, or else the '?' or '&' before it.
  url.erase(end == std::string::npos ? at - 1 : at, end == std::string::npos ? end : end + 1 - at);
  return value == "on";
}

ConnectionPool pool_of(const PostgresOptions& options) {
  std::string url = options.url;
  const auto prepared = take_prepared_statements(url);
  return {std::move(url), options.connections, prepared.value_or(options.prepared_statements)};
}

}  // namespace

PostgresStore::PostgresStore(PostgresOptions options) : pool_(pool_of(options)) {
  must(options.new_uuid && options.window >= 1 && options.connections >= 1,
       "a store gets ids, a window and connections");
  rules_.now = std::move(options.now);
  rules_.window = options.window;
  rules_.new_uuid = [this, draw = std::move(options.new_uuid)] {
    const std::lock_guard lock(drawing_);
    return draw();
  };
}

void PostgresStore::begin(std::optional<Borrowed>& connection, std::optional<Transaction>& transaction,
                          Transaction::Kind kind) {
  connection.emplace(pool_);
  try {
    transaction.emplace(**connection, kind, rules_);
    return;
  } catch (const ConnectionLost&) {
    connection.reset();
  }
  pool_.close_idle();
  connection.emplace(pool_);
  transaction.emplace(**connection, kind, rules_);
}

Instant PostgresStore::now() {
  return read([](Transaction& transaction) { return transaction.now; });
}

}  // namespace postgres

}  // namespace adfill
