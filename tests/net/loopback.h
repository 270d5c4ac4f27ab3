// A raw server on loopback for tests of the HTTP client: it sends whatever bytes a test wants sent.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adfill::test {

namespace asio = boost::asio;
using asio::ip::tcp;

// Runs the loop until `work` is done and gives its value; a minute without an end fails the test.
template <class Value>
Value run(asio::io_context& loop, asio::awaitable<Value> work) {
  std::optional<Value> value;
  std::exception_ptr error;
  asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown, Value returned) {
    error = thrown;
    if (!thrown) value.emplace(std::move(returned));
    loop.stop();
  });
  loop.restart();
  loop.run_for(std::chrono::minutes(1));
  if (error) std::rethrow_exception(error);
  REQUIRE(value.has_value());
  return std::move(*value);
}

// Runs the loop until `condition` holds.
inline void run_until(asio::io_context& loop, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  loop.restart();
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(100));
  }
  REQUIRE(condition());
}

// The bytes of the next request on a connection, head and body; empty when the client hung up.
inline asio::awaitable<std::string> read_request(tcp::socket& socket, std::string& buffer) {
  const auto no_throw = asio::as_tuple(asio::use_awaitable);
  const auto into = asio::dynamic_buffer(buffer);
  const auto [error, head_size] = co_await asio::async_read_until(socket, into, "\r\n\r\n", no_throw);
  if (error) co_return std::string();
  std::size_t size = head_size;
  const auto length = buffer.find("Content-Length: ");
  if (length < head_size) size += std::stoul(buffer.substr(length + 16));
  if (buffer.size() < size) {
    const auto rest = asio::transfer_exactly(size - buffer.size());
    const auto [short_read, ignored] = co_await asio::async_read(socket, into, rest, no_throw);
    if (short_read) co_return std::string();
  }
  std::string request = buffer.substr(0, size);
  buffer.erase(0, size);
  co_return request;
}

inline asio::awaitable<void> write_text(tcp::socket& socket, std::string text) {
  const auto no_throw = asio::as_tuple(asio::use_awaitable);
  const auto bytes = asio::buffer(text);
  co_await asio::async_write(socket, bytes, no_throw);
}

// Waits until the client sends anything more or closes the connection.
inline asio::awaitable<void> until_heard(tcp::socket& socket) {
  const auto no_throw = asio::as_tuple(asio::use_awaitable);
  char byte = 0;
  const auto into = asio::buffer(&byte, 1);
  co_await socket.async_read_some(into, no_throw);
}

class LoopbackServer {
 public:
  using Behaviour = std::function<asio::awaitable<void>(tcp::socket)>;

  LoopbackServer(asio::io_context& loop, Behaviour behaviour)
      : acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), behaviour_(std::move(behaviour)) {
    asio::co_spawn(loop, accept(), asio::detached);
  }

  [[nodiscard]] std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(), behaviour_(std::move(socket)), asio::detached);
    }
  }

  tcp::acceptor acceptor_;
  Behaviour behaviour_;
  int connections_ = 0;
};

// Sends the same bytes for every request and keeps the connection; `requests` collects what came.
inline LoopbackServer::Behaviour always(std::string answer, std::vector<std::string>* requests = nullptr) {
  return [answer = std::move(answer), requests](tcp::socket socket) {
    const auto serve = [](tcp::socket connection, std::string text,
                          std::vector<std::string>* seen) -> asio::awaitable<void> {
      std::string buffer;
      for (;;) {
        std::string request = co_await read_request(connection, buffer);
        if (request.empty()) co_return;
        if (seen != nullptr) seen->push_back(std::move(request));
        co_await write_text(connection, text);
      }
    };
    return serve(std::move(socket), answer, requests);
  };
}

// Sends some bytes for the first request and hangs up.
inline LoopbackServer::Behaviour once_then_hang_up(std::string answer) {
  return [answer = std::move(answer)](tcp::socket socket) {
    const auto serve = [](tcp::socket connection, std::string text) -> asio::awaitable<void> {
      std::string buffer;
      co_await read_request(connection, buffer);
      co_await write_text(connection, text);
    };
    return serve(std::move(socket), answer);
  };
}

// Reads a request, says nothing and notes when the client has gone.
struct Silence {
  int asked = 0;
  int left = 0;

  [[nodiscard]] LoopbackServer::Behaviour behaviour() {
    return [this](tcp::socket socket) { return keep(std::move(socket)); };
  }

 private:
  asio::awaitable<void> keep(tcp::socket socket) {
    std::string buffer;
    co_await read_request(socket, buffer);
    ++asked;
    co_await until_heard(socket);
    ++left;
  }
};

}  // namespace adfill::test
