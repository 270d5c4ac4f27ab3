#include "api/sign_in.h"

#include <algorithm>

namespace adfill {

namespace {

constexpr std::size_t most_peers = 10'000;
constexpr Duration first_wait = std::chrono::milliseconds(500);
constexpr int most_doublings = 4;
constexpr Duration forgiven_after = std::chrono::minutes(10);

}  // namespace

Instant SignInBrake::wrong(const std::string& peer, Instant now) {
  if (peers_.size() >= most_peers) {
    std::erase_if(peers_, [now](const auto& entry) { return entry.second.last + forgiven_after <= now; });
    if (peers_.size() >= most_peers) peers_.erase(peers_.begin());
  }
  auto& counted = peers_[peer];
  if (counted.last + forgiven_after <= now) counted.wrong = 0;
  counted.last = now;
  const auto doublings = std::min(counted.wrong, most_doublings);
  ++counted.wrong;
  return now + first_wait * (1 << doublings);
}

}  // namespace adfill
