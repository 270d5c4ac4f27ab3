// A claim: one attempt's right to work on one chunk, and all it needs to know for that.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

// A report that the platform still works on, or has ready, for this chunk and this range.
struct RunningReport {
  std::string report_id;
  DayRange range;
  Asked asked;
  Instant started_at;
  std::string attribution{};  // it was asked for with
};

struct Claim {
  ChunkToken token;
  ChunkId chunk;
  JobId job;
  IntegrationId integration;
  AdvertiserId advertiser;
  std::string advertiser_name;
  Source source = Source::meta;
  CollectionType type = CollectionType::ads;
  JobMode mode = JobMode::initial;
  int chunk_index = 0;
  DayRange range{};
  Asked job_asked{};
  int retry_count = 0;
  int max_retries = 3;
  int lost_count = 0;
  bool unparsable_before = false;
  std::string account_id;
  std::string time_zone;
  std::string currency;
  std::string sealed_credentials;  // SecretBox, context: the integration's id
  std::string attribution{};       // as IntegrationRecord has it
  bool keep_thumbnails = false;    // likewise
  int credentials_version = 0;     // a refusal of older ones changes nothing
  std::vector<std::string> scopes{};
  std::optional<int> window_days{};      // the restatement window where platform_configs sets it
  std::optional<int> slice_days{};       // the size that worked for this integration and type, where it was learned
  std::vector<Day> open_days{};          // days not yet done for this job, in order; empty for creatives
  std::vector<RunningReport> reports{};  // at most six hours old
  Asked asked{};                         // of its first request, drawn with the claim
};

}  // namespace adfill
