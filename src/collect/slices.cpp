#include "collect/slices.h"

#include "core/must.h"

#include <algorithm>
#include <set>

namespace adfill {

namespace {

constexpr int good_before_growing = 5;

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

std::deque<Slice> recut_slices(const std::deque<Slice>& slices, std::optional<int> longest) {
  std::set<Day> open;
  std::vector<RunningReport> reports;
  for (const auto& slice : slices) {
    open.insert(slice.wanted.begin(), slice.wanted.end());
    if (slice.report) reports.push_back(*slice.report);
  }
  return cut_slices({open.begin(), open.end()}, reports, longest);
}

bool can_shrink(const Slice& slice, DayPart finest) {
  return slice.range.length() > 1 || slice.part < finest;
}

DayPart finer(DayPart part) {
  switch (part) {
    case DayPart::whole:
      return DayPart::campaigns;
    case DayPart::campaigns:
      return DayPart::ad_sets;
    case DayPart::ad_sets:
      return DayPart::ads;
    case DayPart::ads:
      break;
  }
  must(false, "nothing is finer than single ads");
  return part;
}

std::string_view word_of(DayPart part) {
  switch (part) {
    case DayPart::whole:
      return "whole";
    case DayPart::campaigns:
      return "campaigns";
    case DayPart::ad_sets:
      return "ad_sets";
    case DayPart::ads:
      break;
  }
  return "ads";
}

std::deque<Slice> shrink_slices(const std::deque<Slice>& slices) {
  auto left = slices;
  // Reports that run already are still the cheapest way to their days; the one that failed is not.
  left.front().report.reset();
  if (slices.front().range.length() == 1) {
    left.front().part = finer(left.front().part);
    return left;
  }
  return recut_slices(left, shrunk_length(slices.front()));
}

std::deque<Slice> drop_days_before(const std::deque<Slice>& slices, Day earliest, std::optional<int> longest) {
  auto left = slices;
  for (auto& slice : left) {
    std::erase_if(slice.wanted, [earliest](Day day) { return day < earliest; });
    if (slice.range.since < earliest) slice.report.reset();
  }
  return recut_slices(left, longest);
}

void SliceSize::too_large(const Slice& slice) {
  failed_ = slice.range.length();
  longest_ = shrunk_length(slice);
  if (slice.range.length() == 1) part_ = finer(slice.part);
  good_in_a_row_ = 0;
}

std::optional<int> SliceSize::worked(const Slice& slice) {
  // The short rest of a run proves nothing about the size.
  if (!longest_ || slice.range.length() * 2 <= *longest_) return std::nullopt;
  std::optional<int> news;
  if (remembered_ != longest_) news = remembered_ = longest_;
  if (++good_in_a_row_ >= good_before_growing && (!failed_ || *longest_ * 2 < *failed_)) {
    longest_ = *longest_ * 2;
    good_in_a_row_ = 0;
  }
  return news;
}

}  // namespace adfill
