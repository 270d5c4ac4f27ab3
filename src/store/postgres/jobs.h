// Making jobs inside a transaction: what enqueue() and add_integration() share.
#pragma once

#include "store/postgres/transaction.h"
#include "store/store.h"

#include <string>
#include <vector>

namespace adfill::postgres {

// Jobs that are made, or found open, and whose records are still on their way.
struct SentJobs {
  std::vector<JobId> ids{};  // of those that are made
  std::vector<Answer> records{};
};

// Sends what makes the jobs with their chunks, but for those that are open, and fills the integration's window.
// Requires: the integration is locked, or this transaction's own; no two of the jobs are alike.
[[nodiscard]] SentJobs send_jobs(Transaction& transaction, IntegrationId integration,
                                 const std::vector<PlannedJob>& jobs, const std::string& who);
// As they are at the end of send_jobs(). Also when the transaction is committed: then nobody waits twice.
[[nodiscard]] EnqueuedJobs take_jobs(Transaction& transaction, const SentJobs& sent);

}  // namespace adfill::postgres
