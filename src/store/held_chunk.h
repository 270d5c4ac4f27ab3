// What a commit needs to know of the chunk that it is for.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"

#include <string>

namespace adfill {

// The chunk that a valid token stands for.
struct HeldChunk {
  ChunkToken token;
  ChunkId chunk;
  JobId job;
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string account_id;
  std::string currency;
  std::string time_zone;
  CollectionType type = CollectionType::ads;
  DayRange range{};
  Asked job_asked{};
  int retry_count = 0;
  int max_retries = 0;
  int lost_count = 0;
};

// As if a chunk of the account were held: the steps of a commit ask for no more of it. `Account` names one's owner,
// source, currency and time zone.
template <class Account>
[[nodiscard]] HeldChunk as_if_held(ChunkToken token, IntegrationId integration, const Account& account,
                                   CollectionType type) {
  HeldChunk held;
  held.token = token;
  held.integration = integration;
  held.advertiser = account.advertiser;
  held.source = account.source;
  held.account_id = account.account_id;
  held.currency = account.currency;
  held.time_zone = account.time_zone;
  held.type = type;
  return held;
}

}  // namespace adfill
