// What platforms report, as adfill keeps it: a row an ad and day, a row a demographic group and day, a snapshot an ad.
#pragma once

#include "core/day.h"
#include "core/money.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

struct Metrics {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros cost;              // main unit of the account's currency, in micros
  Micros conversions;       // platforms model fractions of them
  Micros conversion_value;  // main unit of the account's currency, in micros
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

struct AdRow {
  Day day;
  std::string campaign_ad_id;  // the row's key within account and day; Meta: the ad's id
  std::string campaign_id;
  std::string campaign_name;
  std::string ad_group_id;
  std::string ad_group_name;
  std::string ad_id;
  std::string ad_name;
  Metrics metrics;
  std::optional<std::int64_t> reach{};  // absent where the platform left it out
  std::string details;                  // all else it sent: canonical JSON object, "{}" at least
  friend bool operator==(const AdRow&, const AdRow&) = default;
};

struct DemographicRow {
  Day day;
  std::string breakdown;  // "age_gender"; other platforms give "age" or "gender"
  std::string gender;     // female, male, unknown; "all" where not broken down
  std::string age;        // 18-24 …, unknown; "all" where not broken down
  Metrics metrics;
  std::optional<std::int64_t> reach{};
  std::string details;
  friend bool operator==(const DemographicRow&, const DemographicRow&) = default;
};

struct Creative {
  std::string ad_id;
  std::string ad_name;
  std::string creative_id;
  std::string campaign_id;
  std::string ad_group_id;
  std::string status;  // the platform's own word
  std::string title;
  std::string body;
  std::string call_to_action;
  std::string link_url;
  std::string image_url;
  std::string thumbnail_url;
  std::string image_hash;
  std::string video_id;
  std::string video_url{};         // its page, which lasts
  std::string video_source_url{};  // its file, signed for some days; empty where it may not be read
  std::string details;
  friend bool operator==(const Creative&, const Creative&) = default;
};

// Where a video is to be seen, as it was told before; both links empty: it could not be read.
struct VideoLinks {
  std::string url{};
  std::string source_url{};
  friend bool operator==(const VideoLinks&, const VideoLinks&) = default;
};

// The name under which a creative's picture is kept: its image's hash, or "video-" and the id of its video; empty where
// it has neither.
[[nodiscard]] std::string picture_of(const Creative& creative);

// The sums that make a transfer exact.
struct Totals {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros cost;

  // False when a sum does not fit; the totals are then unchanged.
  [[nodiscard]] bool add(const Totals& other);
  friend bool operator==(const Totals&, const Totals&) = default;
};

[[nodiscard]] inline Totals totals_of(const Metrics& metrics) {
  return {metrics.impressions, metrics.clicks, metrics.cost};
}

// How stored totals differ from what the account itself reports for the day. Rounding: at most half a unit (the
// currency's smallest) a row, in cost alone.
enum class Difference { not_asked, none, rounding, moving, unexplained };
[[nodiscard]] std::string_view to_string(Difference value);

// `inside_window`: the day is young enough to be restated still. `unit`: the smallest amount of the currency, in
// micros.
[[nodiscard]] Difference classify_difference(const Totals& stored, const std::optional<Totals>& platform,
                                             std::int64_t rows, bool inside_window, Micros unit);

// Smallest amount that the platform's cost figures have in this currency (KRW 1, USD 0.01), in micros.
[[nodiscard]] Micros currency_unit(std::string_view currency);

}  // namespace adfill
