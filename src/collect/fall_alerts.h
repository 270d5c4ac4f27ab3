// Falls of metrics as alerts: one a platform and metric, open until most of its accounts have the metric back. While it
// is open their days are suspect; when it is over those are collected again.
#pragma once

#include "collect/alert_rules.h"
#include "collect/metric_falls.h"

#include <vector>

namespace adfill {

// How many days back accounts have to be judged: as far as the oldest open fall.
[[nodiscard]] int look_back_of(const AlertSnapshot& snapshot, const FallRules& rules);

// What `verdicts` on all accounts change about the falls that are open. Requires: the snapshot has its suspicions.
[[nodiscard]] AlertDecision decide_falls(const AlertSnapshot& snapshot, const std::vector<MetricVerdict>& verdicts,
                                         const FallRules& rules, Duration repeat);

// As those may read it who see some advertisers only: a fall without how many accounts there are.
[[nodiscard]] AlertRecord without_counts(AlertRecord alert);

}  // namespace adfill
