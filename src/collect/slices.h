// Which days of a chunk are asked for at once. Pure. Days already done are not asked for again; a report that the
// platform still has is read instead of a new one; what was too large is
// asked for in halves.
#pragma once

#include "core/day.h"
#include "platform/connector.h"
#include "store/claim.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct Slice {
  DayRange range;             // what is asked
  std::vector<Day> wanted{};  // what is committed of it: the days not yet done, in order
  std::optional<RunningReport> report{};
  DayPart part = DayPart::whole;  // of a single day that is too large as a whole
};

// Covers each of `open_days` (in order) exactly once: first what a running report covers, then unbroken runs of days,
// cut so that none is longer than `longest` days.
[[nodiscard]] std::deque<Slice> cut_slices(const std::vector<Day>& open_days, const std::vector<RunningReport>& reports,
                                           std::optional<int> longest);

// Whether less can be asked for at once than this slice: fewer days, or finer parts of its day.
[[nodiscard]] bool can_shrink(const Slice& slice, DayPart finest);
[[nodiscard]] DayPart finer(DayPart part);

// "whole", "campaigns", "ad_sets", "ads".
[[nodiscard]] std::string_view word_of(DayPart part);

// What is left to ask for after `slices.front()` was too large: the same open days, in slices of at most half its
// length; a single day in finer parts. Requires: can_shrink(slices.front()).
[[nodiscard]] std::deque<Slice> shrink_slices(const std::deque<Slice>& slices);

// What is left to ask for after the platform said that it keeps nothing before `earliest`.
[[nodiscard]] std::deque<Slice> drop_days_before(const std::deque<Slice>& slices, Day earliest,
                                                 std::optional<int> longest);

// What is left to ask for, in slices of another length.
[[nodiscard]] std::deque<Slice> recut_slices(const std::deque<Slice>& slices, std::optional<int> longest);

// The length, in days, that shrink_slices() cuts to.
[[nodiscard]] inline int shrunk_length(const Slice& slice) {
  return slice.range.length() > 1 ? slice.range.length() / 2 : 1;
}

// How many days an attempt asks for at once: fewer after "too large", remembered once that has worked, more again after
// some successes, but not what has failed in this attempt.
class SliceSize {
 public:
  // `learned`: what the store remembers for the integration, if anything.
  explicit SliceSize(std::optional<int> learned) : longest_(learned), remembered_(learned) {}

  // nullopt: as long as the days allow.
  [[nodiscard]] std::optional<int> longest() const { return longest_; }
  // How single days are asked for, since one was too large as a whole in this attempt.
  [[nodiscard]] DayPart part() const { return part_; }
  void too_large(const Slice& slice);
  // The size to remember, when this success has taught one.
  [[nodiscard]] std::optional<int> worked(const Slice& slice);

 private:
  std::optional<int> longest_;
  std::optional<int> remembered_;
  std::optional<int> failed_;
  DayPart part_ = DayPart::whole;
  int good_in_a_row_ = 0;
};

}  // namespace adfill
