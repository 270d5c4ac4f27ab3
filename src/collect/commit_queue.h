// Small commits that wait while others are under way, to be committed together: the disk is then waited for once, and
// the database is asked once for all of them. Nobody waits for a group to fill: the next one is what has come
// meanwhile. Safe to call from several threads.
#pragma once

#include "collect/commit_times.h"
#include "store/store.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace adfill {

struct WaitingCommit {
  std::function<DaysCommit()> make;  // called on the store's thread, where it may read a file
  std::int64_t rows = 0;
  std::move_only_function<void(CommitOutcome)> answer{};  // called once; what `make` owned is gone by then
};

class CommitQueue {
 public:
  // More rows than this gain nothing by sharing a transaction, and are better committed side by side.
  static constexpr std::int64_t small_commit_rows = 500;

  CommitQueue(Store& store, CommitTimes& times) : store_(store), times_(times) {}

  // True when a thread has to call work() for it.
  [[nodiscard]] bool add(WaitingCommit commit);
  // Commits until nothing waits.
  void work();

 private:
  [[nodiscard]] std::deque<WaitingCommit> take_group();
  void commit(std::deque<WaitingCommit> group);

  Store& store_;
  CommitTimes& times_;
  std::mutex mutex_;
  std::deque<WaitingCommit> waiting_;
  int working_ = 0;  // threads in work()
};

}  // namespace adfill
