// What an ad delivered on a day: a pure function of the ad, the day and the account's restatements, so that nothing has
// to be stored and any total can be recomputed.
#pragma once

#include "simulator/world.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace adfill {

struct Figures {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t cost = 0;  // in the currency's smallest unit, as the other amounts
  std::int64_t reach = 0;
  std::int64_t link_clicks = 0;
  std::int64_t carts = 0;
  std::int64_t purchases = 0;
  std::int64_t purchase_value = 0;

  Figures& operator+=(const Figures& other);
  // Nothing happened: there is no row.
  [[nodiscard]] bool empty() const {
    return impressions == 0 && clicks == 0 && cost == 0 && purchases == 0 && purchase_value == 0;
  }
};

// Who looks: lists of ads don't show removed ones, the account's own total may still count them.
enum class View { listed, account };

// What the ad at `index` delivered that day. Nothing before the account's history. Requires: the day is not after
// yesterday.
[[nodiscard]] Figures figures_of(const Account& account, int index, Day day, View view);

inline constexpr std::array<std::string_view, 8> ages{"13-17", "18-24", "25-34", "35-44",
                                                      "45-54", "55-64", "65+",   "Unknown"};
inline constexpr std::array<std::string_view, 3> genders{"female", "male", "unknown"};
inline constexpr int groups = static_cast<int>(ages.size() * genders.size());
// Group g is age g / 3 and gender g % 3.
using ByGroup = std::array<Figures, groups>;

// The figures of a day spread over the demographic groups; each metric adds up to the given one exactly.
void spread(const Account& account, Day day, const Figures& total, ByGroup& into);

// "5339.5": an amount of smallest units as the main unit's decimal.
[[nodiscard]] std::string money_text(const Account& account, std::int64_t amount, int decimals = 0);

}  // namespace adfill
