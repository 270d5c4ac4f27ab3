// The exact totals of an account, straight from its figures: no paging, no JSON rows, nothing shared with the way in
// which the platform's answers are made.
#pragma once

#include "core/day.h"
#include "simulator/figures.h"

#include <cstdint>
#include <string>

namespace adfill {

struct Truth {
  std::int64_t rows = 0;
  Figures sums;
};

// Rows of every status: each ad and day, as listed.
[[nodiscard]] Truth truth_of_ads(const Account& account, DayRange days, Day yesterday);
// Rows for each day, age and gender of the account.
[[nodiscard]] Truth truth_of_demographics(const Account& account, DayRange days, Day yesterday);
// A row a day: the account's own totals, which may count ads that are no longer listed.
[[nodiscard]] Truth truth_of_account(const Account& account, DayRange days, Day yesterday);

// `"rows":…,"impressions":…,"clicks":…,"cost":"…","conversions":…,"conversion_value":"…"`, appended.
void append_truth(std::string& out, const Account& account, const Truth& truth);

}  // namespace adfill
