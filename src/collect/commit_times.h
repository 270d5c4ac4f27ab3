// How long commits take, as a histogram: from asking the store to its answer, waiting for locks and the disk included.
// A sample a transaction: commits that share one are one. Safe to use from several threads.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace adfill {

// Counted since the start of the process, for /metrics.
struct CommitHistogram {
  static constexpr std::array<double, 13> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                 0.25,  0.5,    1,     2.5,  5,     10};  // seconds, inclusive
  std::array<std::int64_t, bounds.size()> within{};  // above the bound before, up to this one
  std::int64_t count = 0;                            // those above the last bound too
  double seconds = 0;
};

class CommitTimes {
 public:
  // What `commit` returns; what throws is no commit, and not counted.
  template <class Commit>
  auto measure(Commit commit) {
    const auto begun = std::chrono::steady_clock::now();
    auto outcome = commit();
    add(std::chrono::steady_clock::now() - begun);
    return outcome;
  }
  void add(std::chrono::duration<double> took);
  [[nodiscard]] CommitHistogram histogram() const;

 private:
  mutable std::mutex mutex_;
  CommitHistogram histogram_;
};

}  // namespace adfill
