// What is stored of each day now, counted and hashed anew: what receipts are verified with.
#include "store/stored_days.h"

#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

std::vector<StoredDay> SqliteStore::stored_days(IntegrationId integration, CollectionType type, DayRange range) {
  return read([&](SqliteConnection& db) -> std::vector<StoredDay> {
    const bool ads = type == CollectionType::ads;
    auto account = db.query(sqlite::read_integration, ":integration", integration);
    if (!account.step()) return {};
    const auto record = read_integration_row(account);
    auto rows =
        db.query(ads ? sqlite::read_stored_ads : sqlite::read_stored_demographics, ":advertiser", record.advertiser,
                 ":source", record.source, ":account", record.account_id, ":since", range.since, ":until", range.until);
    return ads ? count_days<AdRow>(std::move(rows)) : count_days<DemographicRow>(std::move(rows));
  });
}

}  // namespace adfill
