// Asks, once a day, which accounts the stored credentials can see, and keeps those that could be added: an agency's
// token sees a new client's account before anybody thinks of adding it. The same credentials are asked once, however
// many integrations have them. Any number of processes may run one: credentials that are due are given to one of them.
#pragma once

#include "collect/initial_collection.h"
#include "collect/store_pool.h"
#include "net/clock.h"
#include "net/secrets.h"
#include "store/store.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace adfill {

class AccountOffers {
 public:
  // All outlive it.
  AccountOffers(StorePool& pool, const Connectors& connectors, const SecretBox& secrets, Clock& clock);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Asks all credentials that are due; how many different ones there were. What a platform does not answer is left to
  // the next day. Throws StoreUnavailable.
  boost::asio::awaitable<int> look();

 private:
  struct Group;
  [[nodiscard]] std::vector<Group> grouped(const std::vector<DueListing>& due) const;
  boost::asio::awaitable<void> ask(Group group);

  StorePool& pool_;
  const Connectors& connectors_;
  const SecretBox& secrets_;
  Clock& clock_;
};

}  // namespace adfill
