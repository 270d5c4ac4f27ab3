// One day's rows into the store: the snapshot is checked, merged with what is there, and checked again by what the
// database then holds.
#pragma once

#include "core/row_hash.h"
#include "store/commit.h"
#include "store/sqlite/transaction.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct MergedDay {
  std::string problem{};  // not empty: the transfer is not exact, and nothing of it may stay
  std::int64_t written = 0;
  std::int64_t unchanged = 0;
  std::int64_t removed = 0;  // vanished, on proof
  std::int64_t absent = 0;   // vanished, without proof: kept and marked
  DayHash hash{};            // of all rows that the day has now
};

// Rows that the snapshot lacks: the platform proves that they are gone, or they go because the snapshot is adfill's
// own.
enum class Vanishing { by_proof, removed };

// Inserts what is new, updates what has changed, leaves the rest untouched; deals with rows that the snapshot lacks.
// What changes of a day that was there before is kept aside. The receipt is not yet written.
[[nodiscard]] MergedDay merge_day(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot,
                                  Vanishing vanishing = Vanishing::by_proof);

// The day's receipt.
void write_coverage(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot,
                    const MergedDay& merged, std::optional<Instant> pinned_at = std::nullopt);

// An equal or newer snapshot is there, or the day is pinned: it is done, whoever filled it.
[[nodiscard]] bool is_overtaken(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot);

// Rows that a newer listing has written already are left alone. Returns how many were new or changed.
std::int64_t write_creatives(Transaction& transaction, const HeldChunk& held, Asked asked,
                             const std::vector<Creative>& rows);

}  // namespace adfill
