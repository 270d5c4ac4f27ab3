// Who may tell other machines that there is work, when many ask at once: hints that come close together go as one.
#pragma once

#include <atomic>
#include <chrono>

namespace adfill::postgres {

inline constexpr auto work_spacing = std::chrono::milliseconds(5);  // between two hints of a sender

class TellTurn {
 public:
  // False when somebody was told a moment ago; safe from any thread.
  [[nodiscard]] bool take() {
    const auto now = Clock::now().time_since_epoch().count();
    auto before = last_.load();
    constexpr Clock::rep spacing = Clock::duration(work_spacing).count();
    return (before == 0 || now - before >= spacing) && last_.compare_exchange_strong(before, now);
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::atomic<Clock::rep> last_ = 0;
};

}  // namespace adfill::postgres
