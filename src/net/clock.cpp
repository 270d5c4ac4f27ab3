#include "net/clock.h"

#include <boost/asio/system_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace adfill {

namespace {

// The timer counts nanoseconds; an instant past what they reach would wrap into the past.
using TimerPoint = boost::asio::system_timer::time_point;

TimerPoint timer_point(Instant instant) {
  const auto latest = std::chrono::floor<Duration>(TimerPoint::max());
  const auto earliest = std::chrono::ceil<Duration>(TimerPoint::min());
  return std::clamp(instant, earliest, latest);
}

class SystemClock final : public Clock {
 public:
  explicit SystemClock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  [[nodiscard]] Instant now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

  // A timer of the system's clock, not a steady one: a machine that was suspended, or whose clock was set, wakes at the
  // time of day that was asked for. An instant in the past still passes through the loop once, so that nobody starves.
  boost::asio::awaitable<void> sleep_until(Instant instant) override {
    boost::asio::system_timer timer(executor_, timer_point(instant));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace

std::unique_ptr<Clock> make_system_clock(boost::asio::any_io_executor executor) {
  return std::make_unique<SystemClock>(std::move(executor));
}

}  // namespace adfill
