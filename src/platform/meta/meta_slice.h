// One slice of ads or demographics, from the report's creation to the account's own totals.
#pragma once

#include "platform/meta/meta_calls.h"
#include "platform/meta/meta_rows.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace adfill {

inline constexpr int meta_page_limit = 500;  // no maximum is published; too large a page is halved

// Reads a finished report to its end into the sink. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> read_report(const MetaCalls& calls, const MetaSlice& slice,
                                                               CollectionType type, std::string report,
                                                               SliceSink& sink);

// `today` is the account's. `calls` and `sink` outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_slice(const MetaCalls& calls, SliceRequest request,
                                                                 Day today, SliceSink& sink);

// The account's own totals of the slice's days, as far as it mentions them.
[[nodiscard]] boost::asio::awaitable<Result<std::vector<DayTotals>>> read_totals(const MetaCalls& calls,
                                                                                 const MetaSlice& slice);

}  // namespace adfill
