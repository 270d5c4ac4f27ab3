// What the simulated platform was asked, for GET /simulator/stats.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace adfill {

struct Stats {
  std::int64_t calls = 0;             // each item of a batch or of ids= counts
  std::int64_t refused = 0;           // by the quota, those during a cool-down included
  std::int64_t during_cool_down = 0;  // made although a refusal had said until when to wait
  std::int64_t rows = 0;              // served by insights and lists
  std::map<std::string, std::int64_t, std::less<>> by_kind{};
};

}  // namespace adfill
