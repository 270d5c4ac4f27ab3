// The same metric falling off on many accounts at once: a platform's own fault. Pure functions over what receipts came
// to. An account is its own yardstick: a day is compared with the same weekdays of the weeks before the fall, and says
// something only while the account's ads go on, so that neither currency nor weekends nor a stopped account look like
// one.
#pragma once

#include "core/day.h"
#include "core/instant.h"
#include "store/suspicions.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace adfill {

enum class Metric { impressions, clicks, cost, conversions, conversion_value };
inline constexpr std::array all_metrics{Metric::impressions, Metric::clicks, Metric::cost, Metric::conversions,
                                        Metric::conversion_value};
[[nodiscard]] std::string_view to_string(Metric value);
template <>
std::optional<Metric> parse<Metric>(std::string_view text);

struct FallRules {
  // Shares of what an account's own past leads to expect.
  double fallen = 0.3;  // less is a day that fell off
  double back = 0.5;    // as much ends a fall
  double active = 0.5;  // of cost and impressions: less tells nothing about another metric
  int days = 2;         // that have to have fallen off, one after the other
  int weeks = 4;        // whose same weekdays the expectation is the median of,
  int weeks_known = 3;  // and so many of them have to be known
  // A fall begins or goes on by days that had so long after their end to fill up: conversions come late. It may end by
  // younger ones.
  int settles_in_days = 1;
  int reach_days = 28;       // so long ago it may have begun
  int telling_days = 7;      // an account without a telling day that young says nothing
  std::size_t accounts = 5;  // at least so many have to fall off,
  double share = 0.3;        // that share of those that usually have the metric,
  std::size_t advertisers =
      3;               // of so many advertisers, where there are so many: one shop's own fault is not the platform's
  int days_apart = 1;  // and begin within so many days of the same one
  Duration lasts_at_most = std::chrono::days(60);  // then it is how things are
};

// Of an account, and of a metric that it usually has.
struct MetricVerdict {
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  Metric metric = Metric::impressions;
  std::optional<Day> since{};  // it falls off since then
};

// The metrics that the account usually has and that its last days tell something about. Days from `look_back` days ago
// on are judged; `account` has those of the weeks before them too.
[[nodiscard]] std::vector<MetricVerdict> judge_account(const AccountDays& account, Instant now, const FallRules& rules,
                                                       int look_back);

struct MetricFall {
  Source source = Source::meta;
  Metric metric = Metric::impressions;
  Day since;
  std::vector<MetricVerdict> accounts{};  // that fall off
  std::size_t judged = 0;                 // that usually have the metric, those that fall off included
};

// At most one of each source and metric: the day at which most accounts begin to fall off, where they are many. A value
// that falls off with its conversions is no fall of its own.
[[nodiscard]] std::vector<MetricFall> find_falls(const std::vector<MetricVerdict>& verdicts, const FallRules& rules);

}  // namespace adfill
