#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <map>
#include <utility>

namespace adfill::conformance {

std::vector<Home>& homes() {
  static std::vector<Home> all;
  return all;
}

RegisteredHome::RegisteredHome(std::string name, MakeStore make) {
  homes().push_back({std::move(name), std::move(make)});
}

void on_each_store(const std::function<void(World&)>& test, int window) {
  REQUIRE_FALSE(homes().empty());
  for (const Home& home : homes()) {
    CAPTURE(home.name);
    World world(home, window);
    test(world);
    world.check();
  }
}

World::World(const Home& home, int window, std::uint64_t seed) : random(seed) {
  StoreSetup setup;
  setup.now = [this] { return now; };
  setup.new_uuid = [this] { return Uuid::draw(random); };
  setup.window = window;
  setup.retry = short_waits;
  store = home.make(setup);
  worker = WorkerId::draw(random);
  store->register_worker(worker, "here", 1, lease);
}

IntegrationId World::add_new_account(const std::string& account, const std::vector<PlannedJob>& jobs,
                                     const std::string& advertiser) {
  NewIntegration integration;
  integration.advertiser_name = advertiser;
  integration.account_id = account;
  integration.account_name = "Shop";
  integration.currency = "USD";
  integration.time_zone = "Asia/Seoul";
  integration.sealed_credentials = "sealed";
  integration.scopes = {"app", "account " + account};
  integration.id = IntegrationId::draw(random);
  const auto added = store->add_integration(integration, jobs, "test");
  REQUIRE(added.has_value());
  pass(std::chrono::milliseconds(1));
  return integration.id;
}

IntegrationId World::add_account(const std::string& account, const std::vector<PlannedJob>& jobs,
                                 const std::string& advertiser) {
  const IntegrationId integration = add_new_account(account, {}, advertiser);
  for (const auto type : {CollectionType::ads, CollectionType::demographics})
    store->remember_slice_days(integration, type, 90);
  if (!jobs.empty()) REQUIRE(store->enqueue(integration, jobs, "test").has_value());
  return integration;
}

JobId World::add_job(const PlannedJob& job, const std::string& account) {
  const IntegrationId integration = add_account(account, {});
  return store->enqueue(integration, {job}, "test")->jobs.at(0).id;
}

std::vector<Claim> World::claim(int limit) {
  (void)store->heartbeat(worker, lease);
  return store->claim(worker, limit);
}

std::optional<Claim> World::claim_one() {
  auto claims = claim(1);
  return claims.empty() ? std::nullopt : std::optional(std::move(claims.front()));
}

CommitResult World::collect(const Claim& claim, int rows_a_day) {
  const Asked asked = store->draw_asked();
  if (claim.type == CollectionType::creatives) {
    CreativesCommit commit{claim.token, asked, now, {}, true};
    for (int ad = 0; ad < rows_a_day; ++ad) commit.rows.push_back(creative("ad-" + std::to_string(ad)));
    return store->commit_creatives(commit);
  }
  DaysCommit commit{claim.token, {}};
  for (const Day day : claim.open_days) {
    commit.days.push_back(claim.type == CollectionType::ads
                              ? snapshot_of(day, asked, ad_rows(day, rows_a_day))
                              : snapshot_of(day, asked, demographic_rows(day, rows_a_day)));
  }
  return store->commit_days(commit);
}

void World::collect_all() {
  while (const auto claimed = claim_one()) REQUIRE(collect(*claimed).state == CommitResult::State::done);
}

Outcome World::end(const Claim& claim, Failure::Kind kind, const Verdict& verdict) {
  return store->end_attempt(claim.token, Failure(kind, "the platform's words"), verdict, claim.credentials_version);
}

JobRecord World::job(JobId id) {
  const auto record = store->job(id);
  REQUIRE(record.has_value());
  return *record;
}

IntegrationRecord World::integration(IntegrationId id) {
  const auto record = store->integration(id);
  REQUIRE(record.has_value());
  return *record;
}

CoverageRecord World::covered(IntegrationId id, Day day, CollectionType type) {
  for (const auto& record : store->coverage(id, type)) {
    if (record.day == day) return record;
  }
  FAIL("no coverage of ", day.to_string());
  return {};
}

Metrics World::totals(IntegrationId id, CollectionType type) {
  PerformanceFilter filter;
  filter.integration = id;
  filter.type = type;
  const auto groups = store->performance(filter);
  REQUIRE(groups.size() <= 1);
  return groups.empty() ? Metrics{} : groups.front().metrics;
}

void World::check() {
  JobFilter filter;
  filter.limit = 1'000;
  std::map<ChunkStatus, std::int64_t> all;
  for (const JobRecord& record : store->jobs(filter)) {
    std::map<ChunkStatus, int> count;
    for (const ChunkRecord& chunk : store->chunks(record.id)) {
      ++count[chunk.status];
      ++all[chunk.status];
      CHECK(chunk.retry_count <= chunk.max_retries);
      CHECK((chunk.completed_at.has_value()) ==
            (chunk.status == ChunkStatus::completed || chunk.status == ChunkStatus::failed));
    }
    const int open = count[ChunkStatus::pending] + count[ChunkStatus::processing];
    CAPTURE(record.id.to_string());
    CHECK(record.chunks_completed == count[ChunkStatus::completed]);
    CHECK(record.chunks_failed == count[ChunkStatus::failed]);
    CHECK(record.chunks_total == open + record.chunks_completed + record.chunks_failed);
    CHECK(is_final(record.status) == (open == 0));
    CHECK(record.completed_at.has_value() == (open == 0));
    if (record.status == JobStatus::completed) CHECK(record.chunks_failed == 0);
    if (record.status == JobStatus::failed) CHECK(record.chunks_completed == 0);
    if (record.status == JobStatus::partial) CHECK(record.chunks_failed * record.chunks_completed > 0);
  }
  const QueueRecord queue = store->queue();
  CHECK(queue.pending == all[ChunkStatus::pending]);
  CHECK(queue.processing == all[ChunkStatus::processing]);
  CHECK(queue.completed == all[ChunkStatus::completed]);
  CHECK(queue.failed == all[ChunkStatus::failed]);
  CHECK(queue.released <= queue.pending + queue.processing);
  if (queue.pending > 0) CHECK(queue.released > 0);
  std::int64_t held = 0;
  for (const WorkerRecord& alive : queue.workers) held += alive.chunks;
  CHECK(held == queue.processing);
}

PlannedJob plan_from(Day since, int chunks, int chunk_days, JobMode mode, CollectionType type) {
  PlannedJob job;
  job.type = type;
  job.mode = mode;
  job.range = {since, since.plus(chunks * chunk_days - 1)};
  for (int index = 0; index < chunks; ++index) {
    const Day begin = since.plus(index * chunk_days);
    job.chunks.push_back({begin, begin.plus(chunk_days - 1)});
  }
  return job;
}

PlannedJob plan(int chunks, int chunk_days, JobMode mode, CollectionType type) {
  return plan_from(first_day, chunks, chunk_days, mode, type);
}

std::vector<AdRow> ad_rows(Day day, int count, std::int64_t cost) {
  std::vector<AdRow> rows;
  for (int ad = 0; ad < count; ++ad) {
    AdRow& row = rows.emplace_back();
    row.day = day;
    row.ad_id = "ad-" + std::to_string(ad);
    row.campaign_ad_id = row.ad_id;
    row.campaign_id = "campaign-" + std::to_string(ad % 2);
    row.campaign_name = "Campaign " + std::to_string(ad % 2);
    row.ad_group_id = "group";
    row.ad_group_name = "Group";
    row.ad_name = "Ad " + std::to_string(ad);
    row.metrics = {100 + ad, 10, Micros{cost + ad}, Micros{500'000}, Micros{7'000'000}};
    row.reach = 90;
    row.details = R"({"frequency":"1.1"})";
  }
  return rows;
}

std::vector<DemographicRow> demographic_rows(Day day, int count) {
  std::vector<DemographicRow> rows;
  for (int group = 0; group < count; ++group) {
    DemographicRow& row = rows.emplace_back();
    row.day = day;
    row.breakdown = "age_gender";
    row.gender = group % 2 == 0 ? "female" : "male";
    row.age = std::to_string(18 + group / 2) + "+";
    row.metrics = {50, 5, Micros{250'000}, Micros{}, Micros{}};
    row.details = "{}";
  }
  return rows;
}

namespace {

template <class Row>
DaySnapshot snapshot_of_rows(Day day, Asked asked, std::vector<Row> rows) {
  DaySnapshot snapshot;
  snapshot.day = day;
  snapshot.asked = asked;
  snapshot.as_of = Instant(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1));
  snapshot.report_id = "report";
  snapshot.rows_read = static_cast<std::int64_t>(rows.size());
  for (const Row& row : rows) REQUIRE(snapshot.totals_read.add(totals_of(row.metrics)));
  snapshot.platform = snapshot.totals_read;
  snapshot.rows = std::move(rows);
  return snapshot;
}

}  // namespace

DaySnapshot snapshot_of(Day day, Asked asked, std::vector<AdRow> rows) {
  return snapshot_of_rows(day, asked, std::move(rows));
}
DaySnapshot snapshot_of(Day day, Asked asked, std::vector<DemographicRow> rows) {
  return snapshot_of_rows(day, asked, std::move(rows));
}

Creative creative(const std::string& ad_id, const std::string& title) {
  Creative row;
  row.ad_id = ad_id;
  row.title = title;
  row.status = "ACTIVE";
  row.details = "{}";
  return row;
}

DaysCommit commit_of(const Claim& claim, std::vector<DaySnapshot> days) {
  return {claim.token, std::move(days)};
}

Verdict retry_at(Instant due, bool uses_retry) {
  Verdict verdict;
  verdict.action = Verdict::Action::retry;
  verdict.due = due;
  verdict.uses_retry = uses_retry;
  return verdict;
}

Verdict verdict_of(Verdict::Action action) {
  Verdict verdict;
  verdict.action = action;
  return verdict;
}

}  // namespace adfill::conformance
