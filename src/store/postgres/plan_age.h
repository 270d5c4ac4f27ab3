// When a connection's plans are too old. A statement is planned once, for all values and for the sizes that its tables
// had at that moment. Planned while they were empty, it may go by any index, and goes on so until the server has looked
// at the tables again, a minute later or never. So plans are forgotten when they are a second old, and then ever more
// seldom, for tables grow ever slower than they have grown. Where the tables are large already they live for a minute
// first: only the queue's may be empty, and planning anew costs a fiftieth of a second of the server's a connection.
#pragma once

#include <algorithm>
#include <chrono>

namespace adfill::postgres {

class PlanAge {
 public:
  using Clock = std::chrono::steady_clock;

  // Before the first transaction: the tables are large.
  void begin_old() { life_ = std::chrono::minutes(1); }
  // True when they are to be forgotten now; the next time is later. The first call is at the connection's first
  // transaction.
  [[nodiscard]] bool forget_now(Clock::time_point now) {
    if (until_ == Clock::time_point{}) until_ = now + life_;
    if (now < until_) return false;
    life_ = std::min(life_ * 4, longest);
    until_ = now + life_;
    return true;
  }

 private:
  static constexpr Clock::duration longest = std::chrono::hours(1);

  Clock::duration life_ = std::chrono::seconds(1);
  Clock::time_point until_{};
};

}  // namespace adfill::postgres
