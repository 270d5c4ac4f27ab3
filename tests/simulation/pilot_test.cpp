// The size that works is learned by one chunk: the newest of each type, which goes alone.
#include "simulation/backfill.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace adfill::simulation {
namespace {

// Some ten days of the account's ads fit into a report.
BackfillCase choking(std::uint64_t seed) {
  return {.seed = seed, .ads = 25, .report_ms = 3000, .row_budget = 160};
}

// Chunks of the type that were ever begun.
std::vector<ChunkRecord> begun(Backfill& backfill, CollectionType type) {
  std::vector<ChunkRecord> all;
  for (const auto& job : backfill.store().jobs({.limit = 50})) {
    if (job.type != type) continue;
    for (auto& chunk : backfill.store().chunks(job.id)) {
      if (chunk.started_at) all.push_back(chunk);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("until the first days of a type are there its newest chunk alone is worked on, and then the others too") {
  spdlog::set_level(spdlog::level::off);
  for (const bool newest_first : {false, true}) {
    auto what = choking(5);
    what.newest_first = newest_first;
    Backfill backfill(what);
    std::map<CollectionType, std::size_t> most;
    const auto took = backfill.collect([&] {
      for (const auto type : {CollectionType::ads, CollectionType::demographics}) {
        if (!backfill.store().coverage(backfill.integration(), type).empty()) continue;
        const auto chunks = begun(backfill, type);
        most[type] = std::max(most[type], chunks.size());
        for (const auto& chunk : chunks) CHECK(chunk.range.until == backfill.yesterday());
      }
    });
    CHECK(most == std::map<CollectionType, std::size_t>{{CollectionType::ads, 1}, {CollectionType::demographics, 1}});
    CHECK(took.rows > 0);
  }
}

TEST_CASE("an account that bears few days a report refuses a pilot's sizes only") {
  spdlog::set_level(spdlog::level::off);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    auto what = choking(seed);
    what.types = {CollectionType::ads};
    Backfill backfill(what);
    const auto took = backfill.collect();
    MESSAGE("reports asked for " << took.reports << ", given up " << took.given_up << ", calls " << took.calls
                                 << ", seconds " << took.seconds);
    CHECK(took.given_up > 0);
  }
}

// For docs/platforms/meta.md: prints, holds nothing.
TEST_CASE("figures of pilots") {
  if (std::getenv("ADFILL_PILOT_FIGURES") == nullptr) return;
  spdlog::set_level(spdlog::level::off);
  for (const int budget : {0, 160}) {
    for (const int window : {2, 6}) {
      for (const int report_ms : {3000, 25'000}) {
        for (const bool ads_only : {false, true}) {
          for (const bool pilot : {false, true}) {
            Took sum;
            for (std::uint64_t seed = 1; seed <= 10; ++seed) {
              BackfillCase what{.seed = seed,
                                .ads = 25,
                                .report_ms = report_ms,
                                .row_budget = budget,
                                .pilot = pilot,
                                .window = window};
              if (ads_only) what.types = {CollectionType::ads};
              const auto took = Backfill(what).collect();
              sum.seconds += took.seconds / 10;
              sum.calls += took.calls;
              sum.reports += took.reports;
              sum.given_up += took.given_up;
            }
            MESSAGE("budget " << budget << ", window " << window << ", pilot " << pilot << ", reports of " << report_ms
                              << " ms, " << (ads_only ? std::string("ads only") : std::string("all types"))
                              << ": seconds " << sum.seconds << ", calls " << static_cast<double>(sum.calls) / 10
                              << ", reports " << static_cast<double>(sum.reports) / 10 << ", given up "
                              << static_cast<double>(sum.given_up) / 10);
          }
        }
      }
    }
  }
}

}  // namespace adfill::simulation
