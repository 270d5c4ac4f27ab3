// Jobs that a command has requested: told as they are, or watched until they are done. Where no other process works on
// the database, the command works itself.
#pragma once

#include "command_line.h"
#include "process.h"
#include "store/store.h"

#include <optional>
#include <vector>

namespace adfill {

void print_queued(const EnqueuedJobs& queued);

// Stays until all are final or a signal came, showing progress; then prints them. The exit code: 0 when all of them are
// completed.
int wait_and_tell(const CommandLine& line, Process& process, const std::vector<JobRecord>& queued,
                  std::optional<IntegrationId> integration);

}  // namespace adfill
