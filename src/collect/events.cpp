#include "collect/events.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {
constexpr std::size_t queue_limit = 256;  // a listener so far behind reads everything anew anyway
}  // namespace

struct EventSubscription::State {
  explicit State(const asio::any_io_executor& executor) : arrival(executor) {}
  asio::steady_timer arrival;  // cancelled when something came
  std::deque<Event> queue;
  bool missed = false;
  bool closed = false;
};

struct EventHub::Shared {
  asio::any_io_executor executor;
  std::set<std::shared_ptr<EventSubscription::State>> listeners;
  std::function<void()> tell;
};

EventSubscription::EventSubscription(std::shared_ptr<State> state) : state_(std::move(state)) {}

EventSubscription::~EventSubscription() {
  state_->closed = true;
  state_->arrival.cancel();
}

asio::awaitable<EventSubscription::Next> EventSubscription::next(Duration timeout) {
  const auto state = state_;
  if (state->queue.empty() && !state->missed && !state->closed) {
    state->arrival.expires_after(timeout);
    boost::system::error_code woken;
    co_await state->arrival.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  Next next;
  next.closed = state->closed;
  next.missed = std::exchange(state->missed, false);
  if (!state->queue.empty()) {
    next.event = std::move(state->queue.front());
    state->queue.pop_front();
  }
  co_return next;
}

EventHub::EventHub(asio::any_io_executor executor) : shared_(std::make_shared<Shared>()) {
  shared_->executor = std::move(executor);
}

EventHub::~EventHub() {
  close();
}

std::unique_ptr<EventSubscription> EventHub::subscribe() {
  auto state = std::make_shared<EventSubscription::State>(shared_->executor);
  shared_->listeners.insert(state);
  return std::unique_ptr<EventSubscription>(new EventSubscription(std::move(state)));
}

void EventHub::miss() {
  for (const auto& listener : shared_->listeners) {
    if (listener->closed) continue;
    listener->queue.clear();
    listener->missed = true;
    listener->arrival.cancel();
  }
}

void EventHub::also_tell(std::function<void()> tell) {
  shared_->tell = std::move(tell);
}

void EventHub::publish(const Event& event) {
  if (shared_->tell) shared_->tell();
  auto& listeners = shared_->listeners;
  for (auto at = listeners.begin(); at != listeners.end();) {
    const auto& listener = *at;
    if (listener->closed) {
      at = listeners.erase(at);
      continue;
    }
    if (listener->queue.size() >= queue_limit) {
      listener->queue.clear();
      listener->missed = true;
    } else {
      listener->queue.push_back(event);
    }
    listener->arrival.cancel();
    ++at;
  }
}

void EventHub::close() {
  for (const auto& listener : shared_->listeners) {
    listener->closed = true;
    listener->arrival.cancel();
  }
  shared_->listeners.clear();
}

std::size_t EventHub::listeners() const {
  std::size_t count = 0;
  for (const auto& listener : shared_->listeners) count += listener->closed ? 0 : 1;
  return count;
}

}  // namespace adfill
