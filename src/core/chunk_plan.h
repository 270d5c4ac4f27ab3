// Cuts a job's range into chunks of days: no gap, no overlap, lengths that differ by a day at most.
#pragma once

#include "core/day.h"

#include <optional>
#include <vector>

namespace adfill {

struct ChunkRule {
  int target_days = 90;                  // a target, so two years at 90 days are 8 chunks
  std::optional<int> hard_limit_days{};  // never passed, where the platform has one
};

// max(1, round(length / target)) chunks, more if the hard limit asks for it; oldest first, or newest first.
// Requires: range.since <= range.until, target and limit at least 1.
[[nodiscard]] std::vector<DayRange> plan_chunks(DayRange range, const ChunkRule& rule, bool newest_first = false);

}  // namespace adfill
