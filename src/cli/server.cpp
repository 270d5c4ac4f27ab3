#include "server.h"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration request_grace = std::chrono::seconds(5);
constexpr Duration stop_limit = std::chrono::seconds(10);
constexpr int ended_by_signal = 130;

asio::awaitable<void> end_hard_after(Clock& clock, Duration limit) {
  co_await clock.sleep_until(clock.now() + limit);
  spdlog::error("not all work ended in time; ending now, the leases will run out");
  std::_Exit(1);
}

void end_at_once(int) {
  std::_Exit(ended_by_signal);
}

}  // namespace

Server::Server(Process& process, Parts parts)
    : process_(process), tasks_(process.loop().get_executor()), watchdog_(process.loop().get_executor()) {
  if (parts != Parts::api) worker_ = &process.worker();
  auto wake = [&process] { process.wake(); };
  context_ = std::make_shared<ApiContext>(ApiContext{.pool = process.pool(),
                                                     .initial_collection = process.initial_collection(),
                                                     .scheduler = process.scheduler(),
                                                     .secrets = process.secrets(),
                                                     .random = process.random(),
                                                     .events = process.events(),
                                                     .governor = process.governor(),
                                                     .clock = process.clock(),
                                                     .worker = worker_,
                                                     .wake = wake});
  const auto& settings = process.settings();
  if (parts != Parts::worker) {
    listen(settings.listen, make_api(context_), settings.front);
  } else if (settings.metrics_listen) {
    listen(*settings.metrics_listen, make_metrics_only(context_), {});
  }
}

void Server::listen(ListenAddress address, HttpServer::Handler handler, ServerFront front) {
  const std::string scheme = front.tls ? "https://" : "http://";
  try {
    http_ = std::make_unique<HttpServer>(process_.loop().get_executor(), address.host, address.port, std::move(handler),
                                         refuse_request, ServerLimits{}, std::move(front));
  } catch (const std::runtime_error& error) {
    throw CommandError(std::string(error.what()) + ".");
  }
  address.port = http_->port();
  url_ = scheme + address.to_string();
}

void Server::start() {
  if (http_) http_->start();
  if (worker_ != nullptr) tasks_.spawn(worker_->run());
  scheduler_ = tasks_.spawn(process_.scheduler().run());
  alert_watch_ = tasks_.spawn(process_.alert_watch().run());
  retention_ = tasks_.spawn(process_.retention().run());
  nightly_check_ = tasks_.spawn(process_.nightly_check().run());
  account_offers_ = tasks_.spawn(process_.account_offers().run());
}

asio::awaitable<void> Server::stop() {
  const auto dog = watchdog_.spawn(end_hard_after(process_.clock(), stop_limit));
  if (worker_ != nullptr) worker_->stop();
  if (scheduler_) tasks_.cancel(*scheduler_);
  if (alert_watch_) tasks_.cancel(*alert_watch_);
  if (retention_) tasks_.cancel(*retention_);
  if (nightly_check_) tasks_.cancel(*nightly_check_);
  if (account_offers_) tasks_.cancel(*account_offers_);
  process_.events().close();
  if (http_) co_await http_->stop(request_grace);
  co_await tasks_.join();
  watchdog_.cancel(dog);
  co_await watchdog_.join();
}

std::optional<FirstToken> ensure_admin_token(Process& process) {
  auto& store = process.store();
  const auto& given = process.settings().api_token;
  if (store.has_tokens()) {
    if (given && !store.find_token(hash_api_token(*given))) {
      spdlog::warn(
          "ADFILL_API_TOKEN is not a token of this database; it counts at the first start only. "
          "adfill token create makes another");
    }
    return std::nullopt;
  }
  FirstToken first;
  first.made = !given;
  first.token = given ? *given : make_api_token();
  TokenRecord record;
  record.id = ApiTokenId::draw(process.random());
  record.name = "admin";
  record.role = Role::admin;
  store.add_token(record, hash_api_token(first.token), "adfill");
  return first;
}

asio::awaitable<void> wait_for_signal() {
  {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    (void)co_await signals.async_wait(asio::use_awaitable);
  }
  std::signal(SIGINT, end_at_once);
  std::signal(SIGTERM, end_at_once);
}

}  // namespace adfill
