// Which days are worth a look today, when each look costs calls: one report brings an unbroken run of days, so that a
// day beside another one costs its own pages only. Pure.
#pragma once

#include "core/day.h"

#include <vector>

namespace adfill {

// What is known of a day. Worth and pages are in looks: what asking for an average day costs.
struct PossibleLook {
  enum class Need { never, perhaps, now };
  Day day;
  Need need = Need::never;
  double worth = 0;  // what is gained by looking, where it is perhaps
  double pages = 0;  // what the day's own rows cost
};

// The days to look at, in order: of all choices that have every `now` and no `never` the one with the most worth left
// after what it costs, a run of days costing `report` beside their pages. Requires: days in order, none left out.
[[nodiscard]] std::vector<Day> choose_looks(const std::vector<PossibleLook>& days, double report);

// The unbroken runs of days that are in order.
[[nodiscard]] std::vector<DayRange> runs_of(const std::vector<Day>& days);

}  // namespace adfill
