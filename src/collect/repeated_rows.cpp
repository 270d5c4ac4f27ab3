#include "collect/repeated_rows.h"

#include "core/row_hash.h"

#include <cstdint>
#include <unordered_set>

namespace adfill {
namespace {

template <class Row>
void drop_repeated(std::vector<Row>& rows, DaySnapshot& snapshot) {
  std::unordered_set<std::uint64_t> seen;
  seen.reserve(rows.size());
  const auto came_before = [&](const Row& row) {
    if (seen.insert(row_hash(row, "", hash_of(row.details), false)).second) return false;
    snapshot.rows_read -= 1;
    snapshot.totals_read.impressions -= row.metrics.impressions;
    snapshot.totals_read.clicks -= row.metrics.clicks;
    snapshot.totals_read.cost.value -= row.metrics.cost.value;
    return true;
  };
  std::erase_if(rows, came_before);
}

}  // namespace

void drop_repeats(std::vector<AdRow>& rows, DaySnapshot& snapshot) {
  drop_repeated(rows, snapshot);
}

void drop_repeats(std::vector<DemographicRow>& rows, DaySnapshot& snapshot) {
  drop_repeated(rows, snapshot);
}

}  // namespace adfill
