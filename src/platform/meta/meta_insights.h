// What adfill asks of Meta's insights, as parameters. (documentation/ads-commerce/marketing-api/insights and
// …/reference/ad-campaign/insights)
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "net/http_message.h"
#include "platform/meta/meta_attribution.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// Some of an account's campaigns, ad sets or ads.
struct MetaPart {
  std::string level;  // "campaign", "adset", "ad"
  std::vector<std::string> ids;
};

// The report of a slice: a row an ad and day, or a row a gender, age and day of the whole account. `today` is the
// account's. `windows`: further ones beside each ad set's own. Requires: type is ads or demographics.
[[nodiscard]] Query report_parameters(CollectionType type, DayRange range, Day today, const MetaWindows& windows);

// The report of the ads of one day that belong to a part.
[[nodiscard]] Query part_parameters(Day day, Day today, const MetaPart& part, const MetaWindows& windows);
// Which campaigns, ad sets or ads have figures on a day: all of them, or those inside `parent`.
[[nodiscard]] Query part_list_parameters(Day day, std::string_view level, const std::optional<MetaPart>& parent);

// The account's own totals, a row a day.
[[nodiscard]] Query totals_parameters(DayRange range);

// How many ads, or groups of age and gender, have figures on some days: a row each and day, of as few fields as can be.
[[nodiscard]] Query sample_parameters(const std::vector<Day>& days);
[[nodiscard]] Query group_sample_parameters(const std::vector<Day>& days);

// The first day that Meta surely still has: 37 months back by the calendar and a day more, for it is not documented in
// which zone Meta counts them (estuary/connectors PR 3034 and airbytehq/airbyte PR 27483 both had to add that day).
[[nodiscard]] Day first_day_of_meta(Day today);

}  // namespace adfill
