#include "collect/commit_times.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace adfill;
using std::chrono::duration;

TEST_CASE("a commit is counted once, at the first bound that it does not pass") {
  CommitTimes times;
  for (const double seconds : {0.0005, 0.001, 0.0011, 10.0, 11.0}) times.add(duration<double>(seconds));
  const auto histogram = times.histogram();
  CHECK(histogram.within.front() == 2);
  CHECK(histogram.within.at(1) == 1);
  CHECK(histogram.within.back() == 1);
  CHECK(histogram.count == 5);
  CHECK(histogram.seconds == doctest::Approx(21.0026));
}

TEST_CASE("what throws is no commit") {
  CommitTimes times;
  CHECK(times.measure([] { return 7; }) == 7);
  CHECK_THROWS_AS(times.measure([]() -> int { throw std::runtime_error("the disk is full"); }), std::runtime_error);
  CHECK(times.histogram().count == 1);
}
