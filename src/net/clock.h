// Time as something passed in: the process's clock here, a virtual one in the simulation.
#pragma once

#include "core/instant.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace adfill {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // Returns at `instant` or later, at once if that is past. Ends early by cancellation, as any Asio operation does.
  virtual boost::asio::awaitable<void> sleep_until(Instant instant) = 0;
};

// The machine's clock; sleeps on timers of `executor`.
[[nodiscard]] std::unique_ptr<Clock> make_system_clock(boost::asio::any_io_executor executor);

}  // namespace adfill
