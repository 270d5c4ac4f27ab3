// How much of an account there is to collect, from a few cheap calls: its own totals tell on which days anything ran, a
// report of the ads of some of these days tells their rows and how long reports take, and so on. And what that comes to
// in calls of Meta's.
#pragma once

#include "platform/connector.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

namespace adfill {

// `calls` outlives it.
[[nodiscard]] boost::asio::awaitable<Result<AccountProbe>> probe_account(const MetaCalls& calls, ProbeRequest request);

// The calls of a chunk with so many rows, with reports as slow as the probe's. `poll_base`: the setting;
// `least_gap`: calls are no closer together than that, where a quota holds them back.
[[nodiscard]] PlannedCalls planned_calls(CollectionType type, DayRange chunk, std::int64_t rows,
                                         const AccountProbe& probe, Duration poll_base, Duration least_gap);

// How long a quota holds so many calls of the account back, as full as its limits are now.
[[nodiscard]] Duration quota_time(const PlannedCalls& planned, const MetaScopes& scopes, const Governor& governor,
                                  Instant now);

}  // namespace adfill
