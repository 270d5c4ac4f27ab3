#include "simulator/truth.h"

#include "simulator/json_text.h"

#include <algorithm>

namespace adfill {
namespace {

template <class Visit>
void for_each_day(const Account& account, DayRange days, Day yesterday, Visit visit) {
  const Day last = std::min(days.until, yesterday);
  for (Day day = std::max(days.since, account.begin); day <= last; day = day.plus(1)) visit(day);
}

Figures account_day(const Account& account, Day day) {
  Figures total;
  for (int index = 0; index < static_cast<int>(account.ads.size()); ++index)
    total += figures_of(account, index, day, View::account);
  return total;
}

void count(Truth& truth, const Figures& figures) {
  if (figures.empty()) return;
  ++truth.rows;
  truth.sums += figures;
}

}  // namespace

Truth truth_of_ads(const Account& account, DayRange days, Day yesterday) {
  Truth truth;
  for_each_day(account, days, yesterday, [&](Day day) {
    for (int index = 0; index < static_cast<int>(account.ads.size()); ++index) {
      count(truth, figures_of(account, index, day, View::listed));
    }
  });
  return truth;
}

Truth truth_of_demographics(const Account& account, DayRange days, Day yesterday) {
  Truth truth;
  for_each_day(account, days, yesterday, [&](Day day) {
    ByGroup by_group{};
    spread(account, day, account_day(account, day), by_group);
    for (const auto& figures : by_group) count(truth, figures);
  });
  return truth;
}

Truth truth_of_account(const Account& account, DayRange days, Day yesterday) {
  Truth truth;
  for_each_day(account, days, yesterday, [&](Day day) { count(truth, account_day(account, day)); });
  return truth;
}

void append_truth(std::string& out, const Account& account, const Truth& truth) {
  append_member(out, "rows", truth.rows);
  append_member(out, "impressions", truth.sums.impressions);
  append_member(out, "clicks", truth.sums.clicks);
  append_member(out, "cost", money_text(account, truth.sums.cost));
  append_member(out, "conversions", truth.sums.purchases);
  append_member(out, "conversion_value", money_text(account, truth.sums.purchase_value));
}

}  // namespace adfill
