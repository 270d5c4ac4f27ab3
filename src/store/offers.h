// Accounts that credentials can see and that are no integrations yet: found once a day, offered until somebody adds
// them or does not want to see them.
#pragma once

#include "core/collection.h"
#include "core/id.h"
#include "core/instant.h"

#include <string>
#include <vector>

namespace adfill {

// Whose credentials are to be asked now; given to one caller.
struct DueListing {
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string sealed_credentials;
};

struct OfferedAccount {
  std::string account_id;
  std::string name;
  std::string currency;
  std::string time_zone;
  std::string status;  // as the connector words it
};

// All that one advertiser's credentials could see.
struct SeenAccounts {
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::vector<IntegrationId> through{};  // the integrations that have these credentials; the first is named with offers
  std::vector<OfferedAccount> accounts{};
};

struct AccountOffer {
  OfferedAccount account;
  Source source = Source::meta;
  IntegrationId through;  // has the credentials that see it
  std::string advertiser_name{};
  Instant found_at;
};

}  // namespace adfill
