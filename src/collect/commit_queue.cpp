#include "collect/commit_queue.h"

#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace adfill {

namespace {

constexpr std::size_t most_commits = 64;
constexpr std::int64_t most_rows = 2000;  // of a transaction, as for one chunk alone
constexpr int groups_at_once = 2;         // one that waits for a lock must not hold everybody up

// What each was given to commit, or how making it failed.
std::vector<std::expected<DaysCommit, std::exception_ptr>> make_all(std::deque<WaitingCommit>& group) {
  std::vector<std::expected<DaysCommit, std::exception_ptr>> made;
  for (WaitingCommit& waiting : group) {
    try {
      made.emplace_back(waiting.make());
    } catch (...) {
      made.emplace_back(std::unexpected(std::current_exception()));
    }
    waiting.make = nullptr;
  }
  return made;
}

}  // namespace

bool CommitQueue::add(WaitingCommit commit) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(commit));
  if (working_ == groups_at_once) return false;
  ++working_;
  return true;
}

void CommitQueue::work() {
  for (auto group = take_group(); !group.empty(); group = take_group()) commit(std::move(group));
}

// Empty: this thread works no more.
std::deque<WaitingCommit> CommitQueue::take_group() {
  const std::lock_guard lock(mutex_);
  std::deque<WaitingCommit> group;
  std::int64_t rows = 0;
  while (!waiting_.empty() && group.size() < most_commits) {
    rows += waiting_.front().rows;
    if (!group.empty() && rows > most_rows) break;
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (group.empty()) --working_;
  return group;
}

void CommitQueue::commit(std::deque<WaitingCommit> group) {
  std::vector<DaysCommit> commits;
  std::vector<std::optional<CommitOutcome>> answers(group.size());
  {
    auto made = make_all(group);
    for (std::size_t at = 0; at < made.size(); ++at) {
      if (made[at]) {
        commits.push_back(std::move(*made[at]));
      } else {
        answers[at] = std::unexpected(made[at].error());
      }
    }
  }
  std::vector<CommitOutcome> outcomes;
  try {
    if (!commits.empty()) outcomes = times_.measure([&] { return store_.commit_group(commits); });
  } catch (...) {
    outcomes.assign(commits.size(), std::unexpected(std::current_exception()));
  }
  auto next = outcomes.begin();
  for (std::size_t at = 0; at < group.size(); ++at) {
    group[at].answer(answers[at] ? std::move(*answers[at]) : std::move(*next++));
  }
}

}  // namespace adfill
