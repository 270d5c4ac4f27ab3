// Runs the blocking store on a few threads of its own, so that the event loop never waits for a disk. In the simulation
// it runs inline, which makes the order of events a function of the seed.
#pragma once

#include "collect/commit_queue.h"
#include "collect/commit_times.h"
#include "store/store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace adfill {

class StorePool {
 public:
  // `threads` 0: inline. The store outlives the pool.
  StorePool(Store& store, unsigned threads);
  ~StorePool();
  StorePool(const StorePool&) = delete;
  StorePool& operator=(const StorePool&) = delete;

  // Runs `work(store)` and comes back to the caller's executor with its value or its exception. `work` owns what it
  // needs: it is not cancelled when the waiter is.
  template <class Work>
  auto run(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work, Store&>>;
  // As Store::commit_days, of what `make` gives, with `rows` rows; small ones together with others that wait. Not
  // cancelled when the waiter is.
  boost::asio::awaitable<CommitResult> commit(std::function<DaysCommit()> make, std::int64_t rows);
  boost::asio::awaitable<CommitResult> commit(CreativesCommit creatives);
  // False: one call is over before the next one begins.
  [[nodiscard]] bool works_beside() const { return threads_ != nullptr; }
  [[nodiscard]] const CommitTimes& commit_times() const { return times_; }

 private:
  template <class Value>
  struct Answer {
    std::exception_ptr error{};
    std::optional<Value> value{};
  };
  template <class Work, class Value>
  static Answer<Value> attempt(Work& work, Store& store) {
    Answer<Value> answer;
    try {
      answer.value.emplace(work(store));
    } catch (...) {
      answer.error = std::current_exception();
    }
    return answer;
  }
  // What the work owned is gone when this returns: it may be the loop's again, without a lock.
  template <class Work, class Value>
  static Answer<Value> finish(Work work, Store& store) {
    return attempt<Work, Value>(work, store);
  }
  template <class Work, class Value>
  auto on_thread(Work work) -> boost::asio::awaitable<std::shared_ptr<Answer<Value>>>;
  boost::asio::awaitable<std::shared_ptr<CommitOutcome>> on_queue(WaitingCommit commit);

  Store& store_;
  CommitTimes times_;
  CommitQueue commits_;
  std::unique_ptr<boost::asio::thread_pool> threads_;
};

struct Nothing {};

// ------------------------------------------------------------------------------------------------------------------

// A plain function, not a coroutine: the closure is built outside any frame and moved in.
template <class Work, class Value>
auto StorePool::on_thread(Work work) -> boost::asio::awaitable<std::shared_ptr<Answer<Value>>> {
  using Shared = std::shared_ptr<Answer<Value>>;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Shared)>(
      [this](auto handler, Work inner) {
        // The guard is made before the handler moves: it keeps the loop alive while the thread works.
        auto guard = boost::asio::make_work_guard(handler);
        boost::asio::post(*threads_, [this, guard = std::move(guard), handler = std::move(handler),
                                      inner = std::move(inner)]() mutable {
          auto answer = std::make_shared<Answer<Value>>(finish<Work, Value>(std::move(inner), store_));
          auto executor = guard.get_executor();
          boost::asio::post(executor, [handler = std::move(handler), answer = std::move(answer)]() mutable {
            handler(std::move(answer));
          });
        });
      },
      boost::asio::use_awaitable, std::move(work));
}

template <class Work>
auto StorePool::run(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work, Store&>> {
  using Returned = std::invoke_result_t<Work, Store&>;
  if constexpr (std::is_void_v<Returned>) {
    auto valued = [work = std::move(work)](Store& store) mutable {
      work(store);
      return Nothing{};
    };
    co_await run(std::move(valued));
  } else {
    if (!threads_) co_return work(store_);
    const auto answer = co_await on_thread<Work, Returned>(std::move(work));
    if (answer->error) std::rethrow_exception(answer->error);
    co_return std::move(*answer->value);
  }
}

}  // namespace adfill
