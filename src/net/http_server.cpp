// Accepting and stopping; what is said on a connection is in http_server_connection.h. The set `connections` owns them
// all; stop() returns when it is empty.
#include "net/http_server.h"

#include "net/http_server_connection.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <set>
#include <stdexcept>
#include <utility>

namespace adfill {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// Connections over the limit that are told so; further ones are closed without a word.
constexpr std::size_t refusals_at_once = 64;
constexpr Duration accept_pause = std::chrono::milliseconds(100);  // after an error of accept: no descriptors left

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(asio::any_io_executor where, std::shared_ptr<HttpRules> given)
      : executor(std::move(where)), acceptor(executor), pause(executor), emptied(executor), rules(std::move(given)) {}

  asio::awaitable<void> accept();
  void adopt(tcp::socket socket);
  void cut_all();
  [[nodiscard]] bool is_busy() const { return accepting || !connections.empty(); }
  // Until nothing is open any more, or until `end`.
  asio::awaitable<void> wait_until_idle(asio::steady_timer::time_point end);

  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  asio::steady_timer emptied;  // cancelled when something ended that stop() waits for
  std::shared_ptr<HttpRules> rules;
  std::set<std::shared_ptr<HttpConnection>> connections{};
  std::size_t turned_away = 0;  // of the connections, those over the limit
  bool accepting = false;
};

asio::awaitable<void> HttpServer::State::accept() {
  const auto self = shared_from_this();
  while (acceptor.is_open()) {
    ErrorCode error;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      adopt(std::move(socket));
    } else if (acceptor.is_open()) {
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void HttpServer::State::adopt(tcp::socket socket) {
  const bool welcome = connections.size() - turned_away < rules->limits.connections;
  if (rules->stopping || (!welcome && turned_away == refusals_at_once)) return;  // closes the socket
  auto identity = rules->identity ? rules->identity->current() : nullptr;
  const auto connection = std::make_shared<HttpConnection>(std::move(socket), std::move(identity), rules);
  connections.insert(connection);
  if (!welcome) ++turned_away;
  // An exception is the cut itself, or a client that went away.
  auto ended = [self = shared_from_this(), connection, welcome](const std::exception_ptr&) {
    if (!welcome) --self->turned_away;
    connection->close();
    self->connections.erase(connection);
    if (self->connections.empty()) self->emptied.cancel();
  };
  HttpRefusal full{503, "this server has too many connections; try again in a moment"};
  asio::co_spawn(executor, welcome ? connection->converse() : connection->turn_away(std::move(full)),
                 asio::bind_cancellation_slot(connection->cancellation(), std::move(ended)));
}

void HttpServer::State::cut_all() {
  const auto all = connections;  // a cut may end a connection at once, and take it out of the set
  for (const auto& connection : all) connection->cut();
}

asio::awaitable<void> HttpServer::State::wait_until_idle(asio::steady_timer::time_point end) {
  const auto self = shared_from_this();
  while (is_busy() && asio::steady_timer::clock_type::now() < end) {
    ErrorCode error;
    emptied.expires_at(end);
    co_await emptied.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

HttpServer::HttpServer(asio::any_io_executor executor, const std::string& address, std::uint16_t port, Handler handler,
                       Refuse refuse, ServerLimits limits, ServerFront front)
    : state_(std::make_shared<State>(std::move(executor),
                                     std::make_shared<HttpRules>(HttpRules{.handler = std::move(handler),
                                                                           .refuse = std::move(refuse),
                                                                           .limits = limits,
                                                                           .trusted = std::move(front.trusted)}))) {
  if (front.tls) state_->rules->identity.emplace(std::move(*front.tls));
  ErrorCode error;
  auto& acceptor = state_->acceptor;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " + error.message() +
                             "; choose another address or port");
  }
}

HttpServer::~HttpServer() {
  ErrorCode ignored;
  state_->rules->stopping = true;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
  state_->cut_all();
}

std::uint16_t HttpServer::port() const {
  return state_->acceptor.local_endpoint().port();
}

void HttpServer::start() {
  state_->accepting = true;
  asio::co_spawn(state_->executor, state_->accept(), [state = state_](const std::exception_ptr&) {
    state->accepting = false;
    state->emptied.cancel();
  });
}

asio::awaitable<void> HttpServer::stop(Duration grace) {
  const auto state = state_;
  ErrorCode ignored;
  state->rules->stopping = true;
  state->acceptor.close(ignored);
  state->pause.cancel();
  for (const auto& connection : state->connections) connection->interrupt();
  co_await state->wait_until_idle(asio::steady_timer::clock_type::now() + grace);
  state->cut_all();
  co_await state->wait_until_idle(asio::steady_timer::time_point::max());
}

std::size_t HttpServer::open_connections() const {
  return state_->connections.size();
}

}  // namespace adfill
