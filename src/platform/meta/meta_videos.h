// Where the videos of creatives are to be seen: their page, which lasts, and their file, whose link is signed for some
// days (docs/graph-api/reference/video: source, permalink_url). A read each, in batches; what is known is not asked for
// again before its link ends.
#pragma once

#include "core/instant.h"
#include "core/rows.h"
#include "platform/connector.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// Fills in the videos' links of these rows, from `known` and from the platform, and adds what was learned to `known`. A
// video that can't be read, or not now, costs its own links alone.
[[nodiscard]] boost::asio::awaitable<Result<std::vector<Creative>>> with_videos(
    const MetaCalls& calls, std::vector<Creative> rows, std::map<std::string, VideoLinks>& known);

// Whether a video that is known is to be asked for again. One that could not be read is, on one day in seven.
[[nodiscard]] bool asks_again(const std::string& video_id, const VideoLinks& links, Instant now);

// When a signed link ends: its parameter `oe`, seconds since 1970 in hexadecimal digits; never, where it has none.
[[nodiscard]] Instant end_of_link(std::string_view url);

}  // namespace adfill
