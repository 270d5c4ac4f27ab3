#include "store/commit_group.h"

namespace adfill {

namespace {

CommitOutcome commit_alone(Store& store, const DaysCommit& commit) {
  try {
    return store.commit_days(commit);
  } catch (...) {
    return std::unexpected(std::current_exception());
  }
}

}  // namespace

std::vector<CommitOutcome> commit_each(Store& store, std::span<const DaysCommit> commits) {
  std::vector<CommitOutcome> outcomes;
  outcomes.reserve(commits.size());
  for (const DaysCommit& commit : commits) outcomes.push_back(commit_alone(store, commit));
  return outcomes;
}

}  // namespace adfill
