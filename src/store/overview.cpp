#include "store/overview.h"

#include "core/time_zone.h"

#include <algorithm>

namespace adfill {

int TypeFreshness::gaps() const {
  return first && newest ? newest->number() - first->number() + 1 - days : 0;
}

std::optional<int> TypeFreshness::days_behind(Day yesterday) const {
  if (!newest) return std::nullopt;
  return std::max(0, yesterday.number() - newest->number());
}

Day FreshnessRecord::yesterday(Instant now) const {
  return day_in_zone(now, is_time_zone(integration.time_zone) ? integration.time_zone : "UTC").plus(-1);
}

}  // namespace adfill
