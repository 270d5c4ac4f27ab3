// What a daily job covers. Pure. Three kinds of days: yesterday, which is new; days of the restatement window, whose
// figures the platform still changes; and gaps, days between the first collected one and yesterday that nobody has and
// nobody is collecting.
//
// Of the window the youngest days are looked at every day. An older one is when enough of it is expected to have moved
// since its last look (MovingAges) for what the look costs, and in any case when that look is a week old. A day that
// left the window has one last look, within that week too: until then its last figures were never seen. A day whose
// figures a fault of the platform had made doubtful, however old, is looked at as soon as the fault is over.
#pragma once

#include "core/chunk_plan.h"
#include "core/day.h"
#include "core/instant.h"
#include "platform/connector.h"
#include "store/store.h"

#include <optional>
#include <string>

namespace adfill {

// What the plan is made for. Days are the account's.
struct DailyRules {
  CollectionType type = CollectionType::ads;
  TypePlan plan{};
  int window_days = 28;  // back from yesterday, yesterday included
  Day today;
  Day earliest;  // the first day that the platform still has
  Instant now;
  std::string time_zone = "UTC";  // the account's
};

inline constexpr int longest_unseen_days = 7;

// due: days that are worth it; what is in an open chunk is left to that one. everything: somebody asked, so all of the
// window is asked for.
enum class Reach { due, everything };

// A chunk for each unbroken run of days, longer ones cut as a backfill would be; nullopt: nothing to do.
// A gap that was cancelled is left alone; one that failed is tried again after a day, then two, four, up to 32.
[[nodiscard]] std::optional<PlannedJob> plan_daily(const DailyRules& rules, const CollectedDays& days, Reach reach);

}  // namespace adfill
