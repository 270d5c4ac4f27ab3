// The rows of days as they are stored, counted and hashed: what receipts are verified with.
#pragma once

#include "core/row_hash.h"
#include "store/records.h"
#include "store/stored_rows.h"

#include <vector>

namespace adfill {

// What is stored of each day, counted and hashed anew, from read_stored_ads or read_stored_demographics.
template <class Row, class Columns>
[[nodiscard]] std::vector<StoredDay> count_days(Columns row) {
  std::vector<StoredDay> days;
  std::vector<DayHash> hashes;
  while (row.step()) {
    const Day day = row.template next<Day>();
    if (days.empty() || days.back().day != day) {
      days.emplace_back().day = day;
      hashes.emplace_back();
    }
    StoredRow<Row> stored;
    read_key(row, stored.row);
    read_after_key(row, stored);
    const std::int64_t details_hash = row.next_integer();
    const bool absent = row.template next<bool>();
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

}  // namespace adfill
