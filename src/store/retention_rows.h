// What is old, read in pieces of a transaction. `Columns` is a home's own row of a result.
#pragma once

#include "store/records.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

namespace adfill {

// So much a transaction: it is over before anybody has waited for it.
inline constexpr int changes_at_once = 100;
inline constexpr std::int64_t rows_at_once = 5'000;
inline constexpr int jobs_at_once = 20;

struct OldChange {
  std::int64_t id = 0;
  IntegrationId integration;
  CollectionType type = CollectionType::ads;
  Day day;
  Instant at;
};

// From list_old_changes; in the order in which receipts are locked.
template <class Columns>
[[nodiscard]] std::vector<OldChange> read_old_changes(Columns row) {
  std::vector<OldChange> changes;
  std::int64_t rows = 0;
  while (rows < rows_at_once && row.step()) {
    OldChange& change = changes.emplace_back();
    change.id = row.next_integer();
    change.integration = row.template next<IntegrationId>();
    change.type = row.template next<CollectionType>();
    change.day = row.template next<Day>();
    change.at = row.template next<Instant>();
    rows += row.next_integer();
  }
  std::ranges::sort(changes, {}, [](const OldChange& change) {
    return std::tuple(change.integration, to_string(change.type), change.day, change.id);
  });
  return changes;
}

}  // namespace adfill
