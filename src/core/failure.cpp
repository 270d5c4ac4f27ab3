#include "core/failure.h"

#include "core/must.h"

namespace adfill {

std::string_view to_string(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::transient:
      return "transient";
    case Failure::Kind::outage:
      return "outage";
    case Failure::Kind::unparsable:
      return "unparsable";
    case Failure::Kind::throttled:
      return "throttled";
    case Failure::Kind::too_large:
      return "too_large";
    case Failure::Kind::credentials:
      return "credentials";
    case Failure::Kind::out_of_range:
      return "out_of_range";
    case Failure::Kind::permanent:
      return "permanent";
    case Failure::Kind::worker_lost:
      return "worker_lost";
    case Failure::Kind::shutdown:
      return "shutdown";
    case Failure::Kind::local:
      return "local";
  }
  must(false, "every kind of failure has a text");
  return {};
}

}  // namespace adfill
