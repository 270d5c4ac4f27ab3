// Why a request of a user was not taken. Nothing was written.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/failure.h"
#include "core/id.h"

#include <optional>
#include <string>

namespace adfill {

struct Refusal {
  enum class Kind {
    invalid,      // `field` is wrong: 422
    platform,     // the platform refused the credentials or the account: 422 with its words
    unreachable,  // the platform did not answer well: 503, try again
    exists,       // 409 with `existing`
    not_found,    // 404
  };
  Kind kind = Kind::invalid;
  std::string field{};          // dotted, as in the request: "initial.since"
  std::string message{};        // what is wrong and what is allowed
  std::string code{};           // invalid: what is wrong, for programs: "too_old"; empty where none was needed yet
  std::string platform_code{};  // platform, unreachable: "190/463", where the platform gave one
  std::optional<IntegrationId> existing{};
  std::optional<Day> earliest{};  // the first day that works
};

[[nodiscard]] Refusal invalid(std::string field, std::string message, std::string code = {});
[[nodiscard]] Refusal no_such_integration();
[[nodiscard]] Refusal can_not_collect_from(Source source);
// What a platform's failure means to somebody who waits for an answer.
[[nodiscard]] Refusal refusal_of(const Failure& failure);

}  // namespace adfill
