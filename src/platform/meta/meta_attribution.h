// The windows in which Meta counts a conversion to an ad. Without any, each ad set's own setting counts, as Ads Manager
// shows it. (…/reference/ads-action-stats and …/insights; which windows still have figures:
// developers.facebook.com/blog/post/2025/10/16/ads-insights-api-metric-availability-updates)
#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// At most one of each kind: clicks, views, engaged views. They are disjoint, so that a conversion is counted once; two
// windows of one kind contain each other. Empty texts: not asked for.
using MetaWindows = std::array<std::string_view, 3>;

// The windows joined by commas, clicks first; or what is allowed, in words.
[[nodiscard]] std::expected<std::string, std::string> meta_attribution_of(const std::vector<std::string>& windows);

// Of a text that meta_attribution_of() made; views into it.
[[nodiscard]] MetaWindows windows_in(std::string_view attribution);

}  // namespace adfill
