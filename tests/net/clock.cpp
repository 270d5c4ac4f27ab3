#include "net/clock.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <exception>

using namespace adfill;
namespace asio = boost::asio;

namespace {

// How long a sleep until `instant` took.
Duration slept(Instant instant) {
  asio::io_context loop;
  const auto clock = make_system_clock(loop.get_executor());
  bool woke = false;
  const Instant before = clock->now();
  asio::co_spawn(loop, clock->sleep_until(instant), [&](std::exception_ptr error) { woke = !error; });
  loop.run_for(std::chrono::minutes(1));
  REQUIRE(woke);
  return clock->now() - before;
}

}  // namespace

TEST_CASE("a sleep ends at its instant or later") {
  asio::io_context loop;
  const auto clock = make_system_clock(loop.get_executor());
  const Instant due = clock->now() + std::chrono::milliseconds(30);
  slept(due);
  CHECK(clock->now() >= due);
}

TEST_CASE("a sleep until an instant in the past ends at once") {
  CHECK(slept(instant_from_micros(0)) < std::chrono::seconds(10));
  CHECK(slept(Instant::min()) < std::chrono::seconds(10));
}

TEST_CASE("a sleep is ended by cancellation, however far its instant") {
  for (const Instant due : {Instant::max(), instant_from_micros(0) + std::chrono::hours(24 * 365 * 100)}) {
    asio::io_context loop;
    const auto clock = make_system_clock(loop.get_executor());
    asio::cancellation_signal signal;
    std::exception_ptr error;
    bool ended = false;
    asio::co_spawn(loop, clock->sleep_until(due),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown) {
                     ended = true;
                     error = thrown;
                   }));
    loop.poll();
    CHECK_FALSE(ended);
    signal.emit(asio::cancellation_type::terminal);
    loop.run_for(std::chrono::minutes(1));
    CHECK(ended);
    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
  }
}
