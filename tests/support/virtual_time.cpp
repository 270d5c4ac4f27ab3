#include "support/virtual_time.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace adfill::simulation {

namespace asio = boost::asio;

bool VirtualTime::advance() {
  if (sleepers_.empty()) return false;
  const auto first = sleepers_.begin();
  now_ = std::max(now_, first->first.first);
  auto* const sleeper = first->second;
  sleepers_.erase(first);
  sleeper->woken = true;
  sleeper->timer.cancel();
  return true;
}

std::optional<Instant> VirtualTime::next() const {
  return sleepers_.empty() ? std::nullopt : std::optional(sleepers_.begin()->first.first);
}

asio::awaitable<void> VirtualClock::sleep_until(Instant instant) {
  const Instant wakes = instant - skew_;
  // The timer is the caller's loop's: it dies with it.
  VirtualTime::Sleeper sleeper{
      asio::steady_timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max())};
  const VirtualTime::Key key{std::max(wakes, time_.now()), time_.next_number_++};
  time_.sleepers_.emplace(key, &sleeper);
  // Leaves the map also when the frame is destroyed in its sleep.
  struct Leave {
    VirtualTime& time;
    VirtualTime::Key key;
    ~Leave() { time.sleepers_.erase(key); }
  };
  const Leave leave(time_, key);
  boost::system::error_code ignored;
  co_await sleeper.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!sleeper.woken) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace adfill::simulation
