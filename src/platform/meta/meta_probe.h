// How much of an account there is to collect, from a few cheap calls: its own totals tell on which days anything ran, a
// report of the ads of some of these days tells their rows and how long reports take, and so on.
#pragma once

#include "platform/connector.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

namespace adfill {

// `calls` outlives it.
[[nodiscard]] boost::asio::awaitable<Result<AccountProbe>> probe_account(const MetaCalls& calls, ProbeRequest request);

}  // namespace adfill
