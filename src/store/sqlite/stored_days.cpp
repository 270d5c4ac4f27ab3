// What is stored of each day now, counted and hashed anew: what receipts are verified with.
#include "core/row_hash.h"
#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"
#include "store/sqlite/stored_rows.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

template <class Row>
std::vector<StoredDay> count_days(Statement row) {
  std::vector<StoredDay> days;
  std::vector<DayHash> hashes;
  while (row.step()) {
    const Day day = row.next<Day>();
    if (days.empty() || days.back().day != day) {
      days.emplace_back().day = day;
      hashes.emplace_back();
    }
    StoredRow<Row> stored;
    read_key(row, stored.row);
    read_after_key(row, stored);
    const std::int64_t details_hash = row.next_integer();
    const bool absent = row.next<bool>();
    // Where the details are not those that their hash was made of, the day's hash is not the receipt's.
    const bool same_details = hash_of(row.next_text()) == details_hash;
    hashes.back().add(row_hash(stored.row, stored.currency, same_details ? details_hash : ~details_hash, absent));
    StoredDay& counted = days.back();
    counted.rows_hash = hashes.back().value();
    if (absent) {
      ++counted.rows_absent;
      continue;
    }
    ++counted.rows;
    // A sum that does not fit was made by hand, and the hash shows it.
    static_cast<void>(counted.totals.add(totals_of(stored.row.metrics)));
  }
  return days;
}

}  // namespace

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
