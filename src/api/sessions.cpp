#include "api/sessions.h"

#include "net/secrets.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adfill {

namespace {

constexpr std::size_t most_sessions = 10'000;
constexpr std::size_t most_peers = 10'000;
constexpr Duration first_wait = std::chrono::milliseconds(500);
constexpr int most_doublings = 4;
constexpr Duration forgiven_after = std::chrono::minutes(10);

}  // namespace

std::string Sessions::open(std::string token_hash, Instant now) {
  make_room(now);
  // As unguessable as a token, and made in the same place.
  auto id = make_api_token();
  sessions_.emplace(id, Session{std::move(token_hash), now + session_life});
  return id;
}

std::optional<std::string> Sessions::find(std::string_view id, Instant now) const {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.until <= now) return std::nullopt;
  return found->second.token_hash;
}

void Sessions::close(std::string_view id) {
  const auto found = sessions_.find(id);
  if (found != sessions_.end()) sessions_.erase(found);
}

void Sessions::make_room(Instant now) {
  std::erase_if(sessions_, [now](const auto& entry) { return entry.second.until <= now; });
  if (sessions_.size() < most_sessions) return;
  const auto first_to_end =
      std::min_element(sessions_.begin(), sessions_.end(),
                       [](const auto& left, const auto& right) { return left.second.until < right.second.until; });
  sessions_.erase(first_to_end);
}

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
