#include "net/http_client.h"

#include "net/loopback.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace adfill;
using namespace adfill::test;
using Outcome = std::expected<HttpAnswer, HttpError>;
using Kind = HttpError::Kind;

namespace {

constexpr auto hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

HttpCall get(std::string url) {
  HttpCall call;
  call.url = std::move(url);
  return call;
}

// A loop, its client and one server.
struct Wire {
  explicit Wire(LoopbackServer::Behaviour behaviour)
      : client(make_http_client(loop.get_executor())), server(loop, std::move(behaviour)) {}

  Outcome send(HttpCall call) { return run(loop, client->send(std::move(call))); }
  Outcome get(const std::string& path = "/") { return send(::get(server.url(path))); }

  asio::io_context loop;
  std::unique_ptr<HttpClient> client;
  LoopbackServer server;
};

// Says hello to whatever comes first.
asio::awaitable<void> answer_anything(tcp::socket socket) {
  co_await until_heard(socket);
  co_await write_text(socket, hello);
}

void check_error(const Outcome& outcome, Kind kind) {
  REQUIRE_FALSE(outcome.has_value());
  CAPTURE(outcome.error().message);
  CHECK(outcome.error().kind == kind);
  CHECK_FALSE(outcome.error().message.empty());
}

}  // namespace

TEST_CASE("an answer comes with its status, its headers in lower case and its body") {
  Wire wire(always(
      "HTTP/1.1 418 I'm a teapot\r\nX-App-Usage: {\"call_count\":28}\r\nX-Twice: 1\r\nx-twice:  2  \r\nX-Empty:\r\n"
      "Content-Length: 5\r\n\r\nhello"));
  const auto answer = wire.get();
  REQUIRE(answer);
  CHECK(answer->status == 418);
  CHECK(answer->body == "hello");
  CHECK(find_header(answer->headers, "x-app-usage") == "{\"call_count\":28}");
  CHECK(find_header(answer->headers, "x-twice") == "1");
  CHECK(std::count(answer->headers.begin(), answer->headers.end(),
                   std::pair<std::string, std::string>("x-twice", "2")) == 1);
  CHECK(find_header(answer->headers, "x-empty") == "");
}

TEST_CASE("where only public addresses may be asked, a server on this machine is not connected to") {
  bool connected = false;
  Wire wire([&connected](tcp::socket socket) -> asio::awaitable<void> {
    connected = true;
    co_await answer_anything(std::move(socket));
  });
  CHECK(wire.get()->body == "hello");  // a connection that could be used again
  connected = false;
  auto call = get(wire.server.url("/"));
  call.only_public = true;
  check_error(wire.send(call), Kind::unreachable);
  call.url.replace(call.url.find("127.0.0.1"), 9, "localhost");
  check_error(wire.send(call), Kind::unreachable);
  CHECK_FALSE(connected);
}

TEST_CASE("method, headers and body are sent as they were given") {
  std::vector<std::string> requests;
  Wire wire(always(hello, &requests));
  HttpCall post = get(wire.server.url("/act_1/insights?level=ad"));
  post.method = "POST";
  post.headers = {{"authorization", "Bearer abc"}, {"content-type", "application/json"}, {"x-empty", ""}};
  post.body = std::string("{\"a\":1}\0b", 9);
  REQUIRE(wire.send(post));
  HttpCall remove = get(wire.server.url("/gone"));
  remove.method = "DELETE";
  REQUIRE(wire.send(remove));
  HttpCall patch = post;
  patch.method = "PATCH";
  REQUIRE(wire.send(patch));
  HttpCall empty_post = get(wire.server.url());
  empty_post.method = "POST";
  REQUIRE(wire.send(empty_post));

  REQUIRE(requests.size() == 4);
  CHECK(requests[0].starts_with("POST /act_1/insights?level=ad HTTP/1.1\r\n"));
  CHECK(requests[0].find("authorization: Bearer abc\r\n") != std::string::npos);
  CHECK(requests[0].find("content-type: application/json\r\n") != std::string::npos);
  CHECK(requests[0].find("x-empty:\r\n") != std::string::npos);
  CHECK(requests[0].find("Accept-Encoding: gzip\r\n") != std::string::npos);
  CHECK(requests[0].find("Expect") == std::string::npos);
  CHECK(requests[0].ends_with(post.body));
  CHECK(requests[1].starts_with("DELETE /gone HTTP/1.1\r\n"));
  CHECK(requests[2].starts_with("PATCH /act_1/insights?level=ad HTTP/1.1\r\n"));
  CHECK(requests[2].ends_with(post.body));
  CHECK(requests[3].find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("an answer to HEAD has no body, whatever length it tells") {
  Wire wire(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  HttpCall head = get(wire.server.url());
  head.method = "HEAD";
  const auto answer = wire.send(head);
  REQUIRE(answer);
  CHECK(answer->body.empty());
  CHECK(find_header(answer->headers, "content-length") == "5");
}

TEST_CASE("a compressed answer is unpacked") {
  // gzip of {"data":[]} twenty times over.
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x8e"
      "\xad\xad\x1e\x6e\x4c\x00\xe8\x69\xe2\xe0\xdc\x00\x00\x00",
      34);
  Wire wire(always("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) +
                   "\r\n\r\n" + packed));
  const auto answer = wire.get();
  REQUIRE(answer);
  std::string expected;
  for (int turn = 0; turn < 20; ++turn) expected += R"({"data":[]})";
  CHECK(answer->body == expected);

  HttpCall limited = get(wire.server.url());
  limited.body_limit = expected.size() - 1;
  check_error(wire.send(limited), Kind::too_long);
}

TEST_CASE("an answer in pieces comes whole, and interim answers leave nothing behind") {
  Wire wire(
      always("HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"));
  const auto answer = wire.get();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "hello");
  CHECK_FALSE(find_header(answer->headers, "x-hint"));
}

TEST_CASE("a redirect is an answer, not an order") {
  Wire wire(always("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
  const auto answer = wire.get();
  REQUIRE(answer);
  CHECK(answer->status == 302);
  CHECK(find_header(answer->headers, "location") == "/elsewhere");
}

TEST_CASE("an answer that ends before its length or its last piece is cut off") {
  for (const auto* text :
       {"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "HTTP/1.1 200 OK\r\nConte", ""}) {
    CAPTURE(std::string(text));
    Wire wire(once_then_hang_up(text));
    check_error(wire.get(), Kind::cut_off);
  }
}

TEST_CASE("a server that never answers is timed out") {
  Silence silence;
  Wire wire(silence.behaviour());
  HttpCall call = get(wire.server.url("/?access_token=secret-value"));
  call.timeout = std::chrono::milliseconds(50);
  const auto outcome = wire.send(call);
  check_error(outcome, Kind::timed_out);
  CHECK(outcome.error().message.find("secret-value") == std::string::npos);
  CHECK(silence.asked == 1);
}

TEST_CASE("a port where nobody listens is unreachable, and so is what is no URL") {
  asio::io_context loop;
  const auto client = make_http_client(loop.get_executor());
  std::string url;
  {
    const tcp::acceptor gone(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    url = "http://127.0.0.1:" + std::to_string(gone.local_endpoint().port()) + "/?access_token=secret-value";
  }
  for (const auto& bad :
       {url, std::string("file:///etc/passwd"), std::string("not a url?access_token=secret-value"), std::string()}) {
    CAPTURE(bad);
    const auto outcome = run(loop, client->send(get(bad)));
    check_error(outcome, Kind::unreachable);
    CHECK(outcome.error().message.find("secret-value") == std::string::npos);
  }
}

TEST_CASE("a header with a line break in it is not sent") {
  std::vector<std::string> requests;
  Wire wire(always(hello, &requests));
  HttpCall call = get(wire.server.url());
  call.headers = {{"authorization", "Bearer abc\r\nX-Other: 1"}};
  check_error(wire.send(call), Kind::unreachable);
  CHECK(requests.empty());
}

TEST_CASE("a server that does not speak TLS fails in TLS") {
  Wire wire([](tcp::socket socket) { return answer_anything(std::move(socket)); });
  const auto url = wire.server.url();
  check_error(wire.send(get("https" + url.substr(4))), Kind::tls);
}

TEST_CASE("an answer over the body limit is too long, one of just that size is not") {
  Wire wire(always(hello));
  HttpCall call = get(wire.server.url());
  call.body_limit = 5;
  REQUIRE(wire.send(call));
  call.body_limit = 4;
  check_error(wire.send(call), Kind::too_long);
}

TEST_CASE("headers without end are too long") {
  std::string answer = "HTTP/1.1 200 OK\r\n";
  for (int turn = 0; turn < 300; ++turn) answer += "X-Filler: " + std::string(1000, 'x') + "\r\n";
  Wire wire(always(answer + "Content-Length: 0\r\n\r\n"));
  check_error(wire.get(), Kind::too_long);
}

TEST_CASE("a connection is kept and used again") {
  Wire wire(always(hello));
  for (int turn = 0; turn < 5; ++turn) REQUIRE(wire.get());
  CHECK(wire.server.connections() == 1);
}

TEST_CASE("a kept connection that the server closed meanwhile is replaced") {
  Wire wire(once_then_hang_up(hello));
  for (int turn = 0; turn < 3; ++turn) REQUIRE(wire.get());
  CHECK(wire.server.connections() == 3);
}

TEST_CASE("two hundred calls at once are all answered") {
  Wire wire(always(hello));
  int answered = 0;
  int ended = 0;
  for (int call = 0; call < 200; ++call) {
    asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url("/" + std::to_string(call)))),
                   [&](std::exception_ptr error, Outcome outcome) {
                     ++ended;
                     if (!error && outcome && outcome->body == "hello") ++answered;
                   });
  }
  run_until(wire.loop, [&] { return ended == 200; });
  CHECK(answered == 200);
  REQUIRE(wire.get());
}

TEST_CASE("a large answer comes whole") {
  std::string body;
  for (int line = 0; line < 300'000; ++line) body += std::to_string(line) + '\n';
  Wire wire(always("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  const auto answer = wire.get();
  REQUIRE(answer);
  CHECK(answer->body == body);
}

TEST_CASE("cancellation ends the transfer and leaves the client as good as before") {
  Silence silence;
  Wire wire(silence.behaviour());
  asio::cancellation_signal signal;
  std::exception_ptr error;
  bool ended = false;
  asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url())),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, const Outcome&) {
                   ended = true;
                   error = thrown;
                 }));
  run_until(wire.loop, [&] { return silence.asked == 1; });
  CHECK_FALSE(ended);
  signal.emit(asio::cancellation_type::terminal);
  // The server sees the connection go, not only the caller its exception.
  run_until(wire.loop, [&] { return ended && silence.left == 1; });
  REQUIRE(error);
  CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);

  LoopbackServer other(wire.loop, always(hello));
  REQUIRE(wire.send(get(other.url())));
}

TEST_CASE("calls that are cancelled do not disturb the others") {
  Silence silence;
  Wire wire(silence.behaviour());
  LoopbackServer other(wire.loop, always(hello));
  std::vector<asio::cancellation_signal> signals(50);
  int cancelled = 0;
  int answered = 0;
  for (auto& signal : signals) {
    asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url())),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr error, const Outcome&) { cancelled += error ? 1 : 0; }));
  }
  run_until(wire.loop, [&] { return silence.asked == 50; });
  for (auto& signal : signals) {
    asio::co_spawn(wire.loop, wire.client->send(get(other.url())),
                   [&](std::exception_ptr error, const Outcome& outcome) { answered += !error && outcome ? 1 : 0; });
    signal.emit(asio::cancellation_type::terminal);
    wire.loop.poll_one();
  }
  run_until(wire.loop, [&] { return cancelled == 50 && answered == 50 && silence.left == 50; });
}

TEST_CASE("a client that goes first ends its calls as unreachable") {
  Silence silence;
  Wire wire(silence.behaviour());
  std::vector<Outcome> outcomes;
  const auto keep = [&](std::exception_ptr error, Outcome outcome) {
    REQUIRE_FALSE(error);
    outcomes.push_back(std::move(outcome));
  };
  for (int call = 0; call < 3; ++call) asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url())), keep);
  run_until(wire.loop, [&] { return silence.asked == 3; });
  asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url())), keep);  // not begun yet
  wire.client.reset();
  run_until(wire.loop, [&] { return outcomes.size() == 4 && silence.left == 3; });
  for (const auto& outcome : outcomes) check_error(outcome, Kind::unreachable);
}

TEST_CASE("a loop that ends with calls under way takes them along") {
  Silence silence;
  bool ended = false;
  {
    Wire wire(silence.behaviour());
    asio::co_spawn(wire.loop, wire.client->send(get(wire.server.url())),
                   [&](std::exception_ptr, const Outcome&) { ended = true; });
    run_until(wire.loop, [&] { return silence.asked == 1; });
  }
  CHECK_FALSE(ended);
}

TEST_CASE("a loop without calls has nothing to wait for") {
  asio::io_context loop;
  const auto client = make_http_client(loop.get_executor());
  {
    asio::io_context apart;
    LoopbackServer server(apart, always(hello));
    bool answered = false;
    asio::co_spawn(loop, client->send(get(server.url())),
                   [&](std::exception_ptr, Outcome outcome) { answered = outcome.has_value(); });
    while (!answered) {
      apart.restart();
      apart.poll();
      loop.restart();
      loop.poll();
    }
  }
  // Ends by itself although a connection is kept.
  loop.restart();
  loop.run_for(std::chrono::seconds(30));
  CHECK(loop.stopped());
}

TEST_CASE("a proxy of the environment is not used for this machine") {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Wire wire(always(hello));
  const auto answer = wire.get();
  unsetenv("http_proxy");
  CHECK(answer.has_value());
}
