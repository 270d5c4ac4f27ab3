// What stands in the replaced system's tables, as adfill reads it: texts by what they mean, a column that was not there
// being nullopt, and how figures are made of them. Its money was in floats; here it becomes exact decimals.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/instant.h"
#include "core/rows.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

using ReplacedText = std::optional<std::string>;

struct ReplacedIntegration {
  std::string id;
  std::string advertiser;
  ReplacedText source{};
  ReplacedText account{};
  ReplacedText account_name{};
  ReplacedText currency{};
  ReplacedText time_zone{};
  ReplacedText access_token{};
  ReplacedText app_secret{};
};

struct ReplacedChunk {
  std::string job;
  std::string id;
  int chunk_index = 0;
  DayRange range{};
  std::string status;
  int retry_count = 0;
  int max_retries = 3;
  ReplacedText error_message{};
  std::optional<Instant> last_error_at{};
  std::optional<Instant> created_at{};
  std::optional<Instant> started_at{};
  std::optional<Instant> completed_at{};
};

struct ReplacedJob {
  std::string id;
  ReplacedText type{};
  ReplacedText mode{};
  ReplacedText status{};
  std::optional<Day> since{};
  std::optional<Day> until{};
  ReplacedText error_message{};
  std::optional<Instant> created_at{};
  std::optional<Instant> started_at{};
  std::optional<Instant> completed_at{};
  std::vector<ReplacedChunk> chunks{};
};

// An advertiser's rows on a source; for creatives also when the last of them was written.
struct ReplacedOwner {
  ReplacedText advertiser{};
  ReplacedText source{};
  std::int64_t rows = 0;
  std::optional<Instant> written_at{};
};

struct ReplacedDay {
  Day day;
  std::int64_t rows = 0;
  std::optional<Instant> written_at{};
};

// Of ads or of demographics.
struct ReplacedFigures {
  Day day;
  ReplacedText integration{};
  ReplacedText account{};
  ReplacedText impressions{};
  ReplacedText clicks{};
  ReplacedText cost{};
  ReplacedText conversions{};
  ReplacedText conversion_value{};
  ReplacedText reach{};
  std::string details{};              // all else, as JSON
  std::vector<ReplacedText> names{};  // ads: campaign_ad_id to ad_name; demographics: gender, age
};

struct ReplacedCreative {
  ReplacedText integration{};
  ReplacedText account{};
  Creative creative;
};

// NULL counts as nothing: 0, "" or unknown. The error says which column can't be read, and what stands in it.
[[nodiscard]] std::expected<AdRow, std::string> to_ad_row(const ReplacedFigures& figures);
[[nodiscard]] std::expected<DemographicRow, std::string> to_demographic_row(const ReplacedFigures& figures);

// The place in the order of snapshots of what the replaced system wrote at that time: below all that adfill draws, and
// what it wrote later is above.
[[nodiscard]] Asked replaced_asked(Instant written_at);

}  // namespace adfill
