// Takes away what is older than it is kept, in the background: a little at a time, so that nobody waits for it. Any
// number of processes may run one.
#pragma once

#include "collect/store_pool.h"
#include "net/clock.h"
#include "store/history.h"

#include <boost/asio/awaitable.hpp>

namespace adfill {

class Retention {
 public:
  // All outlive it.
  Retention(StorePool& pool, Clock& clock, const RetentionRules& rules) : pool_(pool), clock_(clock), rules_(rules) {}

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // What is old now, to the last of it. Throws StoreUnavailable.
  boost::asio::awaitable<Pruned> prune();

 private:
  StorePool& pool_;
  Clock& clock_;
  RetentionRules rules_;
};

}  // namespace adfill
