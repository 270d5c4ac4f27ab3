#include "core/chunk_plan.h"

#include "core/must.h"

#include <algorithm>

namespace adfill {

std::vector<DayRange> plan_chunks(DayRange range, const ChunkRule& rule, bool newest_first) {
  must(range.since <= range.until, "a range to plan has a day at least");
  must(rule.target_days >= 1 && rule.hard_limit_days.value_or(1) >= 1, "a chunk has a day at least");
  // 64 bits, so that a target of any size can be doubled.
  const std::int64_t days = range.length();
  const std::int64_t target = rule.target_days;
  std::int64_t count = std::max<std::int64_t>(1, (2 * days + target) / (2 * target));
  if (rule.hard_limit_days) {
    const std::int64_t limit = *rule.hard_limit_days;
    count = std::max(count, (days + limit - 1) / limit);
  }

  std::vector<DayRange> chunks;
  chunks.reserve(static_cast<std::size_t>(count));
  const auto length = static_cast<std::int32_t>(days / count);
  const std::int64_t longer = days % count;  // so many chunks have a day more
  Day since = range.since;
  for (std::int64_t index = 0; index < count; ++index) {
    const Day until = since.plus(index < longer ? length : length - 1);
    chunks.push_back({since, until});
    since = until.plus(1);
  }
  must(chunks.back().until == range.until, "chunks end where their range ends");
  if (newest_first) std::reverse(chunks.begin(), chunks.end());
  return chunks;
}

}  // namespace adfill
