// Reading one thing for one token: what is not there and what may not be seen are the same, nullopt.
#pragma once

#include "api/access.h"
#include "api/routing.h"
#include "store/records.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace adfill {

// `id` as it came; a malformed one is not there.
[[nodiscard]] boost::asio::awaitable<std::optional<IntegrationRecord>> visible_integration(
    std::shared_ptr<Service> service, Access access, std::string id);

// The one that the path names, of a route that reads it along.
[[nodiscard]] boost::asio::awaitable<std::optional<IntegrationRecord>> named_integration(
    std::shared_ptr<Service> service, ApiCall call);

struct VisibleJob {
  JobRecord job;
  AdvertiserId advertiser;
};
[[nodiscard]] boost::asio::awaitable<std::optional<VisibleJob>> visible_job(std::shared_ptr<Service> service,
                                                                            Access access, std::string id);

// The job that a chunk belongs to.
struct VisibleChunk {
  ChunkId chunk;
  VisibleJob of;
};
[[nodiscard]] boost::asio::awaitable<std::optional<VisibleChunk>> visible_chunk(std::shared_ptr<Service> service,
                                                                                Access access, std::string id);

}  // namespace adfill
