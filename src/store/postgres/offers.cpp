#include "sql/postgres.h"
#include "store/offers_rows.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

std::vector<DueListing> PostgresStore::take_listings(int limit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    constexpr Duration every = std::chrono::hours(24);
    auto due = read_due_listings(
        transaction.db.query(statement::list_due_listings, ":before", transaction.now() - every, ":limit", limit));
    std::vector<IntegrationId> taken;
    taken.reserve(due.size());
    for (const auto& one : due) taken.push_back(one.integration);
    if (!taken.empty())
      transaction.db.send(statement::take_listings, ":integrations", listed_text(taken), ":now", transaction.now());
    return due;
  });
}

void PostgresStore::note_accounts(const SeenAccounts& seen) {
  must(!seen.through.empty(), "somebody's credentials have seen them");
  write(Durability::promised, [&](Transaction& transaction) {
    for (const auto& account : seen.accounts) {
      transaction.db.send(statement::note_offer, ":advertiser", seen.advertiser, ":source", seen.source, ":account",
                          account.account_id, ":integration", seen.through.front(), ":name", account.name, ":currency",
                          account.currency, ":time_zone", account.time_zone, ":status", account.status, ":now",
                          transaction.now());
    }
    transaction.db.send(statement::drop_unseen_offers, ":advertiser", seen.advertiser, ":source", seen.source,
                        ":integrations", listed_text(seen.through), ":now", transaction.now());
  });
}

std::vector<AccountOffer> PostgresStore::account_offers(const Sight& sight) {
  return read(
      [&](Connection& db) { return read_offers(db.query(statement::list_offers, ":sight", sight_text(sight))); });
}

Outcome PostgresStore::dismiss_offer(Source source, const std::string& account_id, const Sight& sight,
                                     const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int dismissed = transaction.db.run(statement::dismiss_offer, ":source", source, ":account", account_id,
                                             ":sight", sight_text(sight), ":now", transaction.now());
    if (dismissed == 0) return Outcome::not_found;
    write_audit(transaction, who, "offer.dismiss", account_id);
    return Outcome::done;
  });
}

}  // namespace adfill::postgres
