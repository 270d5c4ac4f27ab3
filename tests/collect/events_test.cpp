#include "collect/events.h"

#include "collect/task_group.h"
#include "net/clock.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <vector>

using namespace adfill;
namespace asio = boost::asio;

namespace {

template <class Value>
Value run(asio::io_context& loop, asio::awaitable<Value> work) {
  std::optional<Value> answer;
  asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, Value value) {
    if (error) std::rethrow_exception(error);
    answer = std::move(value);
  });
  loop.restart();
  while (!answer) loop.run_one();
  return *answer;
}

Event job_event(const std::string& id) {
  return {.kind = Event::Kind::job, .id = id};
}

}  // namespace

TEST_CASE("every listener hears every event in order") {
  asio::io_context loop;
  EventHub hub(loop.get_executor());
  const auto first = hub.subscribe();
  const auto second = hub.subscribe();
  hub.publish(job_event("a"));
  hub.publish(job_event("b"));
  for (auto* const listener : {first.get(), second.get()}) {
    CHECK(run(loop, listener->next(std::chrono::hours(1))).event->id == "a");
    CHECK(run(loop, listener->next(std::chrono::hours(1))).event->id == "b");
  }
}

TEST_CASE("a listener that reads too slowly is told once that it missed something") {
  asio::io_context loop;
  EventHub hub(loop.get_executor());
  const auto listener = hub.subscribe();
  for (int number = 0; number < 300; ++number) hub.publish(job_event(std::to_string(number)));
  CHECK(run(loop, listener->next(std::chrono::hours(1))).missed);
  CHECK(!run(loop, listener->next(std::chrono::hours(1))).missed);
}

TEST_CASE("nothing until the deadline is an answer without an event") {
  asio::io_context loop;
  EventHub hub(loop.get_executor());
  const auto listener = hub.subscribe();
  const auto next = run(loop, listener->next(std::chrono::milliseconds(1)));
  CHECK(!next.event);
  CHECK(!next.missed);
  CHECK(!next.closed);
}

TEST_CASE("closing the hub ends every listener, and a listener that is gone is forgotten") {
  asio::io_context loop;
  EventHub hub(loop.get_executor());
  const auto listener = hub.subscribe();
  {
    const auto gone = hub.subscribe();
  }
  CHECK(hub.listeners() == 1);
  hub.publish(job_event("a"));
  hub.close();
  CHECK(run(loop, listener->next(std::chrono::hours(1))).closed);
}

TEST_CASE("a group waits for all it has spawned, cancelled ones included, and hands on what went wrong") {
  asio::io_context loop;
  const auto clock = make_system_clock(loop.get_executor());
  TaskGroup group(loop.get_executor());
  std::vector<int> ended;
  const auto sleeper = [&](int number, Duration nap) -> asio::awaitable<void> {
    co_await clock->sleep_until(clock->now() + nap);
    ended.push_back(number);
  };
  const auto thrower = []() -> asio::awaitable<void> {
    throw std::runtime_error("went wrong");
    co_return;
  };
  const auto endless = group.spawn(sleeper(1, std::chrono::hours(1)));
  group.spawn(sleeper(2, std::chrono::milliseconds(5)));
  group.spawn(thrower());
  group.cancel(endless);
  bool joined = false;
  std::string error_text;
  asio::co_spawn(loop, group.join(), [&](const std::exception_ptr& error) {
    joined = true;
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& thrown) {
      error_text = thrown.what();
    }
  });
  loop.run();
  CHECK(joined);
  CHECK(ended == std::vector{2});
  CHECK(error_text == "went wrong");
  CHECK(group.size() == 0);
}

TEST_CASE("a wake-up that comes before the wait is not lost") {
  asio::io_context loop;
  const auto clock = make_system_clock(loop.get_executor());
  Wakeup wakeup(loop.get_executor());
  wakeup.notify();
  bool woke = false;
  asio::co_spawn(loop, wakeup.wait_until(*clock, clock->now() + std::chrono::hours(1)),
                 [&](const std::exception_ptr&) { woke = true; });
  loop.poll();
  CHECK(woke);
}
