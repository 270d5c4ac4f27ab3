#include "core/verdict.h"

#include "core/must.h"

#include <algorithm>

namespace adfill {

namespace {

using Action = Verdict::Action;

constexpr Duration unnamed_cool_down = std::chrono::seconds(60);  // the platform named a quota, but no time
constexpr Duration local_pause = std::chrono::seconds(5);
constexpr int lost_before_waiting = 3;
constexpr int lost_before_failing = 20;

// A committed day sets every count back, so that a long chunk may meet more trouble than a short one.
AttemptFacts since_progress(AttemptFacts attempt) {
  if (attempt.progressed) {
    attempt.retry_count = 0;
    attempt.lost_count = 0;
    attempt.unparsable_before = false;
  }
  return attempt;
}

bool has_retry_left(const AttemptFacts& attempt) {
  return attempt.retry_count < attempt.max_retries;
}

Verdict end_with(Action action) {
  Verdict verdict;
  verdict.action = action;
  return verdict;
}

Verdict retry_at(Instant due) {
  Verdict verdict;
  verdict.action = Action::retry;
  verdict.due = due;
  return verdict;
}

Verdict after_transient(const AttemptFacts& attempt, const RetryRule& rule, Instant now) {
  Verdict verdict = has_retry_left(attempt) ? retry_at(now + backoff(attempt, rule)) : end_with(Action::fail);
  // Also when it fails for good: the count tells people how many tries there were, and never passes max_retries.
  verdict.uses_retry = has_retry_left(attempt);
  return verdict;
}

// Once more at once: a damaged answer rarely comes twice, an answer in a new shape always does.
Verdict after_unparsable(const AttemptFacts& attempt, Instant now) {
  const bool once_more = !attempt.unparsable_before && has_retry_left(attempt);
  Verdict verdict = once_more ? retry_at(now) : end_with(Action::fail);
  verdict.uses_retry = has_retry_left(attempt);
  return verdict;
}

Verdict after_throttled(const Failure& failure, Instant now) {
  Verdict verdict = retry_at(std::max(now, failure.resume_at.value_or(now + unnamed_cool_down)));
  verdict.cool_scope_until = verdict.due;
  return verdict;
}

// A count of its own: a rolling restart must not use up the platform's three tries, yet a chunk that kills its worker
// must end, and meanwhile take no others with it.
Verdict after_worker_lost(AttemptFacts attempt, const RetryRule& rule, Instant now) {
  const int lost = attempt.lost_count + 1;
  if (lost >= lost_before_failing) return end_with(Action::fail);
  if (lost < lost_before_waiting) return retry_at(now);
  attempt.retry_count = attempt.lost_count;
  Verdict verdict = retry_at(now + backoff(attempt, rule));
  verdict.alone = true;
  return verdict;
}

}  // namespace

Verdict decide(const Failure& failure, const AttemptFacts& facts, const RetryRule& rule, Instant now) {
  const AttemptFacts attempt = since_progress(facts);
  switch (failure.kind) {
    case Failure::Kind::transient:
      return after_transient(attempt, rule, now);
    case Failure::Kind::outage: {
      Verdict verdict = retry_at(now + probe_interval(rule.base));
      verdict.close_source = true;
      return verdict;
    }
    case Failure::Kind::unparsable:
      return after_unparsable(attempt, now);
    case Failure::Kind::throttled:
      return after_throttled(failure, now);
    case Failure::Kind::too_large:
      // A single day that is too large, or hangs, may do better later; it has the tries of any other trouble.
      return attempt.slice_can_shrink ? end_with(Action::shrink) : after_transient(attempt, rule, now);
    case Failure::Kind::credentials:
      return end_with(Action::wait_for_credentials);
    case Failure::Kind::out_of_range:
      return end_with(Action::complete_with_notice);
    case Failure::Kind::permanent:
      return end_with(Action::fail);
    case Failure::Kind::worker_lost:
      return after_worker_lost(attempt, rule, now);
    case Failure::Kind::shutdown:
      return end_with(Action::hand_back);
    case Failure::Kind::local:
      // Not the platform's doing: no try is used up, and the chunk goes on when there is space again.
      return retry_at(now + local_pause);
  }
  must(false, "every kind of failure has a verdict");
  return {};
}

Duration backoff(const AttemptFacts& attempt, const RetryRule& rule) {
  must(attempt.jitter_ppm < 1'000'000, "jitter is a share below one");
  Duration ceiling = std::min(rule.base, rule.cap);
  for (int doubled = 0; doubled < attempt.retry_count && ceiling < rule.cap; ++doubled) {
    ceiling = ceiling > rule.cap / 2 ? rule.cap : ceiling * 2;
  }
  // Whole seconds and the rest apart, so that no cap is too long to be multiplied.
  const std::int64_t jitter = attempt.jitter_ppm;
  const Duration wait(ceiling.count() / 1'000'000 * jitter + ceiling.count() % 1'000'000 * jitter / 1'000'000);
  return std::max(wait, Duration(1));
}

}  // namespace adfill
