// The price of a backfill before it starts: rows, calls and time, from a probe of the account and the chunks as they
// would be planned. Pure.
#pragma once

#include "platform/connector.h"
#include "store/store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace adfill {

struct TypeEstimate {
  CollectionType type = CollectionType::ads;
  int chunks = 0;
  std::int64_t rows = 0;
  std::int64_t calls = 0;
};

struct Estimate {
  VerifiedAccount account;
  std::string tier{};  // of the app's access; empty where the platform does not tell
  std::vector<TypeEstimate> types{};
  std::int64_t rows = 0;
  std::int64_t calls = 0;
  Duration time{};
  bool rough = false;  // the account is so large that parts of it were reckoned from one day
};

// Rows of a range: between two sampled days a day has rows on the line between theirs, before the first and after the
// last as many as that one; days that are not active have none.
[[nodiscard]] double rows_in(const std::vector<Day>& active_days, const std::vector<AccountProbe::DayRows>& samples,
                             DayRange range);

[[nodiscard]] Estimate estimate(const Connector& connector, const VerifiedAccount& account,
                                const std::vector<PlannedJob>& jobs, const AccountProbe& probe);

}  // namespace adfill
