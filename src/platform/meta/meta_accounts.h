// The ad accounts that a token can see.
#pragma once

#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace adfill {

// In Meta's order. Pages are followed to the end. References outlive it.
[[nodiscard]] boost::asio::awaitable<Result<std::vector<ListedAccount>>> list_accounts(const PlatformContext& context,
                                                                                       const MetaSettings& settings,
                                                                                       Credentials credentials);

}  // namespace adfill
