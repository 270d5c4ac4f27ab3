// Making jobs inside a transaction: what enqueue() and add_integration() share.
#pragma once

#include "store/postgres/transaction.h"
#include "store/store.h"

#include <string>
#include <vector>

namespace adfill::postgres {

// Jobs that were made, or found open, and whose records are still on their way.
struct SentJobs {
  std::vector<JobId> ids{};
  std::vector<Answer> records{};
  bool all_new = true;
  bool any_new = false;
};

// Asks which of them are open already. Requires: no two of them are alike.
[[nodiscard]] std::vector<Answer> find_open_jobs(Transaction& transaction, IntegrationId integration,
                                                 const std::vector<PlannedJob>& jobs);
// Sends what makes the jobs with their chunks, but for those that are open, and fills the integration's window.
// Requires: the integration is locked, or this transaction's own.
[[nodiscard]] SentJobs insert_jobs(Transaction& transaction, IntegrationId integration,
                                   const std::vector<PlannedJob>& jobs, const std::vector<Answer>& open,
                                   const std::string& who);
// As they are at the end of insert_jobs(). Also when the transaction is committed: then nobody waits twice.
[[nodiscard]] EnqueuedJobs take_jobs(Transaction& transaction, const SentJobs& sent);

}  // namespace adfill::postgres
