// Tells a source that answers nobody from one account's trouble. Pure: time is passed in. Each process judges by its
// own calls, so that a machine whose network is broken does not stop the others.
#pragma once

#include "core/instant.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace adfill {

class OutageWatch {
 public:
  // The source answered somebody: an outage is over.
  void observe_success(const std::string& source);
  // A call failed for all its repeats in place. True when the source is in outage: it has answered nobody since, and
  // either several accounts' calls failed within two minutes or all calls did for as long.
  [[nodiscard]] bool observe_transient(const std::string& source, const std::string& account, Instant now);
  // When the failures of the outage began; nullopt while the source is in none.
  [[nodiscard]] std::optional<Instant> outage_since(const std::string& source) const;

 private:
  struct Watched {
    // Since the last answer, and without a gap of two minutes:
    std::optional<Instant> failing_since{};
    std::map<std::string, Instant> failed{};  // when each account's calls last did
    bool is_outage = false;
  };
  std::map<std::string, Watched, std::less<>> sources_;
};

}  // namespace adfill
