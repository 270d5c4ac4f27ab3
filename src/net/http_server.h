// The one HTTP/1.1 server, for the API and for the platform simulator. Routes see these plain structs; Beast stays in
// the .cpp. Runs on the event loop's thread.
#pragma once

#include "core/instant.h"
#include "net/forwarded.h"
#include "net/http_message.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace adfill {

struct HttpRequest {
  std::string method;
  std::string path;   // percent-decoded, without the query
  std::string query;  // raw; parse_query() reads it
  Headers headers{};
  std::string body{};
  std::string peer{};   // the client's address, told by trusted proxies if it came through them
  bool secure = false;  // the client's connection is encrypted
};

// A body that is made while it is sent: server-sent events, long exports.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next piece (not empty); nullopt at the end. Cancelled when the client goes away or the server stops.
  virtual boost::asio::awaitable<std::optional<std::string>> next() = 0;
};

struct HttpResponse {
  int status = 200;
  Headers headers{};
  std::string body{};
  std::shared_ptr<BodyStream> stream{};    // instead of body
  std::optional<std::size_t> cut_after{};  // simulator's faults: announce the whole body, send so many bytes, hang up
};

struct ServerLimits {
  std::size_t header_bytes = 16 << 10;
  std::size_t body_bytes = 1 << 20;  // a longer one is answered 413 by `refuse`
  Duration header_time = std::chrono::seconds(10);
  Duration body_time = std::chrono::seconds(30);
  Duration idle_time = std::chrono::seconds(75);
  std::size_t connections = 2048;
};

// PEM files: the certificate with its chain, and its key without a passphrase.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

// How clients come: over TLS or in clear, straight or through proxies.
struct ServerFront {
  std::optional<TlsFiles> tls{};
  TrustedProxies trusted{};
};

class HttpServer {
 public:
  // HEAD is asked of it as GET, and answered without the body. What it throws is answered 500 by `refuse`.
  using Handler = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)>;
  // Makes the body of an answer that the server gives by itself (400, 408, 413, 431, 500, 503).
  using Refuse = std::function<HttpResponse(int status, std::string why)>;

  // Binds at once; throws std::runtime_error that names the address, or the file of `front`, when it can't. Port 0
  // takes a free one.
  HttpServer(boost::asio::any_io_executor executor, const std::string& address, std::uint16_t port, Handler handler,
             Refuse refuse, ServerLimits limits = {}, ServerFront front = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // Begins to accept.
  void start();
  // Accepts no more, ends streams and idle connections, waits for running requests up to `grace`, then cuts them.
  boost::asio::awaitable<void> stop(Duration grace);
  [[nodiscard]] std::size_t open_connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace adfill
