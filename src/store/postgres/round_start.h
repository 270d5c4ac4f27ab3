// Where a claim begins to look along the round: at its start, unless that has become slow. While a session somewhere
// sits in an old transaction, PostgreSQL must keep what died in the round, and whoever begins at the start walks over
// all of it. The live part of the round only moves on, so a claim then begins where the last one found it alive, and
// looks at the start now and then for integrations that came back after a long time.
//
// A hint of this process's own; what it is may change whom a claim serves first, never what it may take. Safe to call
// from several threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>

namespace adfill::postgres {

class RoundStart {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t start = std::numeric_limits<std::int64_t>::min();

  // The turn from which on to look.
  [[nodiscard]] std::int64_t from(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return slow_running_ < slow_enough || now >= next_whole_ ? start : alive_from_;
  }
  // A look from alive_from() found too little: may the start be looked at now?
  [[nodiscard]] bool may_look_at_start(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return last_whole_ < bearable || now >= next_when_idle_;
  }
  // How long a look at one page from the start took the server, until now; true when that is slow.
  bool looked_at_start(Clock::duration took, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    last_whole_ = took;
    slow_running_ = took < slow ? 0 : slow_running_ + 1;
    next_whole_ = now + took * rest;
    next_when_idle_ = now + took * rest_when_idle;
    return slow_running_ > 0;
  }
  // The turn of the first chunk that waits.
  void alive_from(std::int64_t turn) {
    const std::lock_guard lock(mutex_);
    alive_from_ = turn;
  }

 private:
  static constexpr Clock::duration slow = std::chrono::milliseconds(2);
  static constexpr Clock::duration bearable = std::chrono::milliseconds(100);
  static constexpr int slow_enough = 3;     // looks running, so that a busy machine is not taken for it
  static constexpr int rest = 30;           // at most a thirtieth of the time goes into it,
  static constexpr int rest_when_idle = 4;  // or a quarter while there is nothing else to work on

  std::mutex mutex_;
  std::int64_t alive_from_ = start;
  int slow_running_ = 0;
  Clock::duration last_whole_{};
  Clock::time_point next_whole_{};
  Clock::time_point next_when_idle_{};
};

}  // namespace adfill::postgres
