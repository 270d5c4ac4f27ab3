#include "core/rows.h"

#include <doctest/doctest.h>

#include <limits>

using namespace adfill;

namespace {

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr Micros cent{10'000};
constexpr Micros won{1'000'000};

Totals totals(std::int64_t impressions, std::int64_t clicks, std::int64_t cost_micros) {
  return {impressions, clicks, Micros{cost_micros}};
}

}  // namespace

TEST_CASE("totals add up to the last unit") {
  Totals sum;
  CHECK(sum.add(totals(10, 2, 123'456)));
  CHECK(sum.add(totals(5, 1, 1)));
  CHECK(sum == totals(15, 3, 123'457));
}

TEST_CASE("totals that would not fit stay as they were") {
  for (const auto& step : {totals(1, 0, 0), totals(0, 1, 0), totals(0, 0, 1)}) {
    Totals sum = totals(highest, highest, highest);
    CHECK_FALSE(sum.add(step));
    CHECK(sum == totals(highest, highest, highest));
  }
  Totals partly = totals(7, 7, highest);
  CHECK_FALSE(partly.add(totals(1, 1, 1)));
  CHECK(partly == totals(7, 7, highest));
}

TEST_CASE("without the account's own total no difference is known") {
  CHECK(classify_difference(totals(1, 1, 1), std::nullopt, 1, false, cent) == Difference::not_asked);
}

TEST_CASE("equal totals are no difference") {
  CHECK(classify_difference(totals(9, 3, 55), totals(9, 3, 55), 0, false, cent) == Difference::none);
}

TEST_CASE("rounding is at most half a unit a row, in cost alone") {
  const Totals stored = totals(9, 3, 1'000'000);
  CHECK(classify_difference(stored, totals(9, 3, 1'015'000), 3, false, cent) == Difference::rounding);
  CHECK(classify_difference(stored, totals(9, 3, 985'000), 3, false, cent) == Difference::rounding);
  CHECK(classify_difference(stored, totals(9, 3, 1'015'001), 3, false, cent) == Difference::unexplained);
  CHECK(classify_difference(stored, totals(9, 3, 984'999), 3, false, cent) == Difference::unexplained);
  CHECK(classify_difference(stored, totals(9, 3, 2'500'000), 3, false, won) == Difference::rounding);
  CHECK(classify_difference(stored, totals(10, 3, 1'000'000), 3, false, cent) == Difference::unexplained);
  CHECK(classify_difference(stored, totals(9, 4, 1'000'000), 3, false, cent) == Difference::unexplained);
  CHECK(classify_difference(stored, totals(9, 3, 1'000'001), 0, false, cent) == Difference::unexplained);
}

TEST_CASE("a larger difference is moving inside the restatement window and unexplained outside") {
  CHECK(classify_difference(totals(9, 3, 0), totals(8, 3, 0), 3, true, cent) == Difference::moving);
  CHECK(classify_difference(totals(9, 3, 0), totals(8, 3, 0), 3, false, cent) == Difference::unexplained);
  CHECK(classify_difference(totals(9, 3, 0), totals(9, 3, 5'000), 1, true, cent) == Difference::rounding);
}

TEST_CASE("the ends of the number range differ without overflow") {
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  CHECK(classify_difference(totals(0, 0, lowest), totals(0, 0, highest), 1, false, cent) == Difference::unexplained);
  CHECK(classify_difference(totals(0, 0, 0), totals(0, 0, highest), highest, false, won) == Difference::rounding);
}

TEST_CASE("currencies without decimals have a unit of one and all others of a hundredth") {
  for (const auto* currency : {"CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"}) {
    CHECK(currency_unit(currency) == won);
  }
  for (const auto* currency : {"USD", "EUR", "BHD", "JOD", ""}) CHECK(currency_unit(currency) == cent);
}

TEST_CASE("every class of difference has a name") {
  CHECK(to_string(Difference::not_asked) == "not_asked");
  CHECK(to_string(Difference::none) == "none");
  CHECK(to_string(Difference::rounding) == "rounding");
  CHECK(to_string(Difference::moving) == "moving");
  CHECK(to_string(Difference::unexplained) == "unexplained");
}
