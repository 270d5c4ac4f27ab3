#include "collect/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>
#include <vector>

namespace adfill {

namespace asio = boost::asio;

namespace {

bool is_cancellation(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& thrown) {
    return thrown.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), all_ended_(executor_, asio::steady_timer::time_point::max()) {}

TaskGroup::Key TaskGroup::spawn(asio::awaitable<void> task) {
  const Key key = next_key_++;
  auto signal = std::make_unique<asio::cancellation_signal>();
  const auto slot = signal->slot();
  running_.emplace(key, std::move(signal));
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(slot, [this, key](const std::exception_ptr& error) { ended(key, error); }));
  return key;
}

void TaskGroup::ended(Key key, const std::exception_ptr& error) {
  if (error && !first_error_ && !is_cancellation(error)) first_error_ = error;
  running_.erase(key);
  if (running_.empty()) all_ended_.cancel();
}

void TaskGroup::cancel(Key key) {
  const auto found = running_.find(key);
  if (found != running_.end()) found->second->emit(asio::cancellation_type::terminal);
}

void TaskGroup::cancel_all() {
  // A cancelled task may end, and leave the map, while this loop runs.
  std::vector<Key> keys;
  keys.reserve(running_.size());
  for (const auto& [key, signal] : running_) keys.push_back(key);
  for (const auto key : keys) cancel(key);
}

asio::awaitable<void> TaskGroup::join() {
  while (!running_.empty()) {
    boost::system::error_code woken;
    co_await all_ended_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
}

Wakeup::Wakeup(const asio::any_io_executor& executor) : never_(executor, asio::steady_timer::time_point::max()) {}

void Wakeup::notify() {
  notified_ = true;
  never_.cancel();
}

asio::awaitable<void> Wakeup::wait_for_notify() {
  boost::system::error_code woken;
  co_await never_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

asio::awaitable<void> Wakeup::wait_until(Clock& clock, Instant deadline) {
  using namespace asio::experimental::awaitable_operators;
  if (!notified_) co_await (wait_for_notify() || clock.sleep_until(deadline));
  notified_ = false;
}

}  // namespace adfill
