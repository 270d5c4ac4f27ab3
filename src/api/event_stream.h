// The event hub as server-sent events, showing a listener only what its token may see.
#pragma once

#include "api/access.h"
#include "collect/events.h"
#include "net/http_server.h"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace adfill {

// One event as it goes over the wire; nullopt when that token may not see it.
[[nodiscard]] std::optional<std::string> event_text(const Event& event, const Access& access);

// Sends a comment every 15 seconds so that proxies keep the connection, and then asks whether the token still holds:
// the stream of a revoked token ends.
class EventStream : public BodyStream {
 public:
  EventStream(std::shared_ptr<Service> service, Access access);
  boost::asio::awaitable<std::optional<std::string>> next() override;

 private:
  std::shared_ptr<Service> service_;
  Access access_;
  std::unique_ptr<EventSubscription> subscription_;
  Instant heartbeat_at_;
  bool greeted_ = false;
};

}  // namespace adfill
