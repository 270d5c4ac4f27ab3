// What the conformance suite needs around a store: a clock it sets, ids from a seed, accounts, plans and snapshots. The
// suite knows Store alone; each home registers how one is made, and every test case runs on all of them.
#pragma once

#include "core/random.h"
#include "store/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace adfill::conformance {

struct StoreSetup {
  std::function<Instant()> now;
  std::function<Uuid()> new_uuid;
  int window = 2;
  RetryRule retry{};
};
// A store with a fresh schema.
using MakeStore = std::function<std::unique_ptr<Store>(const StoreSetup&)>;

struct Home {
  std::string name;
  MakeStore make;
};
[[nodiscard]] std::vector<Home>& homes();
struct RegisteredHome {
  RegisteredHome(std::string name, MakeStore make);
};

inline constexpr Duration lease = std::chrono::seconds(60);
inline constexpr RetryRule short_waits{.base = std::chrono::seconds(1), .cap = std::chrono::seconds(5)};
inline const Day first_day{2025, 1, 1};

class World {
 public:
  explicit World(const Home& home, int window = 2, std::uint64_t seed = 1);

  // An account with these jobs, of which nothing is known yet; every job's chunks are pending.
  IntegrationId add_new_account(const std::string& account, const std::vector<PlannedJob>& jobs,
                                const std::string& advertiser = "Acme");
  // One whose sizes are known, so that its backfills need no pilot.
  IntegrationId add_account(const std::string& account, const std::vector<PlannedJob>& jobs,
                            const std::string& advertiser = "Acme");
  // The only job of a new account.
  JobId add_job(const PlannedJob& job, const std::string& account = "act_1");
  // One chunk or none; the worker's lease is alive.
  std::optional<Claim> claim_one();
  std::vector<Claim> claim(int limit);
  // Commits every open day of the chunk, with these rows a day; or the whole listing, for creatives.
  CommitResult collect(const Claim& claim, int rows_a_day = 2);
  // Claims and collects until nothing is left that may run now.
  void collect_all();
  Outcome end(const Claim& claim, Failure::Kind kind, const Verdict& verdict);
  [[nodiscard]] JobRecord job(JobId id);
  [[nodiscard]] IntegrationRecord integration(IntegrationId id);
  [[nodiscard]] CoverageRecord covered(IntegrationId id, Day day, CollectionType type = CollectionType::ads);
  [[nodiscard]] Metrics totals(IntegrationId id, CollectionType type = CollectionType::ads);
  void pass(Duration time) { now += time; }

  // The invariants that can be read through the interface: 3 (counters), 4 (final jobs), 7 (windows, processing).
  void check();

  Instant now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(3)};
  Random random;
  std::unique_ptr<Store> store;
  WorkerId worker;
};

// Runs the test on each home with a fresh world.
void on_each_store(const std::function<void(World&)>& test, int window = 2);

// `chunks` equal pieces of `chunk_days` days each, from first_day on.
[[nodiscard]] PlannedJob plan(int chunks, int chunk_days = 3, JobMode mode = JobMode::initial,
                              CollectionType type = CollectionType::ads);
[[nodiscard]] PlannedJob plan_from(Day since, int chunks, int chunk_days, JobMode mode, CollectionType type);
// Ads "ad-0", "ad-1" … of a day; each cost is `cost` and a millionth more than the one before.
[[nodiscard]] std::vector<AdRow> ad_rows(Day day, int count, std::int64_t cost = 1'500'000);
[[nodiscard]] std::vector<DemographicRow> demographic_rows(Day day, int count);
// A snapshot whose totals were read as its rows say.
[[nodiscard]] DaySnapshot snapshot_of(Day day, Asked asked, std::vector<AdRow> rows);
[[nodiscard]] DaySnapshot snapshot_of(Day day, Asked asked, std::vector<DemographicRow> rows);
[[nodiscard]] Creative creative(const std::string& ad_id, const std::string& title = "Title");
[[nodiscard]] DaysCommit commit_of(const Claim& claim, std::vector<DaySnapshot> days);

[[nodiscard]] Verdict retry_at(Instant due, bool uses_retry = true);
[[nodiscard]] Verdict verdict_of(Verdict::Action action);

}  // namespace adfill::conformance
