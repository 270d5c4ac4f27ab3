// The worker, simulated from seeds. One seed by hand: test_simulation --test-case='one seed' with
// ADFILL_SIMULATION_SEED=N (and ADFILL_SIMULATION_TRACE=1 for what happened); more of them:
// ADFILL_SIMULATION_SEEDS=3000.
#include "simulation/world.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoull(text);
}

void run_seed(std::uint64_t seed, bool trace = false) {
  spdlog::set_level(trace ? spdlog::level::info : spdlog::level::off);
  INFO("replay with ADFILL_SIMULATION_SEED=" << seed);
  CHECK_NOTHROW(adfill::simulation::World(seed, trace).run());
}

}  // namespace

TEST_CASE("whatever fails, nothing is lost, nothing is counted twice, and every job comes to its end") {
  const auto seeds = number_from("ADFILL_SIMULATION_SEEDS", 200);
  const auto first = number_from("ADFILL_SIMULATION_FIRST", 1);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) run_seed(seed);
}

TEST_CASE("a seed that once failed stays mended") {
  std::ifstream file("tests/simulation/seeds.txt");
  std::uint64_t seed = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    seed = std::stoull(line);
    run_seed(seed);
  }
}

TEST_CASE("one seed") {
  const auto seed = number_from("ADFILL_SIMULATION_SEED", 7);
  run_seed(seed, std::getenv("ADFILL_SIMULATION_TRACE") != nullptr);
}

TEST_CASE("the same seed is the same history") {
  spdlog::set_level(spdlog::level::off);
  for (const std::uint64_t seed : {11U, 12U, 13U}) {
    adfill::simulation::World first(seed);
    adfill::simulation::World second(seed);
    first.run();
    second.run();
    CHECK(first.history() == second.history());
  }
}
