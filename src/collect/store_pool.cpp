#include "collect/store_pool.h"

namespace adfill {

namespace asio = boost::asio;

StorePool::StorePool(Store& store, unsigned threads)
    : store_(store),
      commits_(store, times_),
      threads_(threads == 0 ? nullptr : std::make_unique<asio::thread_pool>(threads)) {}

StorePool::~StorePool() {
  if (threads_) threads_->join();
}

asio::awaitable<CommitResult> StorePool::commit(std::function<DaysCommit()> make, std::int64_t rows) {
  if (!threads_ || rows > CommitQueue::small_commit_rows) {
    auto alone = [this, make = std::move(make)](Store& store) {
      const auto days = make();
      return times_.measure([&] { return store.commit_days(days); });
    };
    co_return co_await run(std::move(alone));
  }
  WaitingCommit waiting{.make = std::move(make), .rows = rows};
  const auto outcome = co_await on_queue(std::move(waiting));
  if (!*outcome) std::rethrow_exception(outcome->error());
  co_return std::move(**outcome);
}

asio::awaitable<CommitResult> StorePool::commit(CreativesCommit creatives) {
  auto work = [this, creatives = std::move(creatives)](Store& store) {
    return times_.measure([&] { return store.commit_creatives(creatives); });
  };
  co_return co_await run(std::move(work));
}

// A plain function, as on_thread is.
asio::awaitable<std::shared_ptr<CommitOutcome>> StorePool::on_queue(WaitingCommit commit) {
  using Shared = std::shared_ptr<CommitOutcome>;
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Shared)>(
      [this](auto handler, WaitingCommit waiting) {
        auto guard = asio::make_work_guard(handler);
        waiting.answer = [guard = std::move(guard), handler = std::move(handler)](CommitOutcome outcome) mutable {
          auto answer = std::make_shared<CommitOutcome>(std::move(outcome));
          auto executor = guard.get_executor();
          asio::post(executor, [handler = std::move(handler), answer = std::move(answer)]() mutable {
            handler(std::move(answer));
          });
        };
        if (commits_.add(std::move(waiting))) asio::post(*threads_, [this] { commits_.work(); });
      },
      asio::use_awaitable, std::move(commit));
}

}  // namespace adfill
