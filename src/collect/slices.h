// Which days of a chunk are asked for at once. Pure. Days already done are not asked for again; a report that the
// platform still has is read instead of a new one; what was too large is
// asked for in halves.
#pragma once

#include "core/day.h"
#include "store/claim.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct Slice {
  DayRange range;             // what is asked
  std::vector<Day> wanted{};  // what is committed of it: the days not yet done, in order
  std::optional<RunningReport> report{};
};

// Covers each of `open_days` (in order) exactly once: first what a running report covers, then unbroken runs of days,
// cut so that none is longer than `longest` days.
[[nodiscard]] std::deque<Slice> cut_slices(const std::vector<Day>& open_days, const std::vector<RunningReport>& reports,
                                           std::optional<int> longest);

// What is left to ask for after `slices.front()` was too large: the same open days, in slices of at most half its
// length. Requires: slices.front().range.length() > 1.
[[nodiscard]] std::deque<Slice> shrink_slices(const std::deque<Slice>& slices);

// The length, in days, that shrink_slices() cuts to.
[[nodiscard]] inline int shrunk_length(const Slice& slice) {
  return slice.range.length() / 2;
}

}  // namespace adfill
