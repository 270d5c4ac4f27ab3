// Tries, call by call, what collecting an account needs of its token.
#pragma once

#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace adfill {

// Checks "token" (valid, until when), "account", "figures" and "creatives" (each by the call that collecting makes) and
// "accounts" (whether all of the token's accounts can be listed). References outlive it.
[[nodiscard]] boost::asio::awaitable<Examination> examine_account(const PlatformContext& context,
                                                                  const MetaSettings& settings, std::string account_id,
                                                                  Credentials credentials);

}  // namespace adfill
