// A machine of its own for tests: a store with its own connections, which goes by the database's clock.
#pragma once

#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace adfill {

[[nodiscard]] std::unique_ptr<Store> machine_at(const std::string& url, int window = 2);
// As home_at(), but the store goes by the database's clock, whatever the world thinks the time is.
[[nodiscard]] conformance::Home home_on_database_clock(const std::string& url);

IntegrationId add_account(Store& store, const std::string& account, const std::vector<PlannedJob>& jobs);
WorkerId register_worker(Store& store, std::uint64_t seed, Duration how_long = conformance::lease);
// Commits every open day of the chunk.
CommitResult collect(Store& store, const Claim& claim, int rows_a_day);

// Waits for something that another thread or process brings about.
template <class Condition>
void wait_until(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// Calls until the store answers again.
template <class Call>
auto when_back(const Call& call) {
  std::optional<decltype(call())> answer;
  wait_until([&] {
    try {
      answer.emplace(call());
    } catch (const StoreUnavailable&) {
    }
    return answer.has_value();
  });
  return *answer;
}

}  // namespace adfill
