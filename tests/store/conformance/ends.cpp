#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

void fail_chunk(World& world, const Claim& claim) {
  CHECK(world.end(claim, Failure::Kind::permanent, verdict_of(Verdict::Action::fail)) == Outcome::done);
  world.check();
}

}  // namespace

TEST_CASE("a job whose chunks failed in part is partial, in whole failed, and its integration needs a person") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(3));
    const bool all = [] {
      bool every = false;
      SUBCASE("some") {}
      SUBCASE("all") {
        every = true;
      }
      return every;
    }();
    fail_chunk(world, *world.claim_one());
    while (const auto claim = world.claim_one()) {
      CHECK_FALSE(is_final(world.job(job).status));
      if (all) {
        fail_chunk(world, *claim);
      } else {
        CHECK(world.collect(*claim).chunk_completed);
      }
    }
    const auto record = world.job(job);
    CHECK(record.status == (all ? JobStatus::failed : JobStatus::partial));
    CHECK(record.chunks_failed == (all ? 3 : 1));
    CHECK(record.error_message == "the platform's words");
    CHECK(world.integration(record.integration).status == IntegrationStatus::error);
    CHECK(world.integration(record.integration).last_error == "the platform's words");
    const auto chunk = world.store->chunks(job).at(0);
    CHECK(chunk.status == ChunkStatus::failed);
    CHECK(chunk.error_message == "the platform's words");
    CHECK(chunk.last_error_at.has_value());
  });
}

TEST_CASE("a retry gives failed chunks new tries, and the job ends anew") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(3));
    fail_chunk(world, *world.claim_one());
    fail_chunk(world, *world.claim_one());
    CHECK(world.store->retry_chunk(world.store->chunks(job).at(2).id, "test") == Outcome::refused);
    world.collect_all();
    CHECK(world.job(job).status == JobStatus::partial);
    SUBCASE("of the job") {
      CHECK(world.store->retry_job(job, "test") == Outcome::done);
    }
    SUBCASE("of each chunk") {
      CHECK(world.store->retry_chunk(world.store->chunks(job).at(0).id, "test") == Outcome::done);
      CHECK(world.job(job).chunks_failed == 1);
      world.check();
      CHECK(world.store->retry_chunk(world.store->chunks(job).at(1).id, "test") == Outcome::done);
    }
    CHECK(world.job(job).status == JobStatus::pending);
    CHECK(world.store->chunks(job).at(0).retry_count == 0);
    world.check();
    world.collect_all();
    CHECK(world.job(job).status == JobStatus::completed);
    CHECK(world.job(job).error_message.empty());
    CHECK(world.integration(world.job(job).integration).status == IntegrationStatus::success);
    CHECK(world.store->retry_job(job, "test") == Outcome::refused);
    CHECK(world.store->retry_job(JobId::draw(world.random), "test") == Outcome::not_found);
    CHECK(world.store->retry_chunk(ChunkId::draw(world.random), "test") == Outcome::not_found);
  });
}

TEST_CASE("a retry is refused while another job of the same range is open") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(1)});
    const JobId job = world.store->jobs({}).at(0).id;
    fail_chunk(world, *world.claim_one());
    (void)world.store->enqueue(integration, {plan(1)}, "test");
    CHECK(world.store->retry_job(job, "test") == Outcome::refused);
  });
}

TEST_CASE("cancelling takes tokens away, fails open chunks and keeps committed days") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(4));
    CHECK(world.collect(*world.claim_one()).chunk_completed);
    const auto running = world.claim_one();
    CHECK(world.store->cancel_job(job, "Kim") == Outcome::done);
    world.check();
    const auto record = world.job(job);
    CHECK(record.status == JobStatus::cancelled);
    CHECK(record.chunks_completed == 1);
    CHECK(record.chunks_failed == 3);
    CHECK(world.store->chunks(job).at(1).cancelled_at.has_value());
    CHECK_FALSE(world.store->chunks(job).at(0).cancelled_at.has_value());
    CHECK(world.store->coverage(record.integration, CollectionType::ads).size() == 3);
    CHECK(world.store->heartbeat(world.worker, lease).empty());
    CHECK_FALSE(world.claim_one().has_value());
    CHECK(world.store->cancel_job(job, "Kim") == Outcome::refused);
    CHECK(world.store->cancel_job(JobId::draw(world.random), "Kim") == Outcome::not_found);
    CHECK(world.store->retry_job(job, "Kim") == Outcome::done);
    world.collect_all();
    CHECK(world.job(job).status == JobStatus::completed);
  });
}

TEST_CASE("a committed day sets the counts of failures back") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    for (int attempt = 0; attempt < 2; ++attempt) {
      CHECK(world.end(*world.claim_one(), Failure::Kind::transient, retry_at(world.now)) == Outcome::done);
    }
    CHECK(world.end(*world.claim_one(), Failure::Kind::unparsable, retry_at(world.now)) == Outcome::done);
    auto claim = world.claim_one();
    CHECK(claim->retry_count == 3);
    CHECK(claim->unparsable_before);
    (void)world.store->commit_days(
        commit_of(*claim, {snapshot_of(first_day, world.store->draw_asked(), ad_rows(first_day, 1))}));
    CHECK(world.store->chunks(job).at(0).retry_count == 0);
    CHECK(world.end(*claim, Failure::Kind::transient, retry_at(world.now)) == Outcome::done);
    claim = world.claim_one();
    CHECK(claim->retry_count == 1);
    CHECK_FALSE(claim->unparsable_before);
    CHECK(claim->open_days.size() == 2);
  });
}

TEST_CASE("refused credentials stop the integration until there are new ones, and a late refusal changes nothing") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {plan(4)});
    const auto claims = world.claim(2);
    const auto waits = verdict_of(Verdict::Action::wait_for_credentials);
    CHECK(world.end(claims.at(0), Failure::Kind::credentials, waits) == Outcome::done);
    CHECK(world.integration(integration).status == IntegrationStatus::needs_auth);
    CHECK(world.integration(integration).last_error == "the platform's words");
    CHECK(world.claim(5).empty());
    CHECK_FALSE(world.store->next_due().has_value());
    NewCredentials fresh;
    fresh.sealed_credentials = "sealed anew";
    fresh.account_name = "Renamed";
    fresh.currency = "KRW";
    fresh.time_zone = "Asia/Seoul";
    fresh.scopes = {"other app"};
    CHECK(world.store->replace_credentials(integration, fresh, "test") == Outcome::done);
    CHECK(world.store->replace_credentials(IntegrationId::draw(world.random), fresh, "test") == Outcome::not_found);
    CHECK(world.integration(integration).status == IntegrationStatus::pending);
    CHECK(world.integration(integration).last_error.empty());
    CHECK(world.integration(integration).account_name == "Renamed");
    // The other attempt still used the old ones.
    CHECK(world.end(claims.at(1), Failure::Kind::credentials, waits) == Outcome::done);
    CHECK(world.integration(integration).status == IntegrationStatus::pending);
    const auto again = world.claim(5);
    REQUIRE(again.size() == 2);
    CHECK(again.at(0).sealed_credentials == "sealed anew");
    CHECK(again.at(0).credentials_version == 2);
    CHECK(again.at(0).scopes == std::vector<std::string>{"other app"});
    CHECK(again.at(0).retry_count == 0);
    CHECK(world.store->credentials(integration)->version == 2);
    CHECK_FALSE(world.store->credentials(IntegrationId::draw(world.random)).has_value());
  });
}

TEST_CASE("days that the platform no longer keeps complete the chunk with a notice") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    CHECK(world.end(*world.claim_one(), Failure::Kind::out_of_range,
                    verdict_of(Verdict::Action::complete_with_notice)) == Outcome::done);
    const auto chunk = world.store->chunks(job).at(0);
    CHECK(chunk.status == ChunkStatus::completed);
    CHECK(chunk.notice == "the platform's words");
    CHECK(chunk.days_done == 0);
    CHECK(world.job(job).status == JobStatus::completed);
  });
}

TEST_CASE("a throttled attempt closes its scope for everyone and uses up no retry") {
  on_each_store([](World& world) {
    world.add_account("act_1", {plan(2)});
    world.add_account("act_2", {plan(2)});
    const auto claim = world.claim_one();
    Failure failure(Failure::Kind::throttled, "slow down");
    failure.scope = "app";
    auto verdict = retry_at(world.now + std::chrono::minutes(5), false);
    verdict.cool_scope_until = verdict.due;
    CHECK(world.store->end_attempt(claim->token, failure, verdict, 1) == Outcome::done);
    CHECK(world.claim(10).empty());
    world.pass(std::chrono::minutes(5));
    const auto claims = world.claim(10);
    CHECK(claims.size() == 4);
    for (const Claim& next : claims) CHECK(next.retry_count == 0);
  });
}

TEST_CASE("a chunk that was handed back is as if it had never been claimed") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    const auto claim = world.claim_one();
    SUBCASE("by the attempt") {
      CHECK(world.end(*claim, Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) == Outcome::done);
    }
    SUBCASE("by a worker that stopped") {
      world.store->unregister_worker(world.worker);
      CHECK(world.store->queue().workers.empty());
    }
    const auto chunk = world.store->chunks(job).at(0);
    CHECK(chunk.status == ChunkStatus::pending);
    CHECK(chunk.retry_count == 0);
    CHECK(chunk.lost_count == 0);
    CHECK(chunk.error_message.empty());
    CHECK(world.claim_one().has_value());
  });
}

}  // namespace adfill::conformance
