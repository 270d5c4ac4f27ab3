// How outlooks of scopes stand in rows, for both homes: a row a limit, in tenths.
#pragma once

#include "store/records.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace adfill {

// The longest time that the limits of platforms look back: what was full then says nothing now.
inline constexpr Duration outlooks_kept = std::chrono::hours(1);

[[nodiscard]] inline std::int64_t tenths_of(double value) {
  return std::llround(value * 10);
}

// Rows come by scope, the newest first. A scope has those that were read together last.
inline void add_outlook_row(std::vector<ScopeOutlook>& outlooks, ScopeOutlook row, ScopeOutlook::Limit limit) {
  if (outlooks.empty() || outlooks.back().scope != row.scope) {
    outlooks.push_back(std::move(row));
  } else if (outlooks.back().read_at != row.read_at) {
    return;
  }
  outlooks.back().limits.push_back(std::move(limit));
}

}  // namespace adfill
