// How long Meta lately worked on reports like one that is being waited for, so that nobody asks before it can be there.
// Kept in memory: a new process polls as if it knew nothing, and learns with its first report.
#pragma once

#include "core/instant.h"
#include "net/http_message.h"

#include <deque>
#include <map>
#include <string>

namespace adfill {

// When a report is asked about next: after `least` and `pause`, of which the latter is given some jitter.
struct MetaPollPace {
  Duration least{};
  Duration pause{};
  Duration step{};   // the next pause
  int growth = 150;  // percent, of each step from the one before
  // How it goes on behind this one.
  [[nodiscard]] MetaPollPace next() const;
  // `jitter`: 0 to 1.
  [[nodiscard]] Duration wait(double jitter) const;
};

class MetaReportTimes {
 public:
  // Reports of an account that are alike: `parameters` as the report was asked for.
  [[nodiscard]] static std::string kind_of(const std::string& account_id, const Query& parameters);

  void learn(const std::string& kind, Duration took);
  // `poll_base`: the setting; how it goes on while nothing is known.
  [[nodiscard]] MetaPollPace pace(const std::string& kind, Duration poll_base) const;

 private:
  std::map<std::string, std::deque<Duration>, std::less<>> took_;  // the newest last
};

}  // namespace adfill
