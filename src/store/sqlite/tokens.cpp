#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

#include <algorithm>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// A token that ends within a day does not keep the door open for long.
constexpr Duration soon = std::chrono::hours(24);

TokenRecord read_token_row(Statement& row) {
  TokenRecord record;
  record.id = row.next<ApiTokenId>();
  record.name = row.next<std::string>();
  record.role = row.next<Role>();
  const auto advertisers = row.next<std::optional<std::string>>();
  if (advertisers) record.advertisers = parse_sight(*advertisers);
  record.expires_at = row.next<std::optional<Instant>>();
  record.created_at = row.next<Instant>();
  record.last_used_at = row.next<std::optional<Instant>>();
  return record;
}

std::vector<std::string> list_names(SqliteConnection& db, const Sight& sight) {
  return db.values<std::string>(sqlite::list_advertiser_names, ":sight", sight_text(sight));
}

}  // namespace

std::vector<AdvertiserId> SqliteStore::advertisers_named(const std::vector<std::string>& names) {
  return write(Durability::promised, [&](Transaction& transaction) {
    // Rows that are made are made in one order, so that two requests with the same new names can't block each other.
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    for (const auto& name : sorted) (void)find_or_make_advertiser(transaction, name);
    std::vector<AdvertiserId> found;
    found.reserve(names.size());
    for (const auto& name : names) found.push_back(find_or_make_advertiser(transaction, name));
    return found;
  });
}

std::vector<std::string> SqliteStore::advertiser_names(const Sight& sight) {
  return read([&](SqliteConnection& db) { return list_names(db, sight); });
}

std::vector<TokenRecord> SqliteStore::tokens(const TokenFilter& filter) {
  return read([&](SqliteConnection& db) {
    std::vector<TokenRecord> records;
    {
      auto row = db.query(sqlite::list_api_tokens, ":sight", sight_text(filter.sight), ":after", filter.after, ":limit",
                          filter.limit);
      while (row.step()) records.push_back(read_token_row(row));
    }
    for (auto& record : records) {
      if (record.advertisers) record.advertiser_names = list_names(db, record.advertisers);
    }
    return records;
  });
}

Outcome SqliteStore::revoke_token(ApiTokenId token, const Sight& sight, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    auto& db = transaction.db;
    const auto name =
        db.value<std::string>(sqlite::read_token_for_revocation, ":token", token, ":sight", sight_text(sight));
    if (!name) return Outcome::not_found;
    const auto until = transaction.now + soon;
    const bool full = db.value<bool>(sqlite::is_full_admin, ":token", token, ":soon", until) == true;
    const bool other = db.value<bool>(sqlite::has_other_full_admin, ":token", token, ":soon", until) == true;
    if (full && !other) return Outcome::refused;
    db.run(sqlite::revoke_token, ":token", token, ":now", transaction.now);
    write_audit(transaction, who, "token.revoke", *name);
    return Outcome::done;
  });
}

}  // namespace adfill
