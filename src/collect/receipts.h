// What is stored of each day against its receipt, and how fresh an account is: what adfill verify and adfill status
// tell. Blocking: for a thread that may wait for the store.
#pragma once

#include "store/store.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace adfill {

// A day whose figures are not what its receipt says.
struct ChangedDay {
  IntegrationRecord integration;
  CollectionType type = CollectionType::ads;
  CoverageRecord receipt;
  StoredDay stored;  // now
};

struct Verified {
  std::int64_t days = 0;  // compared
  std::int64_t without_hash =
      0;                     // of them, those whose receipt is older than hashes: only rows and totals are compared
  std::int64_t suspect = 0;  // of them, made doubtful by a fault of the platform
  std::vector<ChangedDay> changed{};
};

struct VerifyRequest {
  std::optional<IntegrationId> integration{};  // nullopt: all
  std::optional<Day> since{};
  std::optional<Day> until{};
};

// Counts, sums and hashes the stored rows of every covered day anew, some thousands at a time. nullopt: there is no
// such integration. A day that is committed meanwhile is looked at again before it counts as changed.
[[nodiscard]] std::optional<Verified> verify_receipts(Store& store, const VerifyRequest& request);

}  // namespace adfill
