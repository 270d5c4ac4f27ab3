#include "collect/refusal.h"

#include <utility>

namespace adfill {

Refusal invalid(std::string field, std::string message, std::string code) {
  Refusal refusal;
  refusal.field = std::move(field);
  refusal.message = std::move(message);
  refusal.code = std::move(code);
  return refusal;
}

Refusal no_such_integration() {
  Refusal refusal;
  refusal.kind = Refusal::Kind::not_found;
  refusal.message = "there is no such integration";
  return refusal;
}

Refusal can_not_collect_from(Source source) {
  return invalid("source", "this adfill can't collect from " + std::string(to_string(source)));
}

Refusal refusal_of(const Failure& failure) {
  Refusal refusal;
  refusal.platform_code = failure.code;
  switch (failure.kind) {
    case Failure::Kind::credentials:
    case Failure::Kind::permanent:
    case Failure::Kind::out_of_range:
      refusal.kind = Refusal::Kind::platform;
      refusal.field = "credentials";
      refusal.message = failure.message;
      break;
    case Failure::Kind::transient:
    case Failure::Kind::outage:
    case Failure::Kind::unparsable:
    case Failure::Kind::throttled:
    case Failure::Kind::too_large:
    case Failure::Kind::worker_lost:
    case Failure::Kind::shutdown:
    case Failure::Kind::local:
      refusal.kind = Refusal::Kind::unreachable;
      refusal.message = "the platform could not be asked about this account just now, try again: " + failure.message;
      break;
  }
  return refusal;
}

}  // namespace adfill
