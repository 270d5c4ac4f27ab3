// Tells whoever listens that something changed: a hint, never the truth itself, which is always read from the store.
// In-process; belongs to the event loop's thread.
#pragma once

#include "core/id.h"
#include "core/instant.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace adfill {

struct Event {
  enum class Kind { job, chunk, integration, throttle };
  Kind kind = Kind::job;
  std::string id;  // of the job, chunk or integration; the scope for throttle (shown to admins only)
  std::optional<JobId> job{};
  std::optional<AdvertiserId> advertiser{};  // whose it is; nullopt: nobody's in particular
};

class EventHub;

// One listener's queue. A listener that reads too slowly loses events, and is told so once by `missed`.
class EventSubscription {
 public:
  struct Next {
    std::optional<Event> event{};  // nullopt with missed false: nothing came until the deadline
    bool missed = false;
    bool closed = false;  // the hub has ended: no more will come
  };
  ~EventSubscription();
  // The next event, waiting for it until `timeout` has passed.
  boost::asio::awaitable<Next> next(Duration timeout);

 private:
  friend class EventHub;
  struct State;
  explicit EventSubscription(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

class EventHub {
 public:
  explicit EventHub(boost::asio::any_io_executor executor);
  ~EventHub();
  [[nodiscard]] std::unique_ptr<EventSubscription> subscribe();
  void publish(const Event& event);
  // Something changed, nobody here knows what: every listener reads everything anew.
  void miss();
  // Called at each publish(), so that other machines hear of it too; empty: nobody is told.
  void also_tell(std::function<void()> tell);
  // Every listener is told that no more will come.
  void close();
  [[nodiscard]] std::size_t listeners() const;

 private:
  friend class EventSubscription;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace adfill
