#include "net/http_server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <stdexcept>

namespace {

namespace asio = boost::asio;
using namespace adfill;
using namespace std::chrono_literals;
using tcp = asio::ip::tcp;
using Body = std::function<asio::awaitable<void>()>;

// Gives "piece N" until `pieces` are given; then waits for its cancellation if it is endless.
class CountingStream : public BodyStream {
 public:
  CountingStream(asio::io_context& io, int pieces, bool endless, bool& ended)
      : timer_(io), pieces_(pieces), endless_(endless), ended_(ended) {}
  ~CountingStream() override { ended_ = true; }
  asio::awaitable<std::optional<std::string>> next() override {
    if (given_ == pieces_ && !endless_) co_return std::nullopt;
    if (given_ == pieces_) {
      timer_.expires_at(asio::steady_timer::time_point::max());
      co_await timer_.async_wait(asio::use_awaitable);
    }
    co_return "piece " + std::to_string(++given_);
  }

 private:
  asio::steady_timer timer_;
  int given_ = 0;
  int pieces_;
  bool endless_;
  bool& ended_;
};

struct World {
  explicit World(ServerLimits limits = {})
      : server(
            io.get_executor(), "127.0.0.1", 0, [this](HttpRequest request) { return answer(std::move(request)); },
            [](int status, const std::string& why) {
              HttpResponse response;
              response.status = status;
              response.body = "refused: " + why;
              return response;
            },
            limits) {
    server.start();
  }

  asio::awaitable<HttpResponse> answer(HttpRequest request) {
    HttpResponse response;
    if (request.path == "/throw") throw std::runtime_error("the handler broke");
    if (request.path == "/stream") response.stream = std::make_shared<CountingStream>(io, 3, false, stream_ended);
    if (request.path == "/endless") response.stream = std::make_shared<CountingStream>(io, 1, true, stream_ended);
    if (request.path == "/cut") {
      response.body = std::string(1000, 'x');
      response.cut_after = 10;
    }
    if (request.path == "/none") response.status = 204;
    if (request.path == "/hang") {
      asio::steady_timer timer(io);
      timer.expires_at(asio::steady_timer::time_point::max());
      hangs = true;
      co_await timer.async_wait(asio::use_awaitable);
    }
    if (request.path == "/large") response.body = std::string(3 << 20, 'y');
    if (response.body.empty() && !response.stream && response.status != 204) {
      response.body = request.method + " " + request.path + "|" + request.query + "|" + request.body;
    }
    seen = std::move(request);
    co_return response;
  }

  // Runs the coroutine to its end, then stops the server; rethrows what it threw.
  void run(const Body& body) {
    std::exception_ptr thrown;
    asio::co_spawn(io, whole(body), [&](std::exception_ptr error) { thrown = std::move(error); });
    io.run_for(20s);
    if (thrown) std::rethrow_exception(thrown);
    REQUIRE(done);
  }

  asio::awaitable<void> whole(Body body) {
    co_await body();
    co_await server.stop(100ms);
    done = true;
  }

  tcp::socket connect() {
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), server.port()});
    return socket;
  }

  // Until `end` has come, or the server hangs up.
  asio::awaitable<std::string> read_until(tcp::socket& socket, std::string end) {
    std::string text;
    std::string space(64 << 10, '\0');
    while (end.empty() || text.find(end) == std::string::npos) {
      boost::system::error_code error;
      const auto count =
          co_await socket.async_read_some(asio::buffer(space), asio::redirect_error(asio::use_awaitable, error));
      text.append(space, 0, count);
      if (error) break;
    }
    co_return text;
  }

  asio::awaitable<std::string> exchange(std::string request) {
    auto socket = connect();
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    const std::string everything;
    co_return co_await read_until(socket, everything);
  }

  // Lets other handlers run until the condition holds.
  asio::awaitable<void> until(std::function<bool()> holds) {
    asio::steady_timer timer(io);
    for (int turn = 0; turn < 2000 && !holds(); ++turn) {
      timer.expires_after(1ms);
      co_await timer.async_wait(asio::use_awaitable);
    }
    REQUIRE(holds());
  }

  asio::io_context io;
  HttpServer server;
  HttpRequest seen;
  bool stream_ended = false;
  bool hangs = false;
  bool done = false;
};

std::string get(const std::string& target, const std::string& headers = "Connection: close\r\n") {
  return "GET " + target + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a request arrives as plain values and its answer carries its length") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/a%20b+c?x=%31&y", "X-Color: Red\r\nConnection: close\r\n"));
    CHECK(contains(answer, "HTTP/1.1 200 OK\r\n"));
    CHECK(contains(answer, "content-length: 19\r\n"));
    CHECK(contains(answer, "connection: close\r\n"));
    CHECK(answer.ends_with("\r\n\r\nGET /a b+c|x=%31&y|"));
    CHECK(find_header(world.seen.headers, "x-color") == "Red");
    CHECK(world.seen.peer == "127.0.0.1");
  });
}

TEST_CASE("pipelined requests are answered in their order on one connection") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/1", "") + get("/2", "") + get("/3"));
    const auto first = answer.find("GET /1|");
    const auto second = answer.find("GET /2|");
    const auto third = answer.find("GET /3|");
    CHECK(first < second);
    CHECK(second < third);
    CHECK(third != std::string::npos);
    CHECK(contains(answer, "connection: keep-alive"));
  });
}

TEST_CASE("a body on GET, and one that comes in chunks or was announced by Expect, reaches the handler") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto plain = co_await world.exchange(get("/", "Content-Length: 2\r\nConnection: close\r\n") + "{}");
    CHECK(plain.ends_with("GET /||{}"));
    const std::string head = "POST /p HTTP/1.1\r\nHost: test\r\nConnection: close\r\n";
    const auto chunked =
        co_await world.exchange(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    CHECK(chunked.ends_with("POST /p||abcde"));
    auto socket = world.connect();
    const std::string asking = head + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(asking), asio::use_awaitable);
    const auto go_on = co_await world.read_until(socket, "\r\n\r\n");
    CHECK(go_on == "HTTP/1.1 100 Continue\r\n\r\n");
    const std::string body = "full";
    co_await asio::async_write(socket, asio::buffer(body), asio::use_awaitable);
    const auto answer = co_await world.read_until(socket, "full");
    CHECK(answer.ends_with("POST /p||full"));
  });
}

TEST_CASE("HEAD is answered like GET, without the body") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange("HEAD /x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    CHECK(contains(answer, "content-length: 8\r\n"));
    CHECK(answer.ends_with("\r\n\r\n"));
    const auto stream = co_await world.exchange("HEAD /stream HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    CHECK(stream.ends_with("\r\n\r\n"));
    const auto none = co_await world.exchange(get("/none"));
    CHECK(contains(none, "204 No Content"));
    CHECK_FALSE(contains(none, "content-length"));
  });
}

TEST_CASE("what is not HTTP, has no host, or a header or body over the limit is refused") {
  ServerLimits limits;
  limits.header_bytes = 1000;
  limits.body_bytes = 100;
  World world(limits);
  world.run([&]() -> asio::awaitable<void> {
    const auto nonsense = co_await world.exchange("nonsense\r\n\r\n");
    CHECK(contains(nonsense, "400 Bad Request"));
    CHECK(contains(nonsense, "refused: "));
    const auto hostless = co_await world.exchange("GET / HTTP/1.1\r\n\r\n");
    CHECK(contains(hostless, "400 Bad Request"));
    const auto header = co_await world.exchange(get("/", "X-Long: " + std::string(2000, 'a') + "\r\n"));
    CHECK(contains(header, "431 "));
    const auto announced = co_await world.exchange(get("/", "Content-Length: 101\r\n"));
    CHECK(contains(announced, "413 "));
    const std::string chunk = "40\r\n" + std::string(64, 'b') + "\r\n";
    const auto grown = co_await world.exchange(get("/", "Transfer-Encoding: chunked\r\n") + chunk + chunk);
    CHECK(contains(grown, "413 "));
    CHECK(contains(grown, "connection: close"));
    const auto fits =
        co_await world.exchange(get("/", "Content-Length: 100\r\nConnection: close\r\n") + std::string(100, 'c'));
    CHECK(contains(fits, "200 OK"));
  });
}

TEST_CASE("a client that sends its header or body too slowly is answered 408, an idle one is let go") {
  ServerLimits limits;
  limits.header_time = 30ms;
  limits.body_time = 30ms;
  limits.idle_time = 30ms;
  World world(limits);
  world.run([&]() -> asio::awaitable<void> {
    const auto header = co_await world.exchange("GET / HTTP/1.1\r\nHo");
    CHECK(contains(header, "408 Request Timeout"));
    const auto body = co_await world.exchange(get("/", "Content-Length: 10\r\n") + "abc");
    CHECK(contains(body, "408 Request Timeout"));
    const auto silent = co_await world.exchange("");
    CHECK(silent.empty());
    const auto idle = co_await world.exchange(get("/", ""));
    CHECK(idle.ends_with("GET /||"));
  });
}

TEST_CASE("more connections than allowed are told so") {
  ServerLimits limits;
  limits.connections = 1;
  World world(limits);
  world.run([&]() -> asio::awaitable<void> {
    auto held = world.connect();
    co_await world.until([&] { return world.server.open_connections() == 1; });
    const auto answer = co_await world.exchange(get("/"));
    CHECK(contains(answer, "503 Service Unavailable"));
    held.close();
    co_await world.until([&] { return world.server.open_connections() == 0; });
    const auto after = co_await world.exchange(get("/"));
    CHECK(contains(after, "200 OK"));
  });
}

TEST_CASE("a handler that throws is answered 500 and the connection goes on") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/throw", "") + get("/after"));
    CHECK(contains(answer, "500 Internal Server Error"));
    CHECK(contains(answer, "refused: the handler broke"));
    CHECK(contains(answer, "GET /after|"));
  });
}

TEST_CASE("an answer cut off on purpose announces more than it sends") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/cut", ""));
    CHECK(contains(answer, "content-length: 1000\r\n"));
    CHECK(answer.ends_with("\r\n\r\nxxxxxxxxxx"));
  });
}

TEST_CASE("a large answer arrives whole") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/large"));
    CHECK(answer.size() - answer.find("\r\n\r\n") - 4 == std::size_t{3} << 20);
  });
}

TEST_CASE("a stream is sent in chunks and the connection can be used again") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await world.exchange(get("/stream", "") + get("/after"));
    CHECK(contains(answer, "transfer-encoding: chunked\r\n"));
    CHECK(contains(answer, "\r\n\r\n7\r\npiece 1\r\n7\r\npiece 2\r\n7\r\npiece 3\r\n0\r\n\r\nHTTP/1.1 200"));
    CHECK(answer.ends_with("GET /after||"));
    const auto old = co_await world.exchange("GET /stream HTTP/1.0\r\n\r\n");
    CHECK(old.ends_with("\r\n\r\npiece 1piece 2piece 3"));
  });
}

TEST_CASE("a stream ends when its client goes away") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    auto socket = world.connect();
    const auto request = get("/endless", "");
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    const auto answer = co_await world.read_until(socket, "piece 1");
    CHECK_FALSE(world.stream_ended);
    socket.close();
    co_await world.until([&] { return world.stream_ended; });
    CHECK(world.server.open_connections() == 0);
  });
}

TEST_CASE("stop ends an open stream properly and an idle connection at once") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    auto idle = world.connect();
    auto socket = world.connect();
    const auto request = get("/endless", "");
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    auto answer = co_await world.read_until(socket, "piece 1");
    const auto before = std::chrono::steady_clock::now();
    co_await world.server.stop(10s);
    CHECK(std::chrono::steady_clock::now() - before < 5s);
    CHECK(world.server.open_connections() == 0);
    answer += co_await world.read_until(socket, std::string());
    CHECK(answer.ends_with("0\r\n\r\n"));
  });
}

TEST_CASE("stop cuts a request that outlasts the grace") {
  World world;
  world.run([&]() -> asio::awaitable<void> {
    auto socket = world.connect();
    const auto request = get("/hang", "");
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    co_await world.until([&] { return world.hangs; });
    co_await world.server.stop(20ms);
    CHECK(world.server.open_connections() == 0);
    const auto answer = co_await world.read_until(socket, std::string());
    CHECK(answer.empty());
  });
}

TEST_CASE("an address that can't be listened on is named") {
  World world;
  boost::asio::io_context io;
  const auto twice = [&] { HttpServer(io.get_executor(), "127.0.0.1", world.server.port(), {}, {}); };
  const auto nowhere = [&] { HttpServer(io.get_executor(), "nowhere", 0, {}, {}); };
  CHECK_THROWS_AS(twice(), std::runtime_error);
  CHECK_THROWS_AS(nowhere(), std::runtime_error);
}
