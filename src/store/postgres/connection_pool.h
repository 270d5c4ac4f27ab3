// A few connections to one database, lent to one thread at a time. After a failure to connect the next try waits a
// little, twice as long each time, so that a server that comes back is not trampled.
#pragma once

#include "store/postgres/postgres_connection.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace adfill::postgres {

class ConnectionPool {
 public:
  ConnectionPool(std::string url, int connections, bool prepare)
      : url_(std::move(url)), connections_(connections), prepare_(prepare) {}

  // Waits for a free one. Connects where there is none idle; throws StoreUnavailable when it can't.
  [[nodiscard]] std::unique_ptr<Connection> borrow();
  // One that is broken or still in a transaction is closed.
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  // The server went away: what is idle is as broken as the one that showed it.
  void close_idle();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::unique_ptr<Connection> connect();

  const std::string url_;
  const int connections_;
  std::atomic<bool> prepare_;

  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int lent_ = 0;
  Clock::time_point next_try_{};
  Clock::duration pause_{};
  std::string last_refusal_;
};

// A borrowed connection, given back at its end.
class Borrowed {
 public:
  explicit Borrowed(ConnectionPool& pool) : pool_(pool), connection_(pool.borrow()) {}
  ~Borrowed() { pool_.give_back(std::move(connection_)); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  [[nodiscard]] Connection& operator*() { return *connection_; }

 private:
  ConnectionPool& pool_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace adfill::postgres
