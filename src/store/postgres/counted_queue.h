// The queue as it was counted last. Counting reads all open chunks and all jobs; a counter kept by each commit would
// cost every commit a row more, and would be a row that all of them wait for. So a small queue is counted for each
// look, exactly, and a large one in a hundredth of the time at most; what is told meanwhile says when it was counted.
//
// Of this process's own. Safe to call from several threads.
#pragma once

#include "store/records.h"

#include <chrono>
#include <mutex>
#include <optional>

namespace adfill::postgres {

class CountedQueue {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t small = 50'000;  // chunks: counted in some ten milliseconds

  // What may be told without counting. One caller counts; those who ask meanwhile are told the last one.
  [[nodiscard]] std::optional<QueueRecord> known() {
    const std::lock_guard lock(mutex_);
    if (!last_ || Clock::now() < next_) return last_;
    next_ = Clock::now() + took_ * rest;
    return std::nullopt;
  }
  // True when who has the time should count now, so that nobody who looks has to wait for it.
  [[nodiscard]] bool worth_counting_ahead() {
    const std::lock_guard lock(mutex_);
    if (!last_ || Clock::now() < ahead_) return false;
    ahead_ = Clock::now() + took_ * rest;
    return true;
  }
  void counted(const QueueRecord& counts, Clock::duration took) {
    const std::lock_guard lock(mutex_);
    if (counts.pending + counts.processing + counts.completed + counts.failed < small) {
      last_.reset();
      return;
    }
    last_ = counts;
    took_ = took;
    next_ = Clock::now() + took * rest;
    ahead_ = Clock::now() + took * (rest / 3);
  }

 private:
  static constexpr int rest = 100;

  std::mutex mutex_;
  std::optional<QueueRecord> last_;  // unset: the queue is small
  Clock::duration took_{};
  Clock::time_point next_{};
  Clock::time_point ahead_{};
};

}  // namespace adfill::postgres
