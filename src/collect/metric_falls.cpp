#include "collect/metric_falls.h"

#include "core/time_zone.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace adfill {

namespace {

constexpr std::array<std::string_view, all_metrics.size()> names{"impressions", "clicks", "cost", "conversions",
                                                                 "conversion_value"};  // in the order of the values
constexpr int week = 7;

// An account's days by their number; what is not known of them is nullopt.
class Series {
 public:
  explicit Series(const std::vector<DayFigures>& days) {
    if (days.empty()) return;
    first_ = days.front().day;
    days_.resize(static_cast<std::size_t>(days.back().day.number() - first_.number()) + 1);
    for (const auto& day : days) days_[static_cast<std::size_t>(day.day.number() - first_.number())] = &day;
  }
  [[nodiscard]] const DayFigures* at(Day day) const {
    const auto place = static_cast<std::size_t>(day.number() - first_.number());
    return day < first_ || place >= days_.size() ? nullptr : days_[place];
  }
  // Fractions don't matter to a comparison of sums.
  [[nodiscard]] std::optional<double> value(Metric metric, Day day) const {
    const auto* figures = at(day);
    if (figures == nullptr) return std::nullopt;
    switch (metric) {
      case Metric::impressions:
        return static_cast<double>(figures->totals.impressions);
      case Metric::clicks:
        return static_cast<double>(figures->totals.clicks);
      case Metric::cost:
        return in_units(figures->totals.cost);
      case Metric::conversions:
        return in_units(figures->conversions);
      case Metric::conversion_value:
        return in_units(figures->conversion_value);
    }
    return std::nullopt;
  }
  // The median of the day's weekdays in the weeks before `before`; of two middle ones the smaller.
  [[nodiscard]] std::optional<double> usual(Metric metric, Day day, Day before, const FallRules& rules) const {
    while (day >= before) day = day.plus(-week);
    std::vector<double> known;
    for (int back = 0; back < rules.weeks; ++back) {
      if (const auto there = value(metric, day.plus(-week * back))) known.push_back(*there);
    }
    if (static_cast<int>(known.size()) < rules.weeks_known) return std::nullopt;
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>((known.size() - 1) / 2);
    std::ranges::nth_element(known, middle);
    return *middle;
  }

 private:
  static std::optional<double> in_units(std::optional<Micros> amount) {
    if (!amount) return std::nullopt;
    return static_cast<double>(amount->value) / 1e6;
  }

  Day first_{};
  std::vector<const DayFigures*> days_{};
};

// What counts an amount of money whose currency may be any.
Metric counted_by(Metric metric) {
  if (metric == Metric::cost) return Metric::impressions;
  return metric == Metric::conversion_value ? Metric::conversions : metric;
}

// Less on a usual day is chance.
double least_of(Metric count) {
  switch (count) {
    case Metric::impressions:
      return 100;
    case Metric::clicks:
      return 10;
    case Metric::conversions:
      return 3;
    case Metric::cost:
    case Metric::conversion_value:
      break;
  }
  return 0;
}

// What has to go on for a metric to say something.
std::vector<Metric> going_on_with(Metric metric) {
  if (metric == Metric::impressions) return {Metric::cost};
  if (metric == Metric::cost) return {Metric::impressions};
  return {Metric::cost, Metric::impressions};
}

// What the day has of the metric, as a share of what is to be expected of it; nullopt when it tells nothing.
std::optional<double> share_of_usual(const Series& series, Metric metric, Day day, Day before, const FallRules& rules) {
  const auto there = series.value(metric, day);
  const auto usual = series.usual(metric, day, before, rules);
  const auto count = counted_by(metric);
  const auto counted = series.usual(count, day, before, rules);
  if (!there || !usual || *usual <= 0 || !counted || *counted < least_of(count)) return std::nullopt;
  double activity = 1;
  for (const auto other : going_on_with(metric)) {
    const auto usual_there = series.usual(other, day, before, rules);
    if (!usual_there || *usual_there <= 0) return std::nullopt;
    activity = std::min(activity, series.value(other, day).value_or(0) / *usual_there);
  }
  if (activity < rules.active) return std::nullopt;
  return *there / (*usual * activity);
}

// nullopt: the account does not usually have the metric, or its last days tell nothing.
std::optional<MetricVerdict> judge(const AccountDays& account, const Series& series, Metric metric, DayRange days,
                                   const FallRules& rules) {
  std::optional<Day> began;
  std::optional<Day> told;
  int fallen = 0;
  for (Day day = days.since; day <= days.until; day = day.plus(1)) {
    const auto share = share_of_usual(series, metric, day, began.value_or(day), rules);
    if (!share) continue;
    if (began && *share >= rules.back) {
      began.reset();
      fallen = 0;
    }
    const Day seen = day_in_zone(series.at(day)->as_of, account.time_zone);
    if (seen <= day.plus(rules.settles_in_days)) continue;
    told = day;
    if (!began && *share < rules.fallen) began = day;
    if (began) ++fallen;
  }
  if (!told || *told < days.until.plus(1 - rules.telling_days)) return std::nullopt;
  MetricVerdict verdict{account.integration, account.advertiser, account.source, metric};
  if (fallen >= rules.days) verdict.since = began;
  return verdict;
}

using Verdicts = std::vector<const MetricVerdict*>;

// Those that began about that day.
Verdicts about(const Verdicts& verdicts, Day day, const FallRules& rules) {
  Verdicts near;
  for (const auto* verdict : verdicts) {
    if (!verdict->since) continue;
    if (std::abs(verdict->since->number() - day.number()) <= rules.days_apart) near.push_back(verdict);
  }
  return near;
}

// The day about which most fell off; of equals the one with more at itself, then the earlier.
std::optional<Day> day_of_most(const Verdicts& verdicts, const FallRules& rules) {
  std::map<Day, std::size_t> begun;
  for (const auto* verdict : verdicts) {
    if (verdict->since) ++begun[*verdict->since];
  }
  std::optional<Day> most;
  std::pair<std::size_t, std::size_t> best{};
  for (const auto& [day, count] : begun) {
    const std::pair found{about(verdicts, day, rules).size(), count};
    if (found <= best) continue;
    best = found;
    most = day;
  }
  return most;
}

std::size_t advertisers_of(const Verdicts& verdicts) {
  std::set<AdvertiserId> advertisers;
  for (const auto* verdict : verdicts) advertisers.insert(verdict->advertiser);
  return advertisers.size();
}

bool are_many(const Verdicts& fallen, const Verdicts& judged, const FallRules& rules) {
  return fallen.size() >= rules.accounts &&
         static_cast<double>(fallen.size()) >= rules.share * static_cast<double>(judged.size()) &&
         advertisers_of(fallen) >= std::min(rules.advertisers, advertisers_of(judged));
}

}  // namespace

std::string_view to_string(Metric value) {
  return names.at(static_cast<std::size_t>(value));
}

template <>
std::optional<Metric> parse<Metric>(std::string_view text) {
  for (const auto metric : all_metrics) {
    if (to_string(metric) == text) return metric;
  }
  return std::nullopt;
}

std::vector<MetricVerdict> judge_account(const AccountDays& account, Instant now, const FallRules& rules,
                                         int look_back) {
  std::vector<MetricVerdict> verdicts;
  if (account.days.empty() || !is_time_zone(account.time_zone)) return verdicts;
  const Series series(account.days);
  const Day yesterday = day_in_zone(now, account.time_zone).plus(-1);
  const DayRange days{std::max(yesterday.plus(1 - look_back), account.days.front().day), yesterday};
  for (const auto metric : all_metrics) {
    if (auto verdict = judge(account, series, metric, days, rules)) verdicts.push_back(*verdict);
  }
  return verdicts;
}

std::vector<MetricFall> find_falls(const std::vector<MetricVerdict>& verdicts, const FallRules& rules) {
  std::map<std::pair<Source, Metric>, Verdicts> judged;
  for (const auto& verdict : verdicts) judged[{verdict.source, verdict.metric}].push_back(&verdict);
  std::vector<MetricFall> falls;
  for (const auto& [key, all] : judged) {
    const auto since = day_of_most(all, rules);
    if (!since) continue;
    const auto fallen = about(all, *since, rules);
    if (!are_many(fallen, all, rules)) continue;
    // Conversions come before their value.
    const bool follows = key.second == Metric::conversion_value && !falls.empty() && falls.back().source == key.first &&
                         falls.back().metric == Metric::conversions;
    if (follows) continue;
    MetricFall& fall = falls.emplace_back(key.first, key.second, *since);
    for (const auto* verdict : fallen) fall.accounts.push_back(*verdict);
    fall.judged = all.size();
  }
  return falls;
}

}  // namespace adfill
