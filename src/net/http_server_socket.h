// What a connection reads from and writes to: plain TCP, or TLS over it.
#pragma once

#include "net/tls_identity.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

class HttpSocket {
 public:
  // Without `identity` the connection is not encrypted.
  HttpSocket(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> identity);

  HttpSocket(const HttpSocket&) = delete;
  HttpSocket& operator=(const HttpSocket&) = delete;

  // Before anything else; once is enough. False when the client does not speak TLS, or not ours.
  boost::asio::awaitable<bool> shake_hands();
  // How many bytes came; nullopt at the end, on an error, or cancelled.
  boost::asio::awaitable<std::optional<std::size_t>> read_some(boost::asio::mutable_buffer space);
  // All of it; false when that can't be.
  boost::asio::awaitable<bool> write(std::string_view bytes);
  // Tells the client that nothing more comes.
  boost::asio::awaitable<void> end_writing();

  [[nodiscard]] bool encrypted() const { return tls_.has_value(); }
  [[nodiscard]] const std::string& peer() const { return peer_; }  // the address, without the port
  [[nodiscard]] boost::asio::any_io_executor get_executor() { return socket_.get_executor(); }
  // Ends what is pending.
  void cancel();
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<boost::asio::ssl::context> identity_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_{};
  std::string peer_{};
  bool shaken_ = false;
};

}  // namespace adfill
