// What both homes do when commits can't share a transaction.
#pragma once

#include "store/store.h"

#include <span>
#include <vector>

namespace adfill {

// Each in a transaction of its own, one after the other.
[[nodiscard]] std::vector<CommitOutcome> commit_each(Store& store, std::span<const DaysCommit> commits);

}  // namespace adfill
