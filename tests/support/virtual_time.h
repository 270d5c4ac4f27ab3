// One time for several simulated processes: it stands still while anything can run and jumps to the first sleeper when
// nothing can. Order is (instant, sequence number), so a run is a function of its seed.
#pragma once

#include "net/clock.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace adfill::simulation {

class VirtualTime {
 public:
  explicit VirtualTime(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const { return now_; }
  // Moves to the first sleeper and wakes it; false when nobody sleeps.
  bool advance();
  // Moves on without waking anyone whose time has not come.
  void jump(Duration by) { now_ += by; }
  // When the first sleeper wakes.
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  friend class VirtualClock;
  struct Sleeper {
    boost::asio::steady_timer timer;
    bool woken = false;
  };
  using Key = std::pair<Instant, std::uint64_t>;

  Instant now_;
  std::uint64_t next_number_ = 0;
  std::map<Key, Sleeper*> sleepers_;
};

// The clock that one process is given; `skew` is how wrong that machine's clock is.
class VirtualClock : public Clock {
 public:
  VirtualClock(VirtualTime& time, Duration skew) : time_(time), skew_(skew) {}
  [[nodiscard]] Instant now() const override { return time_.now() + skew_; }
  boost::asio::awaitable<void> sleep_until(Instant instant) override;

 private:
  VirtualTime& time_;
  Duration skew_;
};

// An event loop that can die as a killed process does: frames are destroyed where they wait, nothing is run to its end.
class MortalLoop : public boost::asio::io_context {
 public:
  void kill() { shutdown(); }
};

}  // namespace adfill::simulation
