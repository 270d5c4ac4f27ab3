// Fetches the picture behind a thumbnail's link. The link is Meta's to name, so it is not trusted further than needed:
// https to a public address, no redirects, nothing of ours sent along; what comes back is an image of a size that a
// thumbnail has. Where Meta's own base URL points elsewhere (a simulator), pictures may come from there too.
#pragma once

#include "core/result.h"
#include "platform/connector.h"
#include "platform/platform_call.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace adfill {

inline constexpr std::size_t picture_limit = std::size_t{512} << 10;

[[nodiscard]] boost::asio::awaitable<Result<FetchedPicture>> fetch_picture(const PlatformContext& context,
                                                                           std::string base_url, std::string url);

// True where scheme, host and port are the same.
[[nodiscard]] bool same_origin(std::string_view one, std::string_view other);

// The type without its parameters, in small letters; empty for what is not shown as a picture.
[[nodiscard]] std::string image_type(std::string_view content_type);

}  // namespace adfill
