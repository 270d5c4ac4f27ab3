// The one place that decides about retries. Pure: the same failure, attempt and time give the same verdict.
#pragma once

#include "core/failure.h"
#include "core/instant.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace adfill {

struct RetryRule {
  Duration base = std::chrono::seconds(30);
  Duration cap = std::chrono::minutes(30);
};

// Of a source that answers nobody: a minute, or less where retries are set to be quick.
[[nodiscard]] inline Duration probe_interval(Duration retry_base) {
  return std::min<Duration>(std::chrono::minutes(1), retry_base * 2);
}

// What of an attempt the decision rests on.
struct AttemptFacts {
  int retry_count = 0;  // failed tries in a row without progress, before this one
  int max_retries = 3;
  int lost_count = 0;              // workers this chunk has lost in a row, before this one
  bool unparsable_before = false;  // its last attempt, too, met an answer that we can't read
  bool progressed = false;         // this attempt committed a day: the counts start anew
  std::uint32_t jitter_ppm = 0;    // drawn at the claim, in [0, 1000000)
  bool slice_can_shrink = false;   // less can be asked for at once: fewer days, or parts of one
};

struct Verdict {
  enum class Action {
    retry,                 // pending again, not before `due`
    fail,                  // failed
    shrink,                // inside the attempt: ask for half of it
    wait_for_credentials,  // the integration goes to needs_auth; the chunk waits, pending
    complete_with_notice,  // days that the platform no longer keeps: done, with a recorded notice
    hand_back,             // pending again at once, as if never claimed
  };
  Action action = Action::fail;
  Instant due{};                              // retry: when
  bool uses_retry = false;                    // counts towards max_retries
  bool alone = false;                         // retry: run it alone in its process
  std::optional<Instant> cool_scope_until{};  // the failure's scope is left alone until then, by everyone
  bool close_source = false;                  // the source's gate closes: an outage
};

[[nodiscard]] Verdict decide(const Failure& failure, const AttemptFacts& attempt, const RetryRule& rule, Instant now);

// Full jitter: a point in [0, min(cap, base * 2^retry_count)), chosen by jitter_ppm; never zero.
[[nodiscard]] Duration backoff(const AttemptFacts& attempt, const RetryRule& rule);

}  // namespace adfill
