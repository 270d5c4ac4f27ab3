#include "api/routing.h"

#include <utility>

namespace adfill {

namespace {

// Takes the piece up to the next '/' off `rest`.
std::string_view take_piece(std::string_view& rest) {
  const auto slash = rest.find('/');
  const auto piece = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  return piece;
}

}  // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> ids;
  if (pattern.empty() || path.empty() || path.back() == '/') return std::nullopt;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_piece(pattern);
    const auto given = take_piece(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      ids.emplace_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

RouteMatch find_route(std::span<const Route> routes, std::string_view method, std::string_view path) {
  RouteMatch match;
  for (const auto& route : routes) {
    auto ids = match_path(route.pattern, path);
    if (!ids) continue;
    if (route.method == method) {
      match.route = &route;
      match.ids = std::move(*ids);
      return match;
    }
    match.allowed.push_back(route.method);
  }
  return match;
}

}  // namespace adfill
