#include "api/access.h"

#include "api/service_parts.h"
#include "net/secrets.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

bool changes_something(std::string_view method) {
  return method != "GET";
}

// The token of "Bearer TOKEN"; empty when the header is of another form.
std::string_view bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer";
  const auto space = header.find(' ');
  if (space == std::string_view::npos || !same_ignoring_case(header.substr(0, space), scheme)) return {};
  auto token = header.substr(space);
  while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
  while (!token.empty() && token.back() == ' ') token.remove_suffix(1);
  return token.size() <= longest_token ? token : std::string_view();
}

std::optional<Access> access_of(const std::optional<TokenRecord>& record) {
  if (!record) return std::nullopt;
  Access access;
  access.token = record->id;
  access.name = record->name;
  access.role = record->role;
  access.sight = record->advertisers;
  return access;
}

}  // namespace

bool same_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

bool may_see(const Access& access, AdvertiserId advertiser) {
  if (!access.sight) return true;
  for (const auto& seen : *access.sight) {
    if (seen == advertiser) return true;
  }
  return false;
}

std::optional<Problem> lacks_role(const Access& access, Role least) {
  if (access.role >= least) return std::nullopt;
  return forbidden("This token is a " + std::string(to_string(access.role)) + "'s; this call is for " +
                   (least == Role::admin ? "admins." : "operators and admins."));
}

asio::awaitable<std::optional<Access>> look_up_token(std::shared_ptr<Service> service, std::string token_hash) {
  auto find = [token_hash](Store& store) { return store.find_token(token_hash); };
  const auto record = co_await service->context->pool.run(std::move(find));
  auto access = access_of(record);
  if (access) access->token_hash = std::move(token_hash);
  co_return access;
}

asio::awaitable<std::optional<Access>> look_up_session(std::shared_ptr<Service> service, std::string session_hash) {
  auto find = [session_hash](Store& store) { return store.find_session(session_hash); };
  const auto record = co_await service->context->pool.run(std::move(find));
  auto access = access_of(record);
  if (access) access->session_hash = std::move(session_hash);
  co_return access;
}

asio::awaitable<std::optional<Access>> look_up_again(std::shared_ptr<Service> service, Access access) {
  if (!access.session_hash.empty()) return look_up_session(std::move(service), std::move(access.session_hash));
  return look_up_token(std::move(service), std::move(access.token_hash));
}

namespace {

asio::awaitable<std::optional<Identified>> look_up_both(std::shared_ptr<Service> service, std::string token_hash,
                                                        IntegrationId named) {
  auto find = [token_hash, named](Store& store) { return store.find_token_and_integration(token_hash, named); };
  auto found = co_await service->context->pool.run(std::move(find));
  auto access = access_of(found.token);
  if (!access) co_return std::nullopt;
  access->token_hash = std::move(token_hash);
  co_return Identified{.access = std::move(*access), .named = std::move(found.integration)};
}

}  // namespace

asio::awaitable<std::expected<Identified, Problem>> identify(std::shared_ptr<Service> service, HttpRequest request,
                                                             std::optional<IntegrationId> named) {
  if (const auto header = find_header(request.headers, "authorization")) {
    const auto token = bearer_token(*header);
    if (token.empty()) co_return std::unexpected(unauthorized("Authorization must be: Bearer TOKEN."));
    std::optional<Identified> identified;
    if (named) {
      identified = co_await look_up_both(std::move(service), hash_api_token(token), *named);
    } else if (auto access = co_await look_up_token(std::move(service), hash_api_token(token))) {
      identified = Identified{.access = std::move(*access)};
    }
    if (!identified) co_return std::unexpected(unauthorized("The token is unknown, revoked or expired."));
    co_return std::move(*identified);
  }
  const auto cookie = find_cookie(request.headers, session_cookie);
  if (!cookie) co_return std::unexpected(unauthorized("A token is needed: Authorization: Bearer TOKEN."));
  auto access = co_await look_up_session(std::move(service), hash_api_token(*cookie));
  if (!access) co_return std::unexpected(unauthorized("The session is over. Sign in again."));
  if (changes_something(request.method) && !find_header(request.headers, "x-adfill-request")) {
    co_return std::unexpected(
        forbidden("Calls that change something need the header X-Adfill-Request: 1 beside the cookie."));
  }
  co_return Identified{.access = std::move(*access)};
}

std::optional<std::string> find_cookie(const Headers& headers, std::string_view name) {
  for (const auto& [header, value] : headers) {
    if (header != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      auto pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        return std::string(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

bool may_give(const std::vector<std::string>& own, const std::optional<std::vector<std::string>>& wanted) {
  if (!wanted) return false;
  return std::all_of(wanted->begin(), wanted->end(),
                     [&own](const std::string& name) { return std::find(own.begin(), own.end(), name) != own.end(); });
}

}  // namespace adfill
