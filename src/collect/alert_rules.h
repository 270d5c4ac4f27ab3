// What is wrong now, and what is to be told of it: pure functions over a snapshot of the store. A subject has one alert
// open; it is told of when it opens, seldom while it lasts, and when it is over. An outage of a platform is one alert:
// what its accounts miss meanwhile, and in the two hours in which they catch up, opens no others.
#pragma once

#include "store/alerts.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct AlertRules {
  Duration freshness = std::chrono::hours(6);      // how long after its schedule a day must be there
  Duration repeat = std::chrono::hours(24);        // how often an alert that lasts is told of again
  Duration expiry = std::chrono::days(7);          // how long before credentials expire it is told
  Duration queue_wait = std::chrono::minutes(15);  // how long what may run may wait while nobody works
};

// An account whose days a fall makes suspect from a day on.
struct SuspectedAccount {
  IntegrationId integration;
  AdvertiserId advertiser;
  Day since;
};

struct DueAlert {
  AlertKind kind = AlertKind::freshness;
  std::string subject;
  std::optional<IntegrationId> integration{};
  std::optional<AdvertiserId> advertiser{};
  std::optional<Source> source{};
  std::string account_name;
  std::string message;
  std::string parameters = "{}";
  std::vector<SuspectedAccount> suspected{};
};

struct AlertDecision {
  struct Lasting {
    AlertRecord alert;
    std::string message;  // as things stand now
    std::string parameters = "{}";
    bool tell = false;
    std::vector<AdvertiserId> advertisers{};    // a fall's, so far
    std::vector<SuspectedAccount> suspected{};  // that have come since
  };
  struct Over {
    AlertRecord alert;
    std::vector<AdvertiserId> advertisers{};  // a fall's
  };
  std::vector<DueAlert> open{};
  std::vector<Lasting> renew{};  // to be told of again, or with other words
  std::vector<Over> close{};
};

// As people write it: "Google Ads".
[[nodiscard]] std::string_view source_name(Source source);

// All that is wrong but falls of metrics (fall_alerts.h), in the snapshot's order.
[[nodiscard]] std::vector<DueAlert> find_alerts(const AlertSnapshot& snapshot, const AlertRules& rules);
// What that changes about the alerts that are open.
[[nodiscard]] AlertDecision decide_alerts(const AlertSnapshot& snapshot, const AlertRules& rules);

}  // namespace adfill
