// A backfill played through without a call: its reports made, polled and read as meta_slice.cpp does it, each call when
// the account's quotas let it through. It is played some times over, since how long a report takes and when it is
// polled is chance.
#pragma once

#include "platform/connector.h"
#include "platform/meta/meta_report_times.h"
#include "platform/meta/meta_usage.h"

#include <vector>

namespace adfill {

struct MetaStage {
  const MetaScopes& scopes;
  const Governor& governor;
  const MetaReportTimes& report_times;
  Duration poll_base{};
  Instant begin{};
};

// Reports take the probe's time give or take a quarter. Chunks are begun in order, `at_once` side by side.
[[nodiscard]] Rehearsal rehearse(const MetaStage& stage, const std::vector<PlannedChunk>& chunks,
                                 const AccountProbe& probe, int at_once);

}  // namespace adfill
