// A few calls over a real connection: what only the server and the API together can get wrong.
#include "api/world.h"
#include "net/http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <exception>

using namespace adfill;
using namespace adfill::test;
namespace asio = boost::asio;

namespace {

struct Served : World {
  Served()
      : server(loop.get_executor(), "127.0.0.1", 0, api, refuse_request),
        client(make_http_client(loop.get_executor())) {
    server.start();
  }

  [[nodiscard]] HttpCall call(const std::string& path) const {
    HttpCall call;
    call.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    call.timeout = std::chrono::seconds(20);
    call.headers.emplace_back("authorization", "Bearer " + tokens.admin);
    return call;
  }

  // Runs the loop in real time until the call is answered; `meanwhile` is called between its steps.
  HttpAnswer send(HttpCall call, const std::function<void()>& meanwhile = [] {}) {
    std::optional<std::expected<HttpAnswer, HttpError>> answer;
    std::exception_ptr failed;
    asio::co_spawn(loop, client->send(std::move(call)),
                   [&](std::exception_ptr error, std::expected<HttpAnswer, HttpError> got) {
                     failed = std::move(error);
                     answer = std::move(got);
                   });
    while (!answer) {
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(10));
      meanwhile();
    }
    if (failed) std::rethrow_exception(failed);
    return answer->value();
  }

  HttpServer server;
  std::unique_ptr<HttpClient> client;
};

}  // namespace

TEST_CASE("over a connection an answer has its body, its type and the security headers") {
  Served world;
  const auto answer = world.send(world.call("/v1/jobs?limit=1"));
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"jobs":[],"next_cursor":null})");
  CHECK(find_header(answer.headers, "content-type") == "application/json");
  CHECK(find_header(answer.headers, "x-content-type-options") == "nosniff");
}

TEST_CASE("a body over a megabyte is a 413 with the shape of every problem") {
  Served world;
  auto call = world.call("/v1/integrations");
  call.method = "POST";
  call.body = std::string((std::size_t{1} << 20) + 1, ' ');
  const auto answer = world.send(std::move(call));
  CHECK(answer.status == 413);
  CHECK(find_header(answer.headers, "content-type") == "application/problem+json");
}

TEST_CASE("an id in a path may be percent-encoded and is then still only an id") {
  Served world;
  CHECK(world.send(world.call("/v1/jobs/..%2F..%2Fetc")).status == 404);
  CHECK(world.send(world.call("/v1/jobs/%27%20OR%201%3D1")).status == 404);
  CHECK(world.send(world.call("/v1/jobs/%00")).status >= 400);
}

TEST_CASE("the event stream ends when the hub does") {
  Served world;
  bool told = false;
  const auto answer = world.send(world.call("/v1/events"), [&] {
    if (told || world.events.listeners() == 0) return;
    told = true;
    Event event;
    event.kind = Event::Kind::integration;
    event.id = "an-integration";
    world.events.publish(event);
    world.events.close();
  });
  CHECK(answer.status == 200);
  CHECK(answer.body.find("event: integration\ndata: {\"id\":\"an-integration\"}\n\n") != std::string::npos);
}

TEST_CASE("a listener whose client went away is dropped at once, without an event") {
  Served world;
  const auto run_until = [&world](const std::function<bool()>& done) {
    for (int step = 0; step < 500 && !done(); ++step) {
      world.loop.restart();
      world.loop.run_one_for(std::chrono::milliseconds(10));
    }
    return done();
  };
  asio::ip::tcp::socket client(world.loop);
  client.connect({asio::ip::make_address("127.0.0.1"), world.server.port()});
  const std::string request =
      "GET /v1/events HTTP/1.1\r\nHost: adfill\r\nAuthorization: Bearer " + world.tokens.admin + "\r\n\r\n";
  asio::write(client, asio::buffer(request));
  CHECK(run_until([&] { return world.events.listeners() == 1; }));
  client.close();
  CHECK(run_until([&] { return world.events.listeners() == 0 && world.server.open_connections() == 0; }));
}
