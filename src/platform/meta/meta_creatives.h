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

// What is known already when a listing begins.
struct KnownCreatives {
  std::map<std::string, VideoLinks> videos{};
  std::vector<std::string> unlisted_ads{};  // ads that have figures and were in no listing so far
};

// All ads but deleted ones, which Meta refuses to list (…/best-practices/manage-your-ad-object-status), page by page
// into the sink, with their videos' links; then those of `unlisted_ads` that the list lacks, read one by one by their
// ids, which that page allows for deleted ads too: some hundreds, the others another day. An ad whose creative can't be
// read comes without it, with the reason under "unreadable" in its details. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<void>> collect_creatives(const MetaCalls& calls, SliceSink& sink,
                                                                     KnownCreatives known);

// The same ads, with these fields.
[[nodiscard]] Query listed_ads_parameters(std::string fields);

[[nodiscard]] Result<MetaPage<Creative>> parse_ads(const std::string& body);

}  // namespace adfill
