// Compares older days, which no daily job looks at any more, with the platform: each night a sample of each account and
// type, by the account's own totals, which cost a call. Those that have changed are collected again, by a job of their
// own of mode daily. Any number of processes may run one: a check is given to one of them.
#pragma once

#include "collect/initial_collection.h"
#include "collect/store_pool.h"
#include "core/random.h"
#include "net/clock.h"
#include "net/secrets.h"
#include "store/store.h"

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace adfill {

class NightlyCheck {
 public:
  // All outlive it. `wake` sets the workers of this process going.
  NightlyCheck(StorePool& pool, const Connectors& connectors, const SecretBox& secrets, Clock& clock, Random& random,
               std::function<void()> wake);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Makes the checks that are due now; how many days were found changed. What the platform does not answer is left to
  // another night. Throws StoreUnavailable.
  boost::asio::awaitable<int> check();

 private:
  boost::asio::awaitable<int> check_account(DueCheck due);
  boost::asio::awaitable<void> refused(DueCheck due, Failure failure);

  StorePool& pool_;
  const Connectors& connectors_;
  const SecretBox& secrets_;
  Clock& clock_;
  Random& random_;
  std::function<void()> wake_;
};

}  // namespace adfill
