// The HTTP face: routes under /v1, sign-in, events, health, metrics, the monitor's files. Everything it knows comes
// from the store and from collect.
#pragma once

#include "collect/collection_worker.h"
#include "collect/events.h"
#include "collect/initial_collection.h"
#include "collect/scheduler.h"
#include "collect/store_pool.h"
#include "core/random.h"
#include "net/clock.h"
#include "net/governor.h"
#include "net/http_server.h"
#include "net/secrets.h"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace adfill {

// All outlive the service. `worker` may be null (serve --no-worker).
struct ApiContext {
  StorePool& pool;
  InitialCollection& initial_collection;
  Scheduler& scheduler;
  const SecretBox& secrets;
  Random& random;
  EventHub& events;
  Governor& governor;
  Clock& clock;
  const CollectionWorker* worker = nullptr;
  std::function<void()> wake{};  // after a retry: there may be something to claim
};

// The handler that an HttpServer is given: answers every request, never throws.
[[nodiscard]] HttpServer::Handler make_api(std::shared_ptr<ApiContext> context);
// The same of a process that only works: /metrics, /healthz and /readyz, and nothing else.
[[nodiscard]] HttpServer::Handler make_metrics_only(std::shared_ptr<ApiContext> context);
// RFC 9457 bodies for what the server refuses by itself.
[[nodiscard]] HttpResponse refuse_request(int status, std::string why);

}  // namespace adfill
