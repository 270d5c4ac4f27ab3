// What a platform's own fault is seen by, and the days that it has made doubtful. A day is suspect while the alert of
// the fault is open, and after that until a snapshot that was asked for later has taken its place.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/rows.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

// A receipt's sums. What its rows came to beside the totals is unset where it was committed before that was kept.
struct DayFigures {
  Day day;
  Instant as_of;
  Totals totals{};
  std::optional<Micros> conversions{};
  std::optional<Micros> conversion_value{};
};

struct AccountDays {
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string time_zone;
  std::vector<DayFigures> days{};  // of its ads, in order
};

struct SuspectDay {
  IntegrationId integration;
  CollectionType type = CollectionType::ads;
  Day day;
  bool lasts = false;  // the fault does
  bool pinned = false;
};

}  // namespace adfill
