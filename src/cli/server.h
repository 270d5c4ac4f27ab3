// The running server of one process: API and monitor, the worker and the scheduler beside them. A worker alone listens
// where it was told to, with its metrics.
#pragma once

#include "api/service.h"
#include "collect/task_group.h"
#include "net/http_server.h"
#include "process.h"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace adfill {

enum class Parts { api_and_worker, api, worker };

class Server {
 public:
  // Binds the address. Throws CommandError when it is taken, or the certificate is none.
  Server(Process& process, Parts parts);

  void start();
  // Ends all within 10 seconds: accepts no more, ends streams, hands back the chunks. A process that does not make it
  // is ended hard; its leases run out.
  boost::asio::awaitable<void> stop();
  // "http://127.0.0.1:8080"; empty when it does not listen.
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  void listen(ListenAddress address, HttpServer::Handler handler, ServerFront front);

  Process& process_;
  std::shared_ptr<ApiContext> context_;
  std::unique_ptr<HttpServer> http_;
  CollectionWorker* worker_ = nullptr;
  TaskGroup tasks_;
  std::optional<TaskGroup::Key> scheduler_{};
  std::optional<TaskGroup::Key> alert_watch_{};
  std::optional<TaskGroup::Key> retention_{};
  std::optional<TaskGroup::Key> nightly_check_{};
  std::optional<TaskGroup::Key> account_offers_{};
  TaskGroup watchdog_;
  std::string url_;
};

// The token that the first start makes (or takes from the settings); nullopt when the database has tokens already.
struct FirstToken {
  std::string token;
  bool made = false;  // false: it came from the settings
};
[[nodiscard]] std::optional<FirstToken> ensure_admin_token(Process& process);

// Returns at SIGINT or SIGTERM; from then on a second one ends the process at once.
[[nodiscard]] boost::asio::awaitable<void> wait_for_signal();

}  // namespace adfill
