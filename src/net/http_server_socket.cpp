#include "net/http_server_socket.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

HttpSocket::HttpSocket(tcp::socket socket, std::shared_ptr<asio::ssl::context> identity)
    : socket_(std::move(socket)), identity_(std::move(identity)) {
  ErrorCode error;
  socket_.set_option(tcp::no_delay(true), error);
  const auto peer = socket_.remote_endpoint(error);
  if (!error) peer_ = peer.address().to_string();
  if (identity_) tls_.emplace(socket_, *identity_);
}

asio::awaitable<bool> HttpSocket::shake_hands() {
  ErrorCode error;
  if (tls_ && !shaken_) {
    co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    shaken_ = !error;
  }
  co_return !error;
}

asio::awaitable<std::optional<std::size_t>> HttpSocket::read_some(asio::mutable_buffer space) {
  ErrorCode error;
  std::size_t count = 0;
  if (tls_) {
    count = co_await tls_->async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  } else {
    count = co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return std::nullopt;
  co_return count;
}

asio::awaitable<bool> HttpSocket::write(std::string_view bytes) {
  ErrorCode error;
  const auto buffer = asio::buffer(bytes);
  if (tls_) {
    co_await asio::async_write(*tls_, buffer, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await asio::async_write(socket_, buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error;
}

asio::awaitable<void> HttpSocket::end_writing() {
  ErrorCode ignored;
  // A shutdown of TLS waits for the client's own; a client that hangs up without one is ended by the deadline.
  if (shaken_) co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void HttpSocket::cancel() {
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void HttpSocket::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace adfill
