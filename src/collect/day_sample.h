// Which of an account's settled days the nightly check compares, and which of them have changed. Pure.
#pragma once

#include "core/random.h"
#include "platform/connector.h"
#include "store/checks.h"

#include <optional>
#include <vector>

namespace adfill {

inline constexpr int sample_days = 28;

// An unbroken run of days, `sample_days` at most, with a day drawn by chance, the longer not seen the likelier, and
// those beside it that were not seen for longest. None before `earliest`, the first day that the platform still has.
// nullopt: there is no such day.
[[nodiscard]] std::optional<DayRange> choose_sample(const std::vector<SettledDay>& days, Day earliest, Instant now,
                                                    Random& random);

struct Compared {
  std::vector<Day> same{};
  std::vector<Day> changed{};
};

// In order of days. A day that the platform does not mention now proves nothing: it is among the same.
[[nodiscard]] Compared compare(const std::vector<SettledDay>& days, DayRange sample,
                               const std::vector<DayTotals>& totals);

}  // namespace adfill
