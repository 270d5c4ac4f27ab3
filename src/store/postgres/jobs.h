// Making jobs inside a transaction: what enqueue() and add_integration() share.
#pragma once

#include "store/postgres/transaction.h"
#include "store/store.h"

#include <string>
#include <vector>

namespace adfill::postgres {

// Makes the jobs with their chunks, or finds those that are open already, and fills the integration's window.
[[nodiscard]] EnqueuedJobs insert_jobs(Transaction& transaction, IntegrationId integration,
                                       const std::vector<PlannedJob>& jobs, const std::string& who);

}  // namespace adfill::postgres
