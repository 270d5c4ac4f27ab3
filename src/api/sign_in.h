// The monitor's sign-ins: random ids, each bound to a token and to a time. The store keeps their hashes, so that every
// server of a database honours them, also after a restart. Wrong tokens are slowed by each process for itself, on the
// event loop's thread.
#pragma once

#include "core/instant.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace adfill {

inline constexpr std::string_view session_cookie = "adfill_session";
inline constexpr Duration session_life = std::chrono::hours(12);

// Slows wrong tokens at sign-in, by the client's address: the first waits half a second, each further one twice as
// long, 8 seconds at most. Right tokens never wait. A guesser with many connections is stopped by `full`.
class SignInBrake {
 public:
  // No further wrong token of anyone can be made to wait now: answer 429 without looking at the token.
  [[nodiscard]] bool full() const { return waiting_ >= most_waiting; }
  // Counts a wrong token of that peer and tells when its answer may go out.
  [[nodiscard]] Instant wrong(const std::string& peer, Instant now);
  void right(const std::string& peer) { peers_.erase(peer); }
  void begin_wait() { ++waiting_; }
  void end_wait() { --waiting_; }

 private:
  static constexpr std::size_t most_waiting = 32;
  struct Peer {
    int wrong = 0;
    Instant last{};
  };
  std::map<std::string, Peer, std::less<>> peers_;
  std::size_t waiting_ = 0;
};

}  // namespace adfill
