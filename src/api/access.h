// Who asks, and what of it they may see and do. A token comes as a bearer header (programs) or behind a session cookie
// (the monitor); either way the store is asked each time, so that a revoked token ends at once.
#pragma once

#include "api/problem.h"
#include "store/records.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct Service;

inline constexpr std::size_t longest_token = 512;  // a longer one is no API token and is not looked up

struct Access {
  ApiTokenId token{};
  std::string name;  // the token's, for the audit log
  Role role = Role::viewer;
  Sight sight{};
  // By which of the two it was identified; the other is empty.
  std::string token_hash;
  std::string session_hash{};
};

// Who asks, and what the path names where it was read along: the integration is there whether they may see it or not.
struct Identified {
  Access access{};
  std::optional<IntegrationRecord> named{};
};

[[nodiscard]] bool may_see(const Access& access, AdvertiserId advertiser);
// nullopt when this role may do what `least` may; else the 403.
[[nodiscard]] std::optional<Problem> lacks_role(const Access& access, Role least);

// Whether one who sees `own` may let somebody see `wanted` (nullopt: all).
[[nodiscard]] bool may_give(const std::vector<std::string>& own, const std::optional<std::vector<std::string>>& wanted);

// Identifies the request's token, or says why not: 401, at once; 403 for a call that changes something, comes with the
// cookie and lacks X-Adfill-Request (so that no other site can make a browser send it). `named`: an integration to be
// read along with a bearer's token, in one trip to the store.
[[nodiscard]] boost::asio::awaitable<std::expected<Identified, Problem>> identify(
    std::shared_ptr<Service> service, HttpRequest request, std::optional<IntegrationId> named = std::nullopt);
// The access of a token or of a session as the store knows it now; nullopt when it is unknown, revoked or expired.
[[nodiscard]] boost::asio::awaitable<std::optional<Access>> look_up_token(std::shared_ptr<Service> service,
                                                                          std::string token_hash);
[[nodiscard]] boost::asio::awaitable<std::optional<Access>> look_up_session(std::shared_ptr<Service> service,
                                                                            std::string session_hash);
// The same access, if it still holds.
[[nodiscard]] boost::asio::awaitable<std::optional<Access>> look_up_again(std::shared_ptr<Service> service,
                                                                          Access access);

// Of ASCII letters: a header's schemes and types.
[[nodiscard]] bool same_ignoring_case(std::string_view left, std::string_view right);

// The value of a cookie of the request; nullopt when it has none of that name.
[[nodiscard]] std::optional<std::string> find_cookie(const Headers& headers, std::string_view name);

}  // namespace adfill
