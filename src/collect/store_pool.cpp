#include "collect/store_pool.h"

namespace adfill {

StorePool::StorePool(Store& store, unsigned threads)
    : store_(store), threads_(threads == 0 ? nullptr : std::make_unique<boost::asio::thread_pool>(threads)) {}

StorePool::~StorePool() {
  if (threads_) threads_->join();
}

}  // namespace adfill
