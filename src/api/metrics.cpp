#include "api/metrics.h"

#include "api/scope_output.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace adfill {

namespace {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<std::pair<std::string, std::string>>;     // name, value
using Labelled = std::vector<std::pair<std::string, std::int64_t>>;  // label value, count

prometheus::ClientMetric metric(prometheus::MetricType type, std::int64_t value) {
  prometheus::ClientMetric one;
  // Prometheus numbers are doubles; counts stay exact up to 2^53.
  if (type == prometheus::MetricType::Counter) {
    one.counter.value = static_cast<double>(value);
  } else {
    one.gauge.value = static_cast<double>(value);
  }
  return one;
}

void add(Families& families, prometheus::MetricType type, std::string name, std::string help, std::int64_t value) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  family.metric.push_back(metric(type, value));
  families.push_back(std::move(family));
}

void add_metric(prometheus::MetricFamily& family, std::int64_t value, const Labels& labels) {
  auto one = metric(family.type, value);
  for (const auto& [name, word] : labels) {
    prometheus::ClientMetric::Label label;
    label.name = name;
    label.value = word;
    one.label.push_back(std::move(label));
  }
  family.metric.push_back(std::move(one));
}

void add_labelled(Families& families, prometheus::MetricType type, std::string name, std::string help,
                  const std::string& label, const Labelled& values) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  for (const auto& [word, value] : values) add_metric(family, value, {{label, word}});
  families.push_back(std::move(family));
}

void add_queue(Families& families, const QueueRecord& queue) {
  using enum prometheus::MetricType;
  const Labelled states{{"pending", queue.pending},
                        {"processing", queue.processing},
                        {"completed", queue.completed},
                        {"failed", queue.failed}};
  add_labelled(families, Gauge, "adfill_queue_chunks", "Chunks in the queue, by state", "state", states);
  add(families, Gauge, "adfill_queue_released", "Chunks that workers may take or hold now", queue.released);
  add(families, Gauge, "adfill_workers", "Workers known to the database",
      static_cast<std::int64_t>(queue.workers.size()));
  add(families, Gauge, "adfill_scopes_throttled", "Scopes that are left alone because a platform said so",
      static_cast<std::int64_t>(queue.throttled.size()));
  std::map<std::string, std::int64_t> calls;
  for (const auto& [scope, count] : queue.calls) calls[scope.substr(0, scope.find(':'))] += count.calls;
  const Labelled recent(calls.begin(), calls.end());
  if (!recent.empty())
    add_labelled(families, Gauge, "adfill_app_calls_15_days", "Calls of all apps in the last fifteen days", "source",
                 recent);
}

void add_worker(Families& families, const WorkerCounts& counts) {
  using enum prometheus::MetricType;
  add(families, Counter, "adfill_chunks_claimed_total", "Chunks claimed by this process", counts.chunks_claimed);
  const Labelled outcomes{
      {"completed", counts.chunks_completed}, {"failed", counts.chunks_failed}, {"retried", counts.chunks_retried}};
  add_labelled(families, Counter, "adfill_chunks_ended_total", "Attempts of this process, by outcome", "outcome",
               outcomes);
  add(families, Counter, "adfill_days_committed_total", "Days committed by this process", counts.days_committed);
  add(families, Counter, "adfill_rows_committed_total", "Rows of the days committed by this process",
      counts.rows_committed);
  add(families, Counter, "adfill_leases_lost_total", "Attempts of this process that lost their lease",
      counts.leases_lost);
  const Labelled failures(counts.failures.begin(), counts.failures.end());
  if (!failures.empty()) {
    add_labelled(families, Counter, "adfill_failures_total", "Failures met by this process, by kind", "kind", failures);
  }
  add(families, Gauge, "adfill_chunks_working", "Chunks this process works on now", counts.working_now);
}

void add_commit_times(Families& families, const CommitHistogram& times) {
  prometheus::MetricFamily family;
  family.name = "adfill_commit_seconds";
  family.help = "How long this process's transactions that commit days or creatives took";
  family.type = prometheus::MetricType::Histogram;
  prometheus::ClientMetric one;
  one.histogram.sample_count = static_cast<std::uint64_t>(times.count);
  one.histogram.sample_sum = times.seconds;
  std::uint64_t up_to_here = 0;
  for (std::size_t at = 0; at < times.within.size(); ++at) {
    up_to_here += static_cast<std::uint64_t>(times.within.at(at));
    prometheus::ClientMetric::Bucket bucket;
    bucket.cumulative_count = up_to_here;
    bucket.upper_bound = CommitHistogram::bounds.at(at);
    one.histogram.bucket.push_back(bucket);
  }
  family.metric.push_back(std::move(one));
  families.push_back(std::move(family));
}

void add_calls(Families& families, const Governor& governor, Instant now) {
  using enum prometheus::MetricType;
  prometheus::MetricFamily calls;
  calls.name = "adfill_platform_calls_total";
  calls.help =
      "Calls of this process to platforms, by what became of them: ok, the platform's error code, an HTTP status "
      "without one, or why there was no answer";
  calls.type = Counter;
  for (const auto& [key, count] : governor.call_counts().all())
    add_metric(calls, count, {{"source", key.first}, {"code", key.second}});
  if (!calls.metric.empty()) families.push_back(std::move(calls));
  std::int64_t refused = 0;
  for (const auto& [scope, state] : governor.scopes()) refused += state.refused;
  add(families, Counter, "adfill_platform_refusals_total",
      "Calls, and parts of batches, that a platform refused this process for a quota", refused);
  const auto figures = scope_figures(governor, now);
  const Labelled usage(figures.usage.begin(), figures.usage.end());
  const Labelled tiers(figures.tiers.begin(), figures.tiers.end());
  if (!usage.empty())
    add_labelled(families, Gauge, "adfill_quota_usage_percent", "The fullest limit of the fullest scope, by kind",
                 "kind", usage);
  if (!tiers.empty()) add_labelled(families, Gauge, "adfill_apps", "Apps, by tier of access", "tier", tiers);
}

}  // namespace

std::string metrics_text(const ApiContext& context, const std::optional<QueueRecord>& queue) {
  using enum prometheus::MetricType;
  Families families;
  add(families, Gauge, "adfill_store_up", "1 when the database answers", queue ? 1 : 0);
  if (queue) add_queue(families, *queue);
  if (context.worker != nullptr) add_worker(families, context.worker->counts());
  add_commit_times(families, context.pool.commit_times().histogram());
  add_calls(families, context.governor, context.clock.now());
  add(families, Gauge, "adfill_event_listeners", "Open event streams",
      static_cast<std::int64_t>(context.events.listeners()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace adfill
