// The account's ads with their creatives, a snapshot. Read through /ads and not /adcreatives: that edge ends at 50,000
// and fails as a whole for one creative whose post is gone (…/reference/ad-creative, airbytehq/airbyte#65944).
#pragma once

#include "core/rows.h"
#include "platform/meta/meta_calls.h"
#include "platform/meta/meta_rows.h"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

inline constexpr int creatives_page_limit = 50;  // more is answered with "reduce the amount of data" on large accounts

// All ads but deleted ones, which Meta refuses to list (…/best-practices/manage-your-ad-object-status), page by page
// into the sink, with their videos' links. An ad whose creative can't be read comes without it, with the reason under
// "unreadable" in its details. `videos`: those known already. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_creatives(const MetaCalls& calls, SliceSink& sink,
                                                                     std::map<std::string, VideoLinks> videos);

// The same ads, with these fields.
[[nodiscard]] Query listed_ads_parameters(std::string fields);

[[nodiscard]] Result<MetaPage<Creative>> parse_ads(const std::string& body);

}  // namespace adfill
