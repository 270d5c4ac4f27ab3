// Everything that can go wrong on the way from a platform to the store, as one value. What happens next is decided by
// decide() in core/verdict.h and nowhere else.
#pragma once

#include "core/day.h"
#include "core/instant.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adfill {

struct Failure {
  enum class Kind {
    transient,     // network, 5xx, truncated body, report failed
    outage,        // the source answers nobody
    unparsable,    // a well-formed answer that we can't read
    throttled,     // the platform named a quota; `scope`, `resume_at`
    too_large,     // the platform asks for less data
    credentials,   // expired, revoked, permission missing
    out_of_range,  // older than the platform keeps; `earliest`
    permanent,     // bad request, account gone
    worker_lost,   // the lease ran out
    shutdown,      // this process stops
    local,         // this machine: its disk is full, its database away
  };

  Failure(Kind what, std::string words) : kind(what), message(std::move(words)) {}

  Kind kind;
  std::string message;                 // the platform's own words, scrubbed of secrets; never empty
  std::string code{};                  // "190/463": the platform's code and subcode, where it gave one
  std::string trace_id{};              // the platform's id of the call, for its support
  std::string scope{};                 // throttled: whose quota it was
  std::optional<Instant> resume_at{};  // throttled: when the platform allows calls again
  std::optional<Day> earliest{};       // out_of_range: the first day that works
};

[[nodiscard]] std::string_view to_string(Failure::Kind kind);

}  // namespace adfill
