// What Meta says of an access token: whose app it belongs to, what it may do, how long it lives (debug_token).
// (developers.facebook.com/docs/graph-api/reference/debug_token)
#pragma once

#include "core/instant.h"
#include "core/result.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct MetaToken {
  std::string app_scope;  // "meta:app:ID"; a hash of the token stands for an app that is not told
  std::vector<std::string> permissions{};
  std::optional<Instant>
      expires_at{};      // the earlier of its two clocks (its own, and the access to data); nullopt: never
  bool is_told = false;  // false: this token can't be asked about, only app_scope is known
};

// A Failure ends what was to be done with the token: it is over, or Meta could not answer now. Every other refusal of
// this question says nothing about an account and only leaves the token's traits unknown.
[[nodiscard]] boost::asio::awaitable<Result<MetaToken>> look_at_token(const MetaCalls& calls);

}  // namespace adfill
