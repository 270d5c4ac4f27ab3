#include "support/simulated_network.h"

#include <utility>

namespace adfill::simulation {

namespace asio = boost::asio;

namespace {

HttpRequest request_of(const HttpCall& call) {
  HttpRequest request;
  request.method = call.method;
  const auto path = call.url.find('/', call.url.find("://") + 3);
  const auto query = call.url.find('?', path);
  request.path = call.url.substr(path, query == std::string::npos ? std::string::npos : query - path);
  if (query != std::string::npos) request.query = call.url.substr(query + 1);
  request.headers = call.headers;
  request.headers.emplace_back("host", "platform.test");
  request.body = call.body;
  return request;
}

}  // namespace

asio::awaitable<std::expected<HttpAnswer, HttpError>> SimulatedNetwork::send(HttpCall call) {
  using Sent = std::expected<HttpAnswer, HttpError>;
  const auto latency =
      Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(profile_.latency_most.count()) + 1)));
  const Instant arrives = clock_.now() + latency;
  co_await clock_.sleep_until(arrives);
  if (random_.fraction() < profile_.unreachable) {
    Sent lost = std::unexpected(HttpError{HttpError::Kind::unreachable, "connection refused"});
    co_return lost;
  }
  const Instant sent = clock_.now();
  auto request = request_of(call);
  auto response = co_await platform_.answer(std::move(request));
  if (clock_.now() - sent > call.timeout) {
    Sent late = std::unexpected(HttpError{HttpError::Kind::timed_out, "no answer in time"});
    co_return late;
  }
  const bool cut = response.cut_after && *response.cut_after < response.body.size();
  if (cut || random_.fraction() < profile_.lost_answer) {
    Sent lost = std::unexpected(HttpError{HttpError::Kind::cut_off, "connection reset"});
    co_return lost;
  }
  Sent answer = HttpAnswer{response.status, std::move(response.headers), std::move(response.body)};
  co_return answer;
}

}  // namespace adfill::simulation
