#include "store/postgres/connection_pool.h"

#include <algorithm>

namespace adfill::postgres {

namespace {

constexpr auto first_pause = std::chrono::milliseconds(100);
constexpr auto longest_pause = std::chrono::seconds(5);

}  // namespace

std::unique_ptr<Connection> ConnectionPool::borrow() {
  {
    std::unique_lock lock(mutex_);
    given_back_.wait(lock, [this] { return lent_ < connections_; });
    if (idle_.empty() && Clock::now() < next_try_) throw ConnectionLost(last_refusal_);
    ++lent_;
    if (!idle_.empty()) {
      auto idle = std::move(idle_.back());
      idle_.pop_back();
      return idle;
    }
  }
  return connect();
}

std::unique_ptr<Connection> ConnectionPool::connect() {
  try {
    auto connected = std::make_unique<Connection>(url_, prepare_);
    const std::lock_guard lock(mutex_);
    pause_ = {};
    return connected;
  } catch (const ConnectionLost& refusal) {
    {
      const std::lock_guard lock(mutex_);
      --lent_;
      pause_ = std::clamp<Clock::duration>(pause_ * 2, first_pause, longest_pause);
      next_try_ = Clock::now() + pause_;
      last_refusal_ = refusal.what();
    }
    given_back_.notify_one();
    throw;
  }
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection->is_idle()) idle_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

void ConnectionPool::close_idle() {
  std::vector<std::unique_ptr<Connection>> closed;
  const std::lock_guard lock(mutex_);
  closed.swap(idle_);
}

}  // namespace adfill::postgres
