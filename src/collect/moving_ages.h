// How much of a day's figures still moves, by the day's age, as an account's own restatements have shown it. Nothing is
// kept for it: the changes of the last weeks (DayChange) and the receipts tell what moved between which looks, and what
// was looked at and had not moved. Pure.
#pragma once

#include "core/day.h"
#include "store/history.h"
#include "store/schedules.h"

#include <string>
#include <vector>

namespace adfill {

class MovingAges {
 public:
  // What is expected of an account that nothing is known of: much in the first days, little later.
  explicit MovingAges(int window_days);
  // With what the account has shown. The less that is, the more is left of what is expected of any.
  MovingAges(int window_days, const CollectedDays& days, const std::string& time_zone);

  // Which part of a day's figures is expected to move while it goes from one age to another, in days since it ended
  // (yesterday is 1); nothing moves after the window.
  [[nodiscard]] double share(int from, int until) const;

 private:
  std::vector<double> a_day_;  // at an age, what moved since the day before; up to the window's last
};

// Which part of a day's figures a commit moved. One that touched rows and left the totals as they were (conversions
// that came late) counts as a hundredth.
[[nodiscard]] double moved_share(const DayChange& change);

}  // namespace adfill
