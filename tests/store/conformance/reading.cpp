#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

TEST_CASE("an advertiser's jobs, accounts and figures are seen only by who may see them") {
  on_each_store([](World& world) {
    const IntegrationId acme = world.add_account("act_1", {plan(1)}, "Acme");
    const IntegrationId other = world.add_account("act_2", {plan(1)}, "Other");
    world.collect_all();
    const Sight only_acme = std::vector{world.integration(acme).advertiser};
    const Sight nothing = std::vector<AdvertiserId>{};
    IntegrationFilter integrations;
    JobFilter jobs;
    PerformanceFilter figures;
    CHECK(world.store->integrations(integrations).size() == 2);
    CHECK(world.store->performance(figures).at(0).rows == 12);
    for (const auto& [sight, seen] : {std::pair(only_acme, 1U), std::pair(nothing, 0U)}) {
      integrations.sight = jobs.sight = figures.sight = sight;
      CHECK(world.store->integrations(integrations).size() == seen);
      CHECK(world.store->jobs(jobs).size() == seen);
      CHECK(world.store->performance(figures).size() == seen);
    }
    figures.sight = only_acme;
    CHECK(world.store->performance(figures).at(0).rows == 6);
    figures.integration = other;
    CHECK(world.store->performance(figures).empty());
    jobs.sight = only_acme;
    jobs.integration = other;
    CHECK(world.store->jobs(jobs).empty());
  });
}

TEST_CASE("lists page by cursor, newest first, each row once") {
  on_each_store([](World& world) {
    std::vector<IntegrationId> made;
    for (int index = 0; index < 7; ++index) {
      made.push_back(world.add_account("act_" + std::to_string(index),
                                       {plan(1), plan(1, 3, JobMode::initial, CollectionType::demographics)}));
    }
    std::vector<IntegrationId> seen;
    IntegrationFilter integrations;
    integrations.limit = 3;
    for (auto page = world.store->integrations(integrations); !page.empty();
         page = world.store->integrations(integrations)) {
      CHECK(page.size() <= 3);
      for (const auto& record : page) seen.insert(seen.begin(), record.id);
      integrations.after = page.back().id;
    }
    CHECK(seen == made);
    std::vector<JobId> jobs;
    JobFilter filter;
    filter.limit = 4;
    for (auto page = world.store->jobs(filter); !page.empty(); page = world.store->jobs(filter)) {
      for (const auto& record : page) jobs.push_back(record.id);
      filter.after = page.back().id;
    }
    CHECK(jobs.size() == 14);
    filter = {};
    filter.integration = made.front();
    CHECK(world.store->jobs(filter).size() == 2);
    CHECK(world.store->jobs(filter).at(0).type == CollectionType::demographics);
    filter.limit = 1;
    filter.after = world.store->jobs(filter).at(0).id;
    CHECK(world.store->jobs(filter).at(0).type == CollectionType::ads);
  });
}

TEST_CASE("jobs are filtered by status and mode") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1)});
    world.collect_all();
    (void)world.store->enqueue(integration, {plan(1, 3, JobMode::manual)}, "test");
    JobFilter filter;
    filter.status = JobStatus::completed;
    CHECK(world.store->jobs(filter).size() == 1);
    filter.mode = JobMode::manual;
    CHECK(world.store->jobs(filter).empty());
    filter.status = JobStatus::pending;
    CHECK(world.store->jobs(filter).size() == 1);
    CHECK(world.store->job_of_chunk(world.store->chunks(world.store->jobs(filter).at(0).id).at(0).id) ==
          world.store->jobs(filter).at(0).id);
    CHECK_FALSE(world.store->job(JobId::draw(world.random)).has_value());
    CHECK(world.store->chunks(JobId::draw(world.random)).empty());
  });
}

TEST_CASE("days between the first and the last covered day that are not covered are gaps") {
  on_each_store([](World& world) {
    world.add_job(plan(1, 5));
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    (void)world.store->commit_days(
        commit_of(*claim, {snapshot_of(first_day.plus(4), asked, ad_rows(first_day.plus(4), 1)),
                           snapshot_of(first_day.plus(1), asked, ad_rows(first_day.plus(1), 1))}));
    const auto coverage = world.store->coverage(claim->integration, CollectionType::ads);
    REQUIRE(coverage.size() == 4);
    CHECK(coverage.front().day == first_day.plus(1));
    CHECK(coverage.front().state == DayState::fresh);
    CHECK(coverage.at(1).state == DayState::gap);
    CHECK(coverage.at(2).state == DayState::gap);
    CHECK(coverage.at(2).day == first_day.plus(3));
    CHECK(coverage.back().day == first_day.plus(4));
  });
}

TEST_CASE("figures are grouped as asked, a range of days long, and never summed over currencies") {
  on_each_store([](World& world) {
    const IntegrationId integration =
        world.add_account("act_1", {plan(1), plan(1, 3, JobMode::initial, CollectionType::demographics)});
    world.collect_all();
    PerformanceFilter filter;
    filter.group = PerformanceGroup::day;
    auto groups = world.store->performance(filter);
    REQUIRE(groups.size() == 3);
    CHECK(groups.at(1).key == "2025-01-02");
    CHECK(groups.at(1).rows == 2);
    CHECK(groups.at(1).currency == "USD");
    filter.since = first_day.plus(1);
    filter.until = first_day.plus(1);
    CHECK(world.store->performance(filter).size() == 1);
    filter = {};
    filter.group = PerformanceGroup::campaign;
    groups = world.store->performance(filter);
    REQUIRE(groups.size() == 2);
    CHECK(groups.at(1).key == "campaign-1");
    CHECK(groups.at(1).name == "Campaign 1");
    CHECK(groups.at(1).metrics.cost.value == 3 * 1'500'001);
    filter.group = PerformanceGroup::source;
    CHECK(world.store->performance(filter).at(0).key == "meta");
    filter.group = PerformanceGroup::gender;
    CHECK(world.store->performance(filter).empty());
    filter.type = CollectionType::demographics;
    CHECK(world.store->performance(filter).size() == 2);
    filter.group = PerformanceGroup::age;
    CHECK(world.store->performance(filter).size() == 1);
    filter = {};
    // Another account, another currency.
    NewCredentials won;
    won.currency = "KRW";
    const IntegrationId korean = world.add_account("act_2", {});
    CHECK(world.store->replace_credentials(korean, won, "test") == Outcome::done);
    (void)world.store->enqueue(korean, {plan(1)}, "test");
    world.collect_all();
    CHECK(world.store->performance(filter).size() == 2);
    filter.integration = integration;
    CHECK(world.store->performance(filter).size() == 1);
  });
}

TEST_CASE("a campaign goes by the name of its last day") {
  on_each_store([](World& world) {
    world.add_job(plan(1, 2));
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    auto renamed = ad_rows(first_day.plus(1), 1);
    renamed.at(0).campaign_name = "A later name";
    CHECK(world.store
              ->commit_days(commit_of(*claim, {snapshot_of(first_day.plus(1), asked, renamed),
                                               snapshot_of(first_day, asked, ad_rows(first_day, 1))}))
              .chunk_completed);
    PerformanceFilter filter;
    filter.group = PerformanceGroup::campaign;
    CHECK(world.store->performance(filter).at(0).name == "A later name");
  });
}

TEST_CASE("a sum that doesn't fit is an error, never a wrapped or rounded number") {
  on_each_store([](World& world) {
    world.add_job(plan(1, 2));
    const auto claim = world.claim_one();
    const Asked asked = world.store->draw_asked();
    for (int index = 0; index < 2; ++index) {
      const Day day = first_day.plus(index);
      const auto rows = ad_rows(day, 1, std::numeric_limits<std::int64_t>::max());
      CHECK(world.store->commit_days(commit_of(*claim, {snapshot_of(day, asked, rows)})).days_committed == 1);
    }
    CHECK_THROWS_AS((void)world.store->performance({}), StoreUnavailable);
    PerformanceFilter one_day;
    one_day.until = first_day;
    CHECK(world.store->performance(one_day).at(0).metrics.cost.value == std::numeric_limits<std::int64_t>::max());
  });
}

TEST_CASE("removing an integration takes jobs and coverage along, and figures only when they are purged") {
  on_each_store([](World& world) {
    const std::vector<PlannedJob> jobs{plan(2), plan(1, 3, JobMode::initial, CollectionType::demographics),
                                       plan(1, 3, JobMode::initial, CollectionType::creatives)};
    const IntegrationId kept = world.add_account("act_1", jobs);
    const IntegrationId purged = world.add_account("act_2", jobs);
    world.collect_all();
    (void)world.store->enqueue(kept, {plan(2, 4, JobMode::manual)}, "test");
    const auto running = world.claim_one();
    CHECK(world.store->remove_integration(kept, false, "test") == Outcome::done);
    CHECK(world.store->remove_integration(purged, true, "test") == Outcome::done);
    CHECK(world.store->remove_integration(purged, true, "test") == Outcome::not_found);
    CHECK_FALSE(world.store->integration(kept).has_value());
    CHECK(world.store->jobs({}).empty());
    CHECK(world.store->coverage(kept, CollectionType::ads).empty());
    CHECK_FALSE(world.store->credentials(kept).has_value());
    CHECK(world.collect(*running).state == CommitResult::State::stale);
    CHECK(world.store->performance({}).at(0).rows == 12);
    // The account may come again, and finds its figures.
    const IntegrationId again = world.add_account("act_1", {plan(2)});
    world.collect_all();
    CHECK(world.store->performance({}).at(0).rows == 12);
    CHECK(world.integration(again).status == IntegrationStatus::success);
  });
}

TEST_CASE("tokens are found by their hash until they expire, with what they may see") {
  on_each_store([](World& world) {
    CHECK_FALSE(world.store->has_tokens());
    TokenRecord token;
    token.id = ApiTokenId::draw(world.random);
    token.name = "monitor";
    token.role = Role::operator_;
    token.advertisers = std::vector{AdvertiserId::draw(world.random), AdvertiserId::draw(world.random)};
    token.expires_at = world.now + std::chrono::hours(1);
    world.store->add_token(token, "hash", "Kim");
    CHECK(world.store->has_tokens());
    const auto found = world.store->find_token("hash");
    REQUIRE(found.has_value());
    CHECK(found->id == token.id);
    CHECK(found->role == Role::operator_);
    CHECK(found->advertisers == token.advertisers);
    CHECK(found->expires_at == token.expires_at);
    CHECK_FALSE(world.store->find_token("other").has_value());
    world.pass(std::chrono::hours(1));
    CHECK_FALSE(world.store->find_token("hash").has_value());
    token.id = ApiTokenId::draw(world.random);
    token.advertisers = std::nullopt;
    token.expires_at = std::nullopt;
    world.store->add_token(token, "admin's", "Kim");
    CHECK_FALSE(world.store->find_token("admin's")->advertisers.has_value());
  });
}

TEST_CASE("what people did is in the audit log, newest first") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(2)});
    const JobId job = world.store->jobs({}).at(0).id;
    (void)world.store->pause(integration, true, "Kim");
    (void)world.store->pause(integration, false, "Kim");
    (void)world.store->cancel_job(job, "Lee");
    (void)world.store->retry_job(job, "Lee");
    std::vector<std::string> what;
    for (const AuditRecord& record : world.store->audit(std::nullopt, 4))
      what.push_back(record.who + " " + record.what);
    CHECK(what == std::vector<std::string>{"Lee job.retry", "Lee job.cancel", "Kim integration.resume",
                                           "Kim integration.pause"});
    CHECK(world.store->audit(std::nullopt, 4).at(0).subject == job.to_string());
    CHECK(world.store->audit(std::nullopt, 100).size() == 6);
  });
}

}  // namespace adfill::conformance
