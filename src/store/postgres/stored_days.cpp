// What is stored of each day now, counted and hashed anew: what receipts are verified with.
#include "store/stored_days.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

std::vector<StoredDay> PostgresStore::stored_days(IntegrationId integration, CollectionType type, DayRange range) {
  return read([&](Connection& db) -> std::vector<StoredDay> {
    const bool ads = type == CollectionType::ads;
    auto account = db.query(statement::read_integration, ":integration", integration);
    if (!account.step()) return {};
    const auto record = read_integration_row(account);
    auto rows = db.query(ads ? statement::read_stored_ads : statement::read_stored_demographics, ":advertiser",
                         record.advertiser, ":source", record.source, ":account", record.account_id, ":since",
                         range.since, ":until", range.until);
    return ads ? count_days<AdRow>(std::move(rows)) : count_days<DemographicRow>(std::move(rows));
  });
}

}  // namespace adfill::postgres
