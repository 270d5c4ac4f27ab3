#include "collect/commit_queue.h"

#include "core/random.h"
#include "store/sqlite/sqlite_store.h"
#include "support/faulty_store.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <future>
#include <memory>
#include <thread>

namespace adfill {

namespace {

// Answers each commit with as many written rows as its position in its group, once it may; keeps the groups' sizes.
class SlowStore final : public simulation::FaultyStore {
 public:
  using simulation::FaultyStore::FaultyStore;

  std::vector<CommitOutcome> commit_group(std::span<const DaysCommit> commits) override {
    std::unique_lock lock(mutex_);
    sizes_.push_back(commits.size());
    changed_.notify_all();
    changed_.wait(lock, [this] { return may_go_on_; });
    if (fails_) throw StoreUnavailable("the disk is full");
    std::vector<CommitOutcome> outcomes;
    for (std::size_t at = 0; at < commits.size(); ++at) {
      outcomes.emplace_back(CommitResult{});
      outcomes.back()->rows_written = static_cast<std::int64_t>(commits[at].days.size());
    }
    return outcomes;
  }
  void wait_for_groups(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sizes_.size() >= count; });
  }
  void go_on(bool fail = false) {
    const std::lock_guard lock(mutex_);
    fails_ = fail;
    may_go_on_ = true;
    changed_.notify_all();
  }
  std::vector<std::size_t> sizes() {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> sizes_;
  bool may_go_on_ = false;
  bool fails_ = false;
};

struct Setup {
  Random random{1};
  std::unique_ptr<Store> none =
      open_sqlite_store({.path = ":memory:", .now = [] { return Instant{}; }, .new_uuid = [] { return Uuid{}; }});
  SlowStore store{*none, random, {}};
  CommitTimes times;
  CommitQueue queue{store, times};
  std::vector<std::jthread> threads;

  std::future<CommitOutcome> add(std::function<DaysCommit()> make, std::int64_t rows = 1) {
    auto promise = std::make_shared<std::promise<CommitOutcome>>();
    auto answer = promise->get_future();
    WaitingCommit waiting{.make = std::move(make), .rows = rows};
    waiting.answer = [promise](CommitOutcome outcome) { promise->set_value(std::move(outcome)); };
    if (queue.add(std::move(waiting))) threads.emplace_back([this] { queue.work(); });
    return answer;
  }
  std::future<CommitOutcome> add_days(std::size_t days, std::int64_t rows = 1) {
    return add([days] { return DaysCommit{.token = {}, .days = std::vector<DaySnapshot>(days)}; }, rows);
  }
};

}  // namespace

TEST_CASE("commits that wait while others are under way are committed together, each with its own answer") {
  Setup setup;
  std::vector<std::future<CommitOutcome>> answers;
  for (std::size_t number = 0; number < 2; ++number) {
    answers.push_back(setup.add_days(number));
    setup.store.wait_for_groups(number + 1);
  }
  for (std::size_t number = 2; number < 7; ++number) answers.push_back(setup.add_days(number));
  setup.store.go_on();
  for (std::size_t number = 0; number < 7; ++number) {
    CHECK(answers.at(number).get()->rows_written == static_cast<std::int64_t>(number));
  }
  CHECK(setup.store.sizes() == std::vector<std::size_t>{1, 1, 5});
  CHECK(setup.times.histogram().count == 3);  // a transaction, not a commit
}

TEST_CASE("a group of commits has as many rows as a transaction may have") {
  Setup setup;
  std::vector<std::future<CommitOutcome>> answers;
  for (std::size_t number = 0; number < 2; ++number) {
    answers.push_back(setup.add_days(0));
    setup.store.wait_for_groups(number + 1);
  }
  for (int number = 0; number < 6; ++number) answers.push_back(setup.add_days(0, 500));
  setup.store.go_on();
  for (auto& answer : answers) CHECK(answer.get().has_value());
  std::size_t most = 0;
  for (const std::size_t size : setup.store.sizes()) most = std::max(most, size);
  CHECK(most == 4);
}

TEST_CASE("a commit that can't be made, or a store that fails, is told to those whom it concerns") {
  Setup setup;
  auto first = setup.add_days(1);
  setup.store.wait_for_groups(1);
  auto second = setup.add_days(1);
  setup.store.wait_for_groups(2);
  auto broken = setup.add([]() -> DaysCommit { throw StoreUnavailable("the spool's file can't be read"); });
  auto good = setup.add_days(2);
  SUBCASE("the others are committed") {
    setup.store.go_on();
    CHECK_THROWS_WITH_AS(std::rethrow_exception(broken.get().error()), "the spool's file can't be read",
                         StoreUnavailable);
    CHECK(good.get()->rows_written == 2);
  }
  SUBCASE("a store that fails fails all of them") {
    setup.store.go_on(true);
    CHECK_THROWS_WITH_AS(std::rethrow_exception(good.get().error()), "the disk is full", StoreUnavailable);
    CHECK_FALSE(broken.get().has_value());
  }
  CHECK(first.valid());
  CHECK(second.valid());
}

}  // namespace adfill
