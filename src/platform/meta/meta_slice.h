// One slice of ads or demographics, from the report's creation to the account's own totals.
#pragma once

#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

namespace adfill {

// `today` is the account's. `calls` and `sink` outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_slice(const MetaCalls& calls, SliceRequest request,
                                                                 Day today, SliceSink& sink);

}  // namespace adfill
