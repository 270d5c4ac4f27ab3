#include "collect/commit_times.h"

#include <algorithm>

namespace adfill {

void CommitTimes::add(std::chrono::duration<double> took) {
  const std::lock_guard lock(mutex_);
  ++histogram_.count;
  histogram_.seconds += took.count();
  const auto& bounds = CommitHistogram::bounds;
  const auto bound = std::ranges::lower_bound(bounds, took.count());
  if (bound != bounds.end()) ++histogram_.within.at(static_cast<std::size_t>(bound - bounds.begin()));
}

CommitHistogram CommitTimes::histogram() const {
  const std::lock_guard lock(mutex_);
  return histogram_;
}

}  // namespace adfill
