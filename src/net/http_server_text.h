// The text halves of the HTTP server: from a request's target to path and query, and from an answer to its head. Pure.
#pragma once

#include "net/http_message.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

struct HttpTarget {
  std::string path;   // percent-decoded; what is not well encoded stays as it came
  std::string query;  // raw
};

// Reads "/path?query", and the absolute form that clients send to proxies.
[[nodiscard]] HttpTarget split_target(std::string_view target);

// How the end of an answer's body is told to the client.
struct HttpFraming {
  std::optional<std::size_t> content_length{};
  bool chunked = false;    // neither: the body ends with the connection (HTTP/1.0 streams), or there is none
  bool keep_alive = true;  // said in a Connection header
};

// Status line and headers, with the empty line. Headers about framing come from `framing`, never from `headers`. Throws
// std::invalid_argument when a header holds a line break.
[[nodiscard]] std::string response_head(int status, const Headers& headers, const HttpFraming& framing);

// 1xx, 204 and 304 have no body and no Content-Length.
[[nodiscard]] bool has_body(int status);

// One chunk of a chunked body. Requires: `piece` is not empty, since an empty chunk is the end.
[[nodiscard]] std::string chunk_of(std::string_view piece);

}  // namespace adfill
