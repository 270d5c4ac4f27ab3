// Anything may happen in any order: after each step the invariants hold, and when trouble ends, every job does too.

#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

namespace {

constexpr int walks = 30;
constexpr int steps = 120;

class Walk {
 public:
  Walk(const Home& home, std::uint64_t seed) : world_(home, 1 + static_cast<int>(seed % 3), seed) {
    for (int account = 0; account < 3; ++account) {
      accounts_.push_back(world_.add_new_account("act_" + std::to_string(account), {plan(3, 2)}));
    }
  }

  void step() {
    switch (draw(12)) {
      case 0:
        return enqueue();
      case 1:
      case 2:
      case 3:
        return claim();
      case 4:
      case 5:
        return commit();
      case 6:
        return commit_a_day();
      case 7:
        return fail();
      case 8:
        return world_.pass(std::chrono::seconds(draw(120)));
      case 9:
        return static_cast<void>(world_.store->sweep());
      case 10:
        return act_on_a_job();
      default:
        return world_.store->close_scope("account act_" + std::to_string(draw(3)),
                                         world_.now + std::chrono::seconds(draw(90)), "quota");
    }
  }
  void check() { world_.check(); }

  // Faults off: in bounded time every job ends.
  void come_to_rest() {
    for (int round = 0; round < 50; ++round) {
      for (const IntegrationId account : accounts_) (void)world_.store->pause(account, false, "test");
      world_.pass(std::chrono::hours(1));
      (void)world_.store->sweep();
      world_.collect_all();
    }
    for (const JobRecord& job : world_.store->jobs({.limit = 1'000})) CHECK(is_final(job.status));
    CHECK(world_.store->queue().released == 0);
  }

 private:
  int draw(int bound) { return static_cast<int>(world_.random.below(static_cast<std::uint64_t>(bound))); }
  IntegrationId account() { return accounts_.at(static_cast<std::size_t>(draw(3))); }

  void enqueue() {
    const auto mode = draw(2) == 0 ? JobMode::daily : JobMode::initial;
    const auto type = static_cast<CollectionType>(draw(3));
    (void)world_.store->enqueue(account(), {plan(1 + draw(4), 2, mode, type)}, "test");
  }
  void claim() {
    for (const Claim& claim : world_.claim(1 + draw(3))) attempts_.push_back(claim);
  }
  // Stale ones too: nobody tells an attempt that it is over.
  std::optional<Claim> some_attempt() {
    if (attempts_.empty()) return std::nullopt;
    return attempts_.at(static_cast<std::size_t>(draw(static_cast<int>(attempts_.size()))));
  }
  void commit() {
    if (const auto attempt = some_attempt()) CHECK(world_.collect(*attempt).state != CommitResult::State::inexact);
  }
  void commit_a_day() {
    auto attempt = some_attempt();
    if (!attempt || attempt->open_days.empty()) return;
    attempt->open_days.resize(1);
    CHECK(world_.collect(*attempt, draw(4)).state != CommitResult::State::inexact);
  }
  void fail() {
    const auto attempt = some_attempt();
    if (!attempt) return;
    static const std::vector<Failure::Kind> kinds{Failure::Kind::transient, Failure::Kind::unparsable,
                                                  Failure::Kind::permanent, Failure::Kind::shutdown,
                                                  Failure::Kind::throttled};
    const Failure failure(kinds.at(static_cast<std::size_t>(draw(static_cast<int>(kinds.size())))), "trouble");
    AttemptFacts facts;
    facts.retry_count = attempt->retry_count;
    facts.unparsable_before = attempt->unparsable_before;
    (void)world_.store->end_attempt(attempt->token, failure, decide(failure, facts, {}, world_.now),
                                    attempt->credentials_version);
  }
  void act_on_a_job() {
    const auto jobs = world_.store->jobs({.limit = 1'000});
    const JobId job = jobs.at(static_cast<std::size_t>(draw(static_cast<int>(jobs.size())))).id;
    switch (draw(4)) {
      case 0:
        return static_cast<void>(world_.store->cancel_job(job, "test"));
      case 1:
        return static_cast<void>(world_.store->retry_job(job, "test"));
      case 2:
        return static_cast<void>(world_.store->retry_chunk(world_.store->chunks(job).at(0).id, "test"));
      default:
        return static_cast<void>(world_.store->pause(account(), draw(2) == 0, "test"));
    }
  }

  World world_;
  std::vector<IntegrationId> accounts_{};
  std::vector<Claim> attempts_{};
};

}  // namespace

TEST_CASE("after any step the counters equal their chunks, and when trouble ends every job does") {
  for (const Home& home : homes()) {
    CAPTURE(home.name);
    for (std::uint64_t seed = 1; seed <= walks; ++seed) {
      CAPTURE(seed);
      Walk walk(home, seed);
      for (int step = 0; step < steps; ++step) {
        walk.step();
        walk.check();
      }
      walk.come_to_rest();
      walk.check();
    }
  }
}

}  // namespace adfill::conformance
