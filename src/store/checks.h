// The nightly check: which accounts' older days are to be compared with the platform, and what their receipts say.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/rows.h"

#include <string>
#include <vector>

namespace adfill {

// Given to one caller, who makes it; the next one falls due half an hour after the account's next daily job.
struct DueCheck {
  IntegrationId integration;
  Source source = Source::meta;
  CollectionType type = CollectionType::ads;
  std::vector<std::string> scopes{};
};

// A day that no daily job looks at any more: settled, and not pinned.
struct SettledDay {
  Day day;
  Instant seen_at;  // collected or compared last
  Totals told{};    // by the platform then, for the account; where it did not, what is stored
};

}  // namespace adfill
