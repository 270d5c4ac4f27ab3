// Keeps the pictures of creatives whose links the platform lets end: each once, under the hash of its image. What can't
// be fetched is told in the log and tried again with the next listing; the listing itself never fails for it.
#pragma once

#include "collect/log.h"
#include "collect/store_pool.h"
#include "core/rows.h"
#include "platform/connector.h"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <vector>

namespace adfill {

// Of these creatives. `alive` is called after each picture. All outlive it.
[[nodiscard]] boost::asio::awaitable<void> keep_pictures(StorePool& pool, Connector& connector,
                                                         IntegrationId integration, LogAbout about,
                                                         std::vector<Creative> creatives, std::function<void()> alive);

}  // namespace adfill
