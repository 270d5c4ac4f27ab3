// What must hold after every step, read through the store's own door.
#include "simulation/world.h"

#include <boost/json.hpp>

namespace adfill::simulation {

void World::check_invariants() {
  for (const auto& job : store_->jobs({.limit = 500})) check_job(job);
  for (const auto& integration : store_->integrations({})) {
    check_coverage(integration, CollectionType::ads);
    check_coverage(integration, CollectionType::demographics);
  }
}

void World::check_job(const JobRecord& job) {
  int completed = 0;
  int failed = 0;
  int open = 0;
  for (const auto& chunk : store_->chunks(job.id)) {
    completed += chunk.status == ChunkStatus::completed ? 1 : 0;
    failed += chunk.status == ChunkStatus::failed ? 1 : 0;
    open += chunk.status == ChunkStatus::pending || chunk.status == ChunkStatus::processing ? 1 : 0;
    expect(chunk.retry_count >= 0 && chunk.retry_count <= chunk.max_retries, "retry_count stays within its bounds");
    if (chunk.status == ChunkStatus::completed && job.type != CollectionType::creatives && chunk.notice.empty()) {
      expect(chunk.days_done == chunk.range.length(), "a completed chunk has all of its days");
    }
  }
  const auto name = "job " + job.id.to_string();
  expect(job.chunks_completed == completed && job.chunks_failed == failed,
         name + "'s counters are the counts of its chunks");
  expect(job.chunks_total == completed + failed + open, name + " has all of its chunks");
  expect(is_final(job.status) == (open == 0), name + " is final exactly when all of its chunks are");
  if (job.status == JobStatus::completed) expect(failed == 0, name + " is completed only if no chunk failed");
  if (job.status == JobStatus::partial) expect(failed > 0 && completed > 0, name + " is partial only if some failed");
  if (job.status == JobStatus::failed) expect(completed == 0, name + " is failed only if all failed");
}

void World::check_coverage(const IntegrationRecord& integration, CollectionType type) {
  std::map<std::string, PerformanceRecord> stored;
  for (auto& group :
       store_->performance({.integration = integration.id, .type = type, .group = PerformanceGroup::day})) {
    stored.emplace(group.key, group);
  }
  for (const auto& day : store_->coverage(integration.id, type)) {
    if (day.asked.number == 0) continue;  // a gap
    auto& newest = newest_[{integration.id, type, day.day}];
    expect(newest <= day.asked, day.day.to_string() + " never goes back to an older snapshot");
    newest = day.asked;
    if (day.rows_absent > 0) continue;  // kept without being in the snapshot
    const auto found = stored.find(day.day.to_string());
    const Metrics none;
    const auto& metrics = found == stored.end() ? none : found->second.metrics;
    expect((found == stored.end() ? 0 : found->second.rows) == day.rows && totals_of(metrics) == day.stored,
           day.day.to_string() + "'s rows are what its receipt says");
    if (found != stored.end()) stored.erase(found);
  }
  for (const auto& [day, rows] : stored) {
    const auto kept = Day::parse(day);
    expect(kept && newest_.contains({integration.id, type, *kept}), day + " has rows only with a receipt");
  }
}

void World::check_against_platform(const IntegrationRecord& integration, CollectionType type) {
  const auto truth = boost::json::parse(
      ask_platform("GET", "/simulator/truth",
                   "account=" + integration.account_id + "&since=" + history_range_.since.to_string() +
                       "&until=" + history_range_.until.to_string() + "&type=" + std::string(to_string(type))));
  PerformanceFilter filter{
      .integration = integration.id, .type = type, .since = history_range_.since, .until = history_range_.until};
  const auto totals = store_->performance(filter);
  expect(totals.size() <= 1, "one account has one currency");
  const PerformanceRecord none{};
  const auto& stored = totals.empty() ? none : totals.front();
  const auto same = [&](const char* field, std::int64_t value) {
    expect(truth.at(field).to_number<std::int64_t>() == value,
           integration.account_id + "'s " + std::string(to_string(type)) + " " + field + " " + std::to_string(value) +
               " equal the platform's " + boost::json::serialize(truth.at(field)));
  };
  same("rows", stored.rows);
  same("impressions", stored.metrics.impressions);
  same("clicks", stored.metrics.clicks);
  expect(parse_micros(truth.at("cost").as_string()).value() == stored.metrics.cost,
         integration.account_id + "'s cost equals the platform's");
}

}  // namespace adfill::simulation
