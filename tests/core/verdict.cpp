#include "core/verdict.h"

#include "core/must.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

using namespace adfill;
using Action = Verdict::Action;
using Kind = Failure::Kind;

namespace {

const Instant now = instant_from_micros(1'772'337'906'000'000);
const RetryRule rule;

Verdict verdict_of(Kind kind, const AttemptFacts& attempt = {}) {
  return decide(Failure(kind, "words"), attempt, rule, now);
}

AttemptFacts tried(int retry_count, int max_retries = 3) {
  AttemptFacts attempt;
  attempt.retry_count = retry_count;
  attempt.max_retries = max_retries;
  attempt.jitter_ppm = 500'000;
  return attempt;
}

AttemptFacts lost(int lost_count) {
  AttemptFacts attempt;
  attempt.lost_count = lost_count;
  attempt.jitter_ppm = 500'000;
  return attempt;
}

}  // namespace

TEST_CASE("a transient failure waits longer each time and fails after max_retries") {
  for (int count = 0; count < 3; ++count) {
    const auto verdict = verdict_of(Kind::transient, tried(count));
    CHECK(verdict.action == Action::retry);
    CHECK(verdict.uses_retry);
    CHECK(verdict.due == now + std::chrono::seconds(15) * (1 << count));
    CHECK_FALSE(verdict.cool_scope_until);
    CHECK_FALSE(verdict.close_source);
    CHECK_FALSE(verdict.alone);
  }
  const auto last = verdict_of(Kind::transient, tried(3));
  CHECK(last.action == Action::fail);
  // The count in the database never passes max_retries.
  CHECK_FALSE(last.uses_retry);
  CHECK(verdict_of(Kind::transient, tried(0, 0)).action == Action::fail);
}

TEST_CASE("a committed day sets the counts back before the verdict") {
  auto attempt = tried(3);
  attempt.progressed = true;
  const auto transient = verdict_of(Kind::transient, attempt);
  CHECK(transient.action == Action::retry);
  CHECK(transient.due == now + std::chrono::seconds(15));

  attempt.unparsable_before = true;
  CHECK(verdict_of(Kind::unparsable, attempt).action == Action::retry);

  attempt.lost_count = 19;
  const auto worker_lost = verdict_of(Kind::worker_lost, attempt);
  CHECK(worker_lost.action == Action::retry);
  CHECK(worker_lost.due == now);
  CHECK_FALSE(worker_lost.alone);
}

TEST_CASE("an outage closes the source's gate for a minute and uses no retry") {
  const auto verdict = verdict_of(Kind::outage, tried(3));
  CHECK(verdict.action == Action::retry);
  CHECK(verdict.close_source);
  CHECK(verdict.due == now + std::chrono::minutes(1));
  CHECK_FALSE(verdict.uses_retry);
}

TEST_CASE("an answer that we can't read is asked for once more at once, then the chunk fails") {
  auto attempt = tried(0);
  const auto first = verdict_of(Kind::unparsable, attempt);
  CHECK(first.action == Action::retry);
  CHECK(first.due == now);
  CHECK(first.uses_retry);

  attempt = tried(1);
  attempt.unparsable_before = true;
  const auto second = verdict_of(Kind::unparsable, attempt);
  CHECK(second.action == Action::fail);
  CHECK(second.uses_retry);

  const auto none_left = verdict_of(Kind::unparsable, tried(3));
  CHECK(none_left.action == Action::fail);
  CHECK_FALSE(none_left.uses_retry);
}

TEST_CASE("a throttled chunk waits for the platform's own time and cools its scope until then") {
  Failure failure(Kind::throttled, "(#17) User request limit reached");
  failure.scope = "meta/act_1";
  failure.resume_at = now + std::chrono::minutes(7);
  const auto named = decide(failure, tried(3), rule, now);
  CHECK(named.action == Action::retry);
  CHECK(named.due == *failure.resume_at);
  CHECK(named.cool_scope_until == failure.resume_at);
  CHECK_FALSE(named.uses_retry);

  failure.resume_at = now - std::chrono::hours(1);
  const auto past = decide(failure, tried(0), rule, now);
  CHECK(past.due == now);
  CHECK(past.cool_scope_until == now);

  failure.resume_at.reset();
  const auto unnamed = decide(failure, tried(0), rule, now);
  CHECK(unnamed.due == now + std::chrono::seconds(60));
  CHECK(unnamed.cool_scope_until == unnamed.due);
}

TEST_CASE("a slice that is too large is halved while it can be, and then the chunk fails") {
  AttemptFacts attempt = tried(3);
  attempt.slice_can_shrink = true;
  const auto verdict = verdict_of(Kind::too_large, attempt);
  CHECK(verdict.action == Action::shrink);
  CHECK_FALSE(verdict.uses_retry);
  CHECK(verdict_of(Kind::too_large).action == Action::retry);
  CHECK(verdict_of(Kind::too_large).uses_retry);
}

TEST_CASE("refused credentials, days too old, bad requests and a shutdown have one verdict each") {
  const struct {
    Kind kind;
    Action action;
  } rows[] = {{Kind::credentials, Action::wait_for_credentials},
              {Kind::out_of_range, Action::complete_with_notice},
              {Kind::permanent, Action::fail},
              {Kind::shutdown, Action::hand_back}};
  for (const auto& row : rows) {
    for (const int count : {0, 3}) {
      CAPTURE(to_string(row.kind));
      const auto verdict = verdict_of(row.kind, tried(count));
      CHECK(verdict.action == row.action);
      CHECK_FALSE(verdict.uses_retry);
      CHECK_FALSE(verdict.close_source);
      CHECK_FALSE(verdict.cool_scope_until);
    }
  }
}

TEST_CASE(
    "a chunk whose worker was lost goes on at once, from the third on it waits and runs alone, at twenty it fails") {
  for (const int count : {0, 1}) {
    const auto verdict = verdict_of(Kind::worker_lost, lost(count));
    CHECK(verdict.action == Action::retry);
    CHECK(verdict.due == now);
    CHECK_FALSE(verdict.alone);
  }
  Instant before = now;
  for (const int count : {2, 3, 4, 5}) {
    const auto verdict = verdict_of(Kind::worker_lost, lost(count));
    CHECK(verdict.action == Action::retry);
    CHECK(verdict.alone);
    CHECK(verdict.due > before);
    CHECK_FALSE(verdict.uses_retry);
    before = verdict.due;
  }
  CHECK(verdict_of(Kind::worker_lost, lost(18)).action == Action::retry);
  CHECK(verdict_of(Kind::worker_lost, lost(18)).due <= now + rule.cap);
  CHECK(verdict_of(Kind::worker_lost, lost(19)).action == Action::fail);
}

TEST_CASE("back-off is a point below the doubled base, never past the cap and never zero") {
  CHECK(rc::check([] {
    AttemptFacts attempt;
    attempt.retry_count = *rc::gen::inRange(0, 200);
    attempt.jitter_ppm = *rc::gen::inRange<std::uint32_t>(0, 1'000'000);
    RetryRule any;
    any.base = Duration(*rc::gen::inRange<std::int64_t>(1, 3'600'000'000));
    any.cap = Duration(*rc::gen::inRange<std::int64_t>(1, 400 * 86'400'000'000));
    const auto wait = backoff(attempt, any);
    RC_ASSERT(wait >= Duration(1));
    RC_ASSERT(wait <= any.cap);
    if (attempt.retry_count < 20) RC_ASSERT(wait <= any.base * (std::int64_t{1} << attempt.retry_count));
    RC_ASSERT(wait == backoff(attempt, any));
  }));
}

TEST_CASE("back-off spreads over its whole width") {
  AttemptFacts attempt = tried(2);
  attempt.jitter_ppm = 0;
  CHECK(backoff(attempt, rule) == Duration(1));
  attempt.jitter_ppm = 999'999;
  CHECK(backoff(attempt, rule) == Duration(119'999'880));
  attempt.retry_count = 40;
  CHECK(backoff(attempt, rule) == Duration(1'799'998'200));
  attempt.jitter_ppm = 1'000'000;
  CHECK_THROWS_AS((void)backoff(attempt, rule), Bug);
}

TEST_CASE("the same failure, attempt and time give the same verdict, and uses_retry never passes max_retries") {
  CHECK(rc::check([] {
    const auto kind = static_cast<Kind>(*rc::gen::inRange(0, 10));
    AttemptFacts attempt;
    attempt.max_retries = *rc::gen::inRange(0, 6);
    attempt.retry_count = *rc::gen::inRange(0, attempt.max_retries + 1);
    attempt.lost_count = *rc::gen::inRange(0, 25);
    attempt.unparsable_before = *rc::gen::arbitrary<bool>();
    attempt.progressed = *rc::gen::arbitrary<bool>();
    attempt.jitter_ppm = *rc::gen::inRange<std::uint32_t>(0, 1'000'000);
    const auto verdict = verdict_of(kind, attempt);
    const auto again = verdict_of(kind, attempt);
    RC_ASSERT(verdict.action == again.action);
    RC_ASSERT(verdict.due == again.due);
    if (verdict.action == Action::retry) RC_ASSERT(verdict.due >= now);
    const int counted = (attempt.progressed ? 0 : attempt.retry_count) + (verdict.uses_retry ? 1 : 0);
    RC_ASSERT(counted <= attempt.max_retries);
  }));
}
