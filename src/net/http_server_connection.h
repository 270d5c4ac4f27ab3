// One client of the HTTP server: a coroutine, `converse`, that reads a request, has it answered, writes the answer, and
// again. What ends it from outside:
//   - its deadline: a timer that cancels the pending read or write
//   - interrupt(), when the server stops: ends the wait of a connection that is idle or streams; others finish their
//     answer first
//   - cut(), when the server's grace is over: the cancellation goes through the handler's coroutine too
#pragma once

#include "net/http_server.h"
#include "net/http_server_parser.h"
#include "net/http_server_socket.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace adfill {

// What all connections of a server share.
struct HttpRules {
  HttpServer::Handler handler;
  HttpServer::Refuse refuse;
  ServerLimits limits;
  TrustedProxies trusted;
  std::optional<TlsIdentity> identity{};  // without one: plain HTTP
  bool stopping = false;
};

// Owned by its coroutine and by the server's set.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // `identity`: the certificate for TLS; without one the connection is not encrypted.
  HttpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> identity,
                 std::shared_ptr<const HttpRules> rules);

  // Until one side ends it. At most one of these two is called, once.
  boost::asio::awaitable<void> converse();
  // Answers with a refusal, then lets the client finish sending for a moment.
  boost::asio::awaitable<void> turn_away(HttpRefusal refusal);

  void interrupt();
  void cut();
  void close();
  // To be bound to the coroutine, for cut().
  [[nodiscard]] boost::asio::cancellation_slot cancellation() { return cut_.slot(); }

 private:
  struct Gone {};  // nothing came, or no whole request: there is nobody to answer
  using Reading = std::variant<Gone, HttpRefusal, AskedRequest>;

  // From now on the pending operation may take so long.
  void arm(Duration time);
  // Nothing is said in clear where TLS is asked for. False when the client is gone.
  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<void> say_goodbye();
  boost::asio::awaitable<Reading> read_request(bool first);
  // Reads once; false when the client is gone or the deadline is over.
  boost::asio::awaitable<bool> read_more();
  boost::asio::awaitable<HttpResponse> ask_handler(HttpRequest request);
  boost::asio::awaitable<bool> write(std::string_view bytes);
  // These two: true when the connection can take another request.
  boost::asio::awaitable<bool> respond(HttpResponse response, AskedRequest asked);
  boost::asio::awaitable<bool> send_stream(std::shared_ptr<BodyStream> stream, bool chunks);
  boost::asio::awaitable<void> watch_client();

  std::shared_ptr<const HttpRules> rules_;
  HttpSocket socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::cancellation_signal cut_{};
  std::string unread_{};  // came, but belongs to no request yet
  bool timed_out_ = false;
  bool interruptible_ = false;  // idle, streaming or lingering
};

}  // namespace adfill
