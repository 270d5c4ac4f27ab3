// One day that is too large for Meta as a whole, put together from parts: first its campaigns in groups, a group that
// is still too large in halves, a single campaign by its ad sets, a single ad set by its ads. Every ad belongs to
// exactly one part, so that the parts add up. What has figures on the day is asked of Meta first.
#pragma once

#include "platform/meta/meta_calls.h"
#include "platform/meta/meta_rows.h"

#include <boost/asio/awaitable.hpp>

namespace adfill {

// All ads' rows of slice.range, a single day, begun with parts of that kind. Its reports are not told to the sink: one
// of them is not the day's report, and nobody may pick it up as that. too_large when a single ad is, or when a part
// turned out too large after rows of it were passed on: then a finer kind may do. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_parts(const MetaCalls& calls, const MetaSlice& slice,
                                                                 DayPart kind, Day today, SliceSink& sink);

}  // namespace adfill
