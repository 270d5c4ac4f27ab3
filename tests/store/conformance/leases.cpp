#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

TEST_CASE("a sweep takes back what a worker held whose lease is over, and nothing of one that lives") {
  on_each_store([](World& world) {
    world.add_account("act_1", {plan(2)});
    const WorkerId other = WorkerId::draw(world.random);
    world.store->register_worker(other, "there", 2, lease);
    const auto lost = world.claim_one();
    const auto kept = world.store->claim(other, 1);
    REQUIRE(kept.size() == 1);
    world.pass(lease / 2);
    CHECK(world.store->heartbeat(other, lease) == std::vector{kept.at(0).token});
    CHECK(world.store->sweep().taken_back == 0);
    world.pass(lease / 2);
    const auto result = world.store->sweep();
    CHECK(result.taken_back == 1);
    CHECK(result.failed == 0);
    CHECK(world.store->heartbeat(world.worker, lease).empty());
    CHECK(world.store->heartbeat(other, lease).size() == 1);
    const auto again = world.claim_one();
    REQUIRE(again.has_value());
    CHECK(again->chunk == lost->chunk);
    CHECK(again->lost_count == 1);
    CHECK(again->retry_count == 0);
  });
}

TEST_CASE("a worker without a lease gets nothing") {
  on_each_store([](World& world) {
    world.add_job(plan(2));
    CHECK(world.store->claim(WorkerId::draw(world.random), 1).empty());
    world.pass(lease);
    CHECK(world.store->claim(world.worker, 1).empty());
    CHECK(world.claim_one().has_value());
  });
}

TEST_CASE("a chunk that lost three workers waits, runs alone, and ends at twenty") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(3));
    for (int lost = 0; lost < 20; ++lost) {
      world.pass(std::chrono::hours(1));
      (void)world.store->heartbeat(world.worker, lease);
      const auto claims = world.store->claim(world.worker, 5);
      REQUIRE_FALSE(claims.empty());
      const Claim& deadly = claims.front();
      CHECK(deadly.chunk_index == 0);
      CHECK(deadly.lost_count == lost);
      if (lost >= 3) {
        CHECK(claims.size() == 1);
        CHECK(world.claim(5).empty());
      }
      for (std::size_t index = 1; index < claims.size(); ++index) {
        CHECK(world.end(claims.at(index), Failure::Kind::shutdown, verdict_of(Verdict::Action::hand_back)) ==
              Outcome::done);
      }
      world.pass(lease);
      const auto result = world.store->sweep();
      CHECK(result.taken_back == 1);
      CHECK(result.failed == (lost == 19 ? 1 : 0));
      world.check();
    }
    CHECK(world.store->chunks(job).at(0).status == ChunkStatus::failed);
    world.collect_all();
    CHECK(world.job(job).status == JobStatus::partial);
  });
}

TEST_CASE("a chunk that lost three workers waits no longer than is set") {
  on_each_store([](World& world) {
    world.add_job(plan(1));
    for (int lost = 0; lost < 19; ++lost) {
      REQUIRE(world.claim_one().has_value());
      world.pass(lease);
      CHECK(world.store->sweep().taken_back == 1);
      world.pass(short_waits.cap);
    }
  });
}

TEST_CASE("a chunk that has to run alone waits until its worker holds nothing, and nothing is let past it meanwhile") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(plan(1));
    for (int lost = 0; lost < 3; ++lost) {
      REQUIRE(world.claim_one().has_value());
      world.pass(lease);
      CHECK(world.store->sweep().taken_back == 1);
    }
    world.add_account("act_2", {plan(4)});
    const auto first = world.claim(5);  // a new account comes first in the round
    CHECK(first.size() >= 1);
    for (const Claim& claim : first) CHECK(claim.job != job);
    world.pass(std::chrono::hours(1));
    CHECK(world.claim(5).empty());
    for (const Claim& claim : first) CHECK(world.collect(claim).chunk_completed);
    const auto alone = world.claim(5);
    REQUIRE(alone.size() == 1);
    CHECK(alone.at(0).job == job);
    CHECK(world.claim(5).empty());
    CHECK(world.collect(alone.at(0)).chunk_completed);
    CHECK_FALSE(world.claim(5).empty());
  });
}

TEST_CASE("a worker that slept past its lease goes on with what nobody took from it") {
  on_each_store([](World& world) {
    world.add_job(plan(1));
    const auto claim = world.claim_one();
    world.pass(std::chrono::hours(5));
    CHECK(world.store->heartbeat(world.worker, lease) == std::vector{claim->token});
    CHECK(world.store->sweep().taken_back == 0);
    CHECK(world.collect(*claim).chunk_completed);
    world.pass(std::chrono::hours(5));
    (void)world.store->sweep();
    CHECK(world.store->queue().workers.empty());
    CHECK(world.store->heartbeat(world.worker, lease).empty());
    CHECK(world.store->queue().workers.size() == 1);
  });
}

TEST_CASE("the queue tells who works on how much, what waits, and since when") {
  on_each_store([](World& world) {
    world.add_job(plan(5));
    const Instant enqueued = std::chrono::floor<std::chrono::milliseconds>(world.now);
    const auto claim = world.claim_one();
    auto queue = world.store->queue();
    CHECK(queue.pending == 4);
    CHECK(queue.processing == 1);
    CHECK(queue.released == 2);
    CHECK(queue.oldest_due == enqueued);
    REQUIRE(queue.workers.size() == 1);
    CHECK(queue.workers.at(0).host == "here");
    CHECK(queue.workers.at(0).process_id == 1);
    CHECK(queue.workers.at(0).chunks == 1);
    CHECK(world.collect(*claim).chunk_completed);
    queue = world.store->queue();
    CHECK(queue.completed == 1);
    CHECK(queue.processing == 0);
  });
}

}  // namespace adfill::conformance
