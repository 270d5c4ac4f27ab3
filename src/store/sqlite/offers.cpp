#include "sql/sqlite.h"
#include "store/offers_rows.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

std::vector<DueListing> SqliteStore::take_listings(int limit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    constexpr Duration every = std::chrono::hours(24);
    auto due = read_due_listings(
        transaction.db.query(sqlite::list_due_listings, ":before", transaction.now - every, ":limit", limit));
    std::vector<IntegrationId> taken;
    taken.reserve(due.size());
    for (const auto& one : due) taken.push_back(one.integration);
    if (!taken.empty())
      transaction.db.run(sqlite::take_listings, ":integrations", listed_text(taken), ":now", transaction.now);
    return due;
  });
}

void SqliteStore::note_accounts(const SeenAccounts& seen) {
  must(!seen.through.empty(), "somebody's credentials have seen them");
  write(Durability::promised, [&](Transaction& transaction) {
    for (const auto& account : seen.accounts) {
      transaction.db.run(sqlite::note_offer, ":advertiser", seen.advertiser, ":source", seen.source, ":account",
                         account.account_id, ":integration", seen.through.front(), ":name", account.name, ":currency",
                         account.currency, ":time_zone", account.time_zone, ":status", account.status, ":now",
                         transaction.now);
    }
    transaction.db.run(sqlite::drop_unseen_offers, ":advertiser", seen.advertiser, ":source", seen.source,
                       ":integrations", listed_text(seen.through), ":now", transaction.now);
  });
}

std::vector<AccountOffer> SqliteStore::account_offers(const Sight& sight) {
  return read(
      [&](SqliteConnection& db) { return read_offers(db.query(sqlite::list_offers, ":sight", sight_text(sight))); });
}

Outcome SqliteStore::dismiss_offer(Source source, const std::string& account_id, const Sight& sight,
                                   const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int dismissed = transaction.db.run(sqlite::dismiss_offer, ":source", source, ":account", account_id, ":sight",
                                             sight_text(sight), ":now", transaction.now);
    if (dismissed == 0) return Outcome::not_found;
    write_audit(transaction, who, "offer.dismiss", account_id);
    return Outcome::done;
  });
}

}  // namespace adfill
