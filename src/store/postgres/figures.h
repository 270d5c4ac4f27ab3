// The rows of several days into the store at once: each snapshot is checked, merged with what is there, and checked
// again by what the database then holds. The days' coverage rows are locked before, so nobody else is at these rows.
#pragma once

#include "core/row_hash.h"
#include "store/commit.h"
#include "store/postgres/transaction.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace adfill::postgres {

struct MergedDays {
  std::string problem{};  // not empty: the transfer is not exact, and nothing of it may stay
  std::int64_t written = 0;
  std::int64_t unchanged = 0;
  std::int64_t removed = 0;  // vanished, on proof
  struct Absent {
    Day day;
    std::int64_t rows;
    DayHash hash;  // of all rows that the day has now
  };
  std::vector<Absent> absent_by_day{};  // vanished, without proof: kept and marked
};

// A receipt that another one has taken the place of, in the same transaction.
struct PreviousReceipt {
  Asked asked;
  Instant as_of;
  std::string report_id;
  std::string attribution;
  std::int64_t rows = 0;
  Totals stored;
  std::optional<Totals> platform{};
};

// Rows that a snapshot lacks: the platform proves that they are gone, or they go because the snapshot is adfill's own.
enum class Vanishing { by_proof, removed };

// Days of one chunk, in order, each once.
struct DaysToMerge {
  const HeldChunk* held;
  std::vector<const DaySnapshot*> days;
  std::map<Day, PreviousReceipt> before{};  // of those that were there
  Vanishing vanishing = Vanishing::by_proof;
};

// Inserts what is new, updates what has changed, leaves the rest untouched; deals with rows that the snapshots lack.
// What changes of days that were there before is kept aside. Returns what became of each, in order. Requires: no day of
// an account and type stands in two of them.
[[nodiscard]] std::vector<MergedDays> merge_days(Transaction& transaction, const std::vector<DaysToMerge>& chunks);

// Rows that a newer listing has written already are left alone. Returns how many were new or changed.
std::int64_t write_creatives(Transaction& transaction, const HeldChunk& held, Asked asked,
                             const std::vector<Creative>& rows);

}  // namespace adfill::postgres
