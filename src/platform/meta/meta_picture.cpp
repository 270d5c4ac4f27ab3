#include "platform/meta/meta_picture.h"

#include "net/http_client.h"
#include "net/http_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace adfill {
namespace {

using Kind = Failure::Kind;

constexpr auto image_types =
    std::to_array<std::string_view>({"image/jpeg", "image/png", "image/gif", "image/webp", "image/svg+xml"});

// "https://host:port", in small letters; empty for what is no URL of a server.
std::string origin_of(std::string_view url) {
  const auto host = url.find("://");
  if (host == std::string_view::npos) return "";
  std::string origin(url.substr(0, url.find_first_of("/?#", host + 3)));
  std::ranges::transform(origin, origin.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return origin;
}

Result<FetchedPicture> read_picture(HttpAnswer answer) {
  // What is not there today may have another link tomorrow.
  if (answer.status != 200)
    return std::unexpected(Failure(Kind::transient, "HTTP " + std::to_string(answer.status) + " instead of a picture"));
  auto type = image_type(find_header(answer.headers, "content-type").value_or(""));
  if (type.empty() || answer.body.empty()) return std::unexpected(Failure(Kind::permanent, "what came is no picture"));
  return FetchedPicture{.content_type = std::move(type), .bytes = std::move(answer.body)};
}

}  // namespace

bool same_origin(std::string_view one, std::string_view other) {
  const auto origin = origin_of(one);
  return !origin.empty() && origin == origin_of(other);
}

std::string image_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find_first_of("; \t")));
  std::ranges::transform(type, type.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::ranges::find(image_types, type) == image_types.end() ? "" : type;
}

boost::asio::awaitable<Result<FetchedPicture>> fetch_picture(const PlatformContext& context, std::string base_url,
                                                             std::string url) {
  const bool is_own = same_origin(url, base_url);
  const auto origin = origin_of(url);
  if (origin.contains('@') || (!is_own && !origin.starts_with("https://"))) {
    co_return std::unexpected(Failure(Kind::permanent, "the link to the picture is not of the kind that is followed"));
  }
  // Not one of the platform's calls: no quota counts it, and a picture's server says nothing of the platform's health.
  HttpCall call;
  call.url = std::move(url);
  call.headers = {{"accept", "image/*"}};
  call.timeout = std::chrono::seconds(20);
  call.body_limit = picture_limit;
  call.only_public = !is_own;
  auto answer = co_await context.http.send(std::move(call));
  if (!answer) {
    const bool too_long = answer.error().kind == HttpError::Kind::too_long;
    co_return std::unexpected(Failure(too_long ? Kind::permanent : Kind::transient, answer.error().message));
  }
  co_return read_picture(std::move(*answer));
}

}  // namespace adfill
