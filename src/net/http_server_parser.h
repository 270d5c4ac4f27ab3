// Reads one HTTP/1.1 request from the bytes as they come, within limits. Pure: who brings the bytes, and how long that
// may take, is the connection's business. Beast is behind it.
#pragma once

#include "net/http_server.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// Why a request gets no handler: 400, 413, 431 and, from the connection, 408 and 503.
struct HttpRefusal {
  int status;
  std::string why;
};

// A whole request and how its answer has to be sent.
struct AskedRequest {
  HttpRequest request{};
  bool head = false;  // asked as HEAD: the answer has no body
  bool keep_alive = true;
  bool takes_chunks = true;  // HTTP/1.1
};

class HttpRequestParser {
 public:
  HttpRequestParser(std::size_t header_bytes, std::size_t body_bytes);
  ~HttpRequestParser();

  struct Step {
    std::size_t used = 0;  // bytes taken; the rest has to come again, with more behind it
    std::optional<HttpRefusal> refusal{};
  };
  // Stops at the end of the header once, and for good at the end of the request.
  [[nodiscard]] Step feed(std::string_view bytes);

  [[nodiscard]] bool has_header() const;
  // The client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_go_on() const;
  [[nodiscard]] bool is_done() const;
  // Requires: is_done().
  [[nodiscard]] AskedRequest take();

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace adfill
