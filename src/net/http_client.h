// The one HTTP client: libcurl's multi interface behind an awaitable call. Belongs to the event loop's thread.
#pragma once

#include "core/instant.h"
#include "net/http_message.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>

namespace adfill {

struct HttpCall {
  std::string method = "GET";
  std::string url;
  Headers headers{};
  std::string body{};
  Duration timeout = std::chrono::seconds(60);     // for the whole call
  std::size_t body_limit = std::size_t{64} << 20;  // a longer answer is too_long
  // For a URL that others wrote: an address that is not public is not connected to, and no proxy is asked.
  bool only_public = false;
};

struct HttpAnswer {
  int status = 0;
  Headers headers{};
  std::string body{};
};

// The call brought no whole answer.
struct HttpError {
  enum class Kind {
    unreachable,  // the request was never sent: no such name or URL, refused, no connection within 10 s, client closed
    timed_out,    // sent, and no whole answer within the time-out, or less than a byte a second for a minute
    cut_off,      // sent, and the connection ended before the answer did
    too_long,     // over body_limit, unpacked, or headers of more than 256 KiB
    tls,          // no trust
  };
  Kind kind;
  std::string message;  // curl's words, without the URL's query
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Sends it and waits for the whole answer. Follows no redirects. Cancellation ends the transfer.
  virtual boost::asio::awaitable<std::expected<HttpAnswer, HttpError>> send(HttpCall call) = 0;
};

// gzip accepted, connections kept and reused, TLS verified. A proxy of the environment is used, but not for this
// machine itself. The client may go before its calls: they end as unreachable.
[[nodiscard]] std::unique_ptr<HttpClient> make_http_client(boost::asio::any_io_executor executor);

}  // namespace adfill
