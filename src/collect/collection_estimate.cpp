// The price of a range of an integration that is there. What the platform is asked for is only what would run anew.
#include "collect/initial_collection.h"
#include "collect/sealed_credentials.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr int jobs_looked_at = 200;  // open ones of a type, of either state
constexpr std::size_t jobs_told = 20;

bool overlap(DayRange left, DayRange right) {
  return left.since <= right.until && right.since <= left.until;
}

std::vector<JobRecord> open_jobs(Store& store, IntegrationId integration, const PlannedJob& planned) {
  std::vector<JobRecord> open;
  for (const auto status : {JobStatus::running, JobStatus::pending}) {
    JobFilter filter;
    filter.integration = integration;
    filter.status = status;
    filter.type = planned.type;
    filter.limit = jobs_looked_at;
    for (auto& job : store.jobs(filter)) {
      if (overlap(job.range, planned.range)) open.push_back(std::move(job));
    }
  }
  return open;
}

// The days of the range that the job's open chunks have.
std::set<Day> days_to_do(Store& store, const JobRecord& job, DayRange range) {
  std::set<Day> days;
  for (const auto& chunk : store.chunks(job.id)) {
    if (chunk.status != ChunkStatus::pending && chunk.status != ChunkStatus::processing) continue;
    const Day until = std::min(chunk.range.until, range.until);
    for (Day day = std::max(chunk.range.since, range.since); day <= until; day = day.plus(1)) days.insert(day);
  }
  return days;
}

bool is_same_request(const JobRecord& job, const PlannedJob& planned) {
  return job.mode == planned.mode && job.range.since == planned.range.since && job.range.until == planned.range.until;
}

TypeOutlook look_at_type(Store& store, IntegrationId integration, const PlannedJob& planned, KnownDays& known) {
  TypeOutlook outlook{.price = {.type = planned.type}};
  std::set<Day> collecting;
  for (auto& job : open_jobs(store, integration, planned)) {
    const auto days = days_to_do(store, job, planned.range);
    if (is_same_request(job, planned)) outlook.found = job.id;
    if (days.empty() && outlook.found != job.id) continue;
    collecting.insert(days.begin(), days.end());
    if (outlook.open_jobs.size() < jobs_told || outlook.found == job.id) outlook.open_jobs.push_back(std::move(job));
  }
  if (planned.type == CollectionType::creatives) return outlook;
  TypeOutlook::Days days{.total = planned.range.length(), .collecting = static_cast<int>(collecting.size())};
  for (const auto& day : store.coverage(integration, planned.type)) {
    if (day.state == DayState::gap) continue;
    known.types.insert(planned.type);
    if (!planned.range.contains(day.day)) continue;
    days.covered += 1;
    if (!day.pinned_at) continue;
    days.pinned += 1;
    known.pinned[planned.type].insert(day.day);
  }
  outlook.days = days;
  return outlook;
}

// The jobs that the request would make, and not find.
std::vector<PlannedJob> new_jobs(const std::vector<PlannedJob>& jobs, const std::vector<TypeOutlook>& types) {
  std::vector<PlannedJob> fresh;
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    if (!types[index].found) fresh.push_back(jobs[index]);
  }
  return fresh;
}

bool asks_for_something(const PlannedJob& job, const PinnedDays& pinned) {
  const auto kept = pinned.find(job.type);
  return job.type == CollectionType::creatives || kept == pinned.end() ||
         static_cast<int>(kept->second.size()) < job.range.length();
}

// The prices of the new jobs, at their types' places.
CollectionEstimate put_together(Estimate priced, std::vector<TypeOutlook> types) {
  for (auto& type : types) {
    for (const auto& price : priced.types) {
      if (price.type == type.price.type) type.price = price;
    }
  }
  priced.types.clear();
  for (const auto& type : types) priced.types.push_back(type.price);
  return {.total = std::move(priced), .types = std::move(types)};
}

}  // namespace

std::vector<TypeOutlook> look_at_days(Store& store, IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                      KnownDays& known) {
  std::vector<TypeOutlook> types;
  types.reserve(jobs.size());
  for (const auto& job : jobs) types.push_back(look_at_type(store, integration, job, known));
  return types;
}

asio::awaitable<std::expected<CollectionEstimate, Refusal>> InitialCollection::estimate(IntegrationId integration,
                                                                                        RangeRequest request) {
  struct Known {
    std::optional<IntegrationRecord> integration{};
    std::optional<SealedCredentials> credentials{};
  };
  auto read = [integration](Store& store) {
    return Known{.integration = store.integration(integration), .credentials = store.credentials(integration)};
  };
  const Known known = co_await pool_.run(std::move(read));
  if (!known.integration || !known.credentials) co_return std::unexpected(no_such_integration());
  const auto& record = *known.integration;
  const auto found = connectors_.find(record.source);
  if (found == connectors_.end()) co_return std::unexpected(can_not_collect_from(record.source));
  Connector& connector = *found->second;
  const auto jobs = plan(connector, record.time_zone, request, "");
  if (!jobs) co_return std::unexpected(jobs.error());
  auto look = [integration, jobs = *jobs](Store& store) {
    KnownDays there;
    auto types = look_at_days(store, integration, jobs, there);
    return std::pair(std::move(types), std::move(there));
  };
  const auto [types, there] = co_await pool_.run(std::move(look));

  const auto fresh = new_jobs(*jobs, types);
  VerifiedAccount verified{.account_id = record.account_id,
                           .name = record.account_name,
                           .currency = record.currency,
                           .time_zone = record.time_zone};
  ProbeRequest question{.account = verified, .range = {request.since, request.until}};
  for (const auto& job : fresh) {
    if (asks_for_something(job, there.pinned)) question.types.push_back(job.type);
  }
  AccountProbe probe;
  if (!question.types.empty()) {
    auto credentials = open_credentials(secrets_, known.credentials->sealed, integration);
    if (!credentials) co_return std::unexpected(refusal_of(unreadable_credentials()));
    const auto account = co_await verify(connector, record.account_id, *credentials);
    if (!account) co_return std::unexpected(account.error());
    verified = *account;
    question.account = verified;
    question.credentials = std::move(*credentials);
    auto probed = co_await connector.probe(std::move(question));
    if (!probed) co_return std::unexpected(refusal_of(probed.error()));
    probe = std::move(*probed);
  }
  std::expected<CollectionEstimate, Refusal> answer =
      put_together(adfill::estimate(connector, verified, fresh, probe, there), types);
  co_return answer;
}

}  // namespace adfill
