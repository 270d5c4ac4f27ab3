// Who an account and its token are.
#pragma once

#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// "act_123" for act_123 and for 123; nullopt for what is no account id of Meta's.
[[nodiscard]] std::optional<std::string> full_account_id(std::string_view account_id);

// Asks for the account, and for the app the token belongs to, whose quota all its calls count for. References outlive
// it. Requires: full_account_id(account_id) and a token.
[[nodiscard]] boost::asio::awaitable<Result<VerifiedAccount>> verify_account(const PlatformContext& context,
                                                                             const MetaSettings& settings,
                                                                             std::string account_id,
                                                                             Credentials credentials);

}  // namespace adfill
