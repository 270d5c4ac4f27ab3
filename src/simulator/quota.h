// How many calls an account may make: a window begins with its first call; when the window's calls are used up, the
// account is closed until the window ends. Pure: time is passed in.
#pragma once

#include "core/instant.h"

#include <cstdint>
#include <map>
#include <string>

namespace adfill {

class Quota {
 public:
  struct Verdict {
    bool refused = false;
    bool during_cool_down = false;  // the caller had been told to wait, and did not
    double used_percent = 0;
    std::int64_t reset_seconds = 0;  // whole seconds until it is open again, or until an open account's window ends
  };

  // calls 0: no quota, only close() refuses.
  Quota(int calls, int seconds) : calls_(calls), window_(std::chrono::seconds(seconds)) {}

  // Counts a call that arrived at `arrived` and is answered now.
  [[nodiscard]] Verdict count(const std::string& account, Instant arrived, Instant now);
  // The account's next calls are refused until then.
  void close(const std::string& account, Instant until);

 private:
  struct Usage {
    Instant window_end{};
    int calls = 0;
    Instant closed_until{};
    Instant told_at{};  // when the first refusal of this closure was answered; zero: nobody was told
  };

  int calls_;
  Duration window_;
  std::map<std::string, Usage> accounts_;
};

}  // namespace adfill
