// Owns coroutines that run side by side: spawn, cancel, and wait for all of them. Nothing is ever detached. Belongs to
// the event loop's thread, and is called from within the loop only: Asio hands a cancellation over by pointer.
#pragma once

#include "net/clock.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>

namespace adfill {

class TaskGroup {
 public:
  using Key = std::uint64_t;

  explicit TaskGroup(boost::asio::any_io_executor executor);
  // Requires: joined, or the loop is gone with everything in it.
  ~TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // The key that the next spawn() gives: a task may end before spawn() returns.
  [[nodiscard]] Key next_key() const { return next_key_; }
  // Starts it; it runs until it ends by itself or is cancelled.
  Key spawn(boost::asio::awaitable<void> task);
  // Its next (or present) co_await throws operation_aborted; nothing happens if it has ended.
  void cancel(Key key);
  void cancel_all();
  [[nodiscard]] std::size_t size() const { return running_.size(); }
  // Returns when all have ended; rethrows the first exception that left one of them, cancellation excepted.
  boost::asio::awaitable<void> join();

 private:
  void ended(Key key, const std::exception_ptr& error);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer all_ended_;
  std::map<Key, std::unique_ptr<boost::asio::cancellation_signal>> running_;
  std::exception_ptr first_error_;
  Key next_key_ = 1;
};

// Wakes one coroutine that waits for work, at once or at a time of the given clock.
class Wakeup {
 public:
  explicit Wakeup(const boost::asio::any_io_executor& executor);
  // What waits now, or will wait next, goes on.
  void notify();
  // Returns after a notify() since the last return, or at `deadline`.
  boost::asio::awaitable<void> wait_until(Clock& clock, Instant deadline);

 private:
  boost::asio::awaitable<void> wait_for_notify();

  boost::asio::steady_timer never_;  // only ever cancelled: no time passes here
  bool notified_ = false;
};

}  // namespace adfill
