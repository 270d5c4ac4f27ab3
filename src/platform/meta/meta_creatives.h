// The account's ads with their creatives, a snapshot. Read through /ads and not /adcreatives: that edge ends at 50,000
// and fails as a whole for one creative whose post is gone (…/reference/ad-creative, airbytehq/airbyte#65944).
#pragma once

#include "core/rows.h"
#include "platform/meta/meta_calls.h"
#include "platform/meta/meta_rows.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace adfill {

inline constexpr int creatives_page_limit = 50;  // more is answered with "reduce the amount of data" on large accounts

// All ads but deleted ones, which Meta refuses to list (…/best-practices/manage-your-ad-object-status), page by page
// into the sink. An ad whose creative can't be read comes without it, with the reason under "unreadable" in its
// details. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_creatives(const MetaCalls& calls, SliceSink& sink);

// The same ads, as their ids alone.
[[nodiscard]] Query listed_ads_parameters();

// A page of ads. `unreadable`: why their creatives were not asked for; empty when they were.
[[nodiscard]] Result<MetaPage<Creative>> parse_ads(const std::string& body, std::string_view unreadable = {});

}  // namespace adfill
