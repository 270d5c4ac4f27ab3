// /metrics: what this process counted and what the queue holds, in Prometheus text. No names and no account ids.
#pragma once

#include "api/service.h"
#include "store/records.h"

#include <optional>
#include <string>

namespace adfill {

// `queue` nullopt: the store did not answer, which is a metric too.
[[nodiscard]] std::string metrics_text(const ApiContext& context, const std::optional<QueueRecord>& queue);

}  // namespace adfill
