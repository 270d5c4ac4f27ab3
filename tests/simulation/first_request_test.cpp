// What an attempt does before the platform hears of it.
#include "simulation/backfill.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

namespace adfill::simulation {

TEST_CASE("the number of an attempt's first request comes with its claim, and no other is drawn for it") {
  spdlog::set_level(spdlog::level::off);
  Backfill backfill({.seed = 3, .days = 1, .types = {CollectionType::ads, CollectionType::creatives}});
  (void)backfill.collect();
  constexpr std::int64_t jobs = 2;
  constexpr std::int64_t claims = 2;
  const auto days = backfill.store().coverage(backfill.integration(), CollectionType::ads);
  REQUIRE(days.size() == 1);
  CHECK(days[0].asked.number > jobs);
  CHECK(days[0].asked.number <= jobs + claims);
  CHECK(backfill.store().draw_asked().number == jobs + claims + 1);
}

}  // namespace adfill::simulation
