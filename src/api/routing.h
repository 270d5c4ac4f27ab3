// From method and path to the function that answers: a table of routes, each with the access it asks for.
#pragma once

#include "api/access.h"
#include "net/http_server.h"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// A request that has found its route.
struct ApiCall {
  HttpRequest request{};
  std::vector<std::string> ids{};            // what stood for {…} in the pattern, in order
  Access access{};                           // empty on open routes
  std::optional<IntegrationRecord> named{};  // as Route::reads_named says
};

using RouteHandler = boost::asio::awaitable<HttpResponse> (*)(std::shared_ptr<Service>, ApiCall);

struct Route {
  enum class Door { open, token };  // open: no token is asked for
  std::string_view method;
  std::string_view pattern;  // "/v1/jobs/{id}/retry"
  Door door;
  RouteHandler handler;
  bool reads_named = false;  // the first {id} is an integration's, which is read along with the token
};

// Outcome of a look-up: the route, or the methods that this path has, or neither.
struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string> ids{};
  std::vector<std::string_view> allowed{};  // of the path, when the method is another
};

[[nodiscard]] RouteMatch find_route(std::span<const Route> routes, std::string_view method, std::string_view path);

// The values of {…} when `path` has the form of `pattern`.
[[nodiscard]] std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace adfill
