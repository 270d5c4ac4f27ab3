#include "collect/slices.h"

#include "core/must.h"

#include <algorithm>
#include <set>

namespace adfill {

namespace {

// Cuts the unbroken run [first, last) of days into slices of nearly equal length.
void cut_run(const std::vector<Day>& days, std::size_t first, std::size_t last, std::size_t longest,
             std::deque<Slice>& slices) {
  const auto length = last - first;
  const auto count = (length + longest - 1) / longest;
  for (std::size_t index = 0; index < count; ++index) {
    const auto from = first + length * index / count;
    const auto to = first + length * (index + 1) / count;
    Slice slice{.range = {days[from], days[to - 1]}};
    slice.wanted.assign(days.begin() + static_cast<std::ptrdiff_t>(from),
                        days.begin() + static_cast<std::ptrdiff_t>(to));
    slices.push_back(std::move(slice));
  }
}

}  // namespace

std::deque<Slice> cut_slices(const std::vector<Day>& open_days, const std::vector<RunningReport>& reports,
                             std::optional<int> longest) {
  std::deque<Slice> slices;
  std::set<Day> left(open_days.begin(), open_days.end());
  for (const auto& report : reports) {
    Slice slice{.range = report.range, .report = report};
    for (auto at = left.lower_bound(report.range.since); at != left.end() && report.range.contains(*at);) {
      slice.wanted.push_back(*at);
      at = left.erase(at);
    }
    if (!slice.wanted.empty()) slices.push_back(std::move(slice));
  }
  const std::vector<Day> days(left.begin(), left.end());
  const auto most = static_cast<std::size_t>(std::max(1, longest.value_or(1 << 20)));
  std::size_t first = 0;
  for (std::size_t at = 1; at <= days.size(); ++at) {
    if (at < days.size() && days[at] == days[at - 1].plus(1)) continue;
    cut_run(days, first, at, most, slices);
    first = at;
  }
  return slices;
}

std::deque<Slice> shrink_slices(const std::deque<Slice>& slices) {
  const auto& too_large = slices.front();
  must(too_large.range.length() > 1, "only slices of several days can shrink");
  std::set<Day> open;
  std::vector<RunningReport> reports;
  for (const auto& slice : slices) {
    open.insert(slice.wanted.begin(), slice.wanted.end());
    // A report that is running already is still the cheapest way to its days; the one that failed is not.
    if (slice.report && &slice != &too_large) reports.push_back(*slice.report);
  }
  return cut_slices({open.begin(), open.end()}, reports, shrunk_length(too_large));
}

}  // namespace adfill
