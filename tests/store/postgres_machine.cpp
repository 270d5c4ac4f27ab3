#include "store/postgres_machine.h"

#include "store/postgres/postgres_store.h"

#include <atomic>
#include <functional>

namespace adfill {

std::unique_ptr<Store> machine_at(const std::string& url, int window) {
  static std::atomic<std::uint64_t> drawn = 0;
  PostgresOptions options;
  options.url = url;
  options.new_uuid = [] {
    Random random(++drawn);
    return Uuid::draw(random);
  };
  options.window = window;
  return open_postgres_store(std::move(options));
}

conformance::Home home_on_database_clock(const std::string& url) {
  return {"PostgreSQL", [url](const conformance::StoreSetup& setup) {
            PostgresOptions options;
            options.url = url;
            options.new_uuid = setup.new_uuid;
            options.window = setup.window;
            options.retry = setup.retry;
            return open_postgres_store(std::move(options));
          }};
}

IntegrationId add_account(Store& store, const std::string& account, const std::vector<PlannedJob>& jobs) {
  NewIntegration integration;
  integration.advertiser_name = "Acme";
  integration.account_id = account;
  integration.currency = "USD";
  integration.time_zone = "UTC";
  integration.scopes = {"app", account};
  Random random(std::hash<std::string>()(account));
  integration.id = IntegrationId::draw(random);
  REQUIRE(store.add_integration(integration, {}, "test").has_value());
  store.remember_slice_days(integration.id, CollectionType::ads, 90);  // known: its backfills need no pilot
  if (!jobs.empty()) REQUIRE(store.enqueue(integration.id, jobs, "test").has_value());
  return integration.id;
}

WorkerId register_worker(Store& store, std::uint64_t seed, Duration how_long) {
  Random random(seed);
  const WorkerId worker = WorkerId::draw(random);
  store.register_worker(worker, "here", 1, how_long);
  return worker;
}

CommitResult collect(Store& store, const Claim& claim, int rows_a_day) {
  DaysCommit commit{claim.token, {}};
  const Asked asked = store.draw_asked();
  for (const Day day : claim.open_days)
    commit.days.push_back(conformance::snapshot_of(day, asked, conformance::ad_rows(day, rows_a_day)));
  return store.commit_days(commit);
}

}  // namespace adfill
