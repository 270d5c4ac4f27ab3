// The price of a backfill before it starts: rows, calls and time, from a probe of the account and the chunks as they
// would be planned. Pure.
#pragma once

#include "platform/connector.h"
#include "store/store.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
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

// Days that no job asks for, since a person has pinned them.
using PinnedDays = std::map<CollectionType, std::set<Day>>;

// What the store has of an integration already.
struct KnownDays {
  PinnedDays pinned{};
  std::set<CollectionType> types{};  // those with days collected
};

// What is asked for of a chunk: the unbroken runs of days that are not pinned.
[[nodiscard]] std::vector<DayRange> asked_of(DayRange chunk, const std::set<Day>& pinned);

[[nodiscard]] Estimate estimate(const Connector& connector, const VerifiedAccount& account,
                                const std::vector<PlannedJob>& jobs, const AccountProbe& probe,
                                const KnownDays& known = {});

// The price of a range of an integration that is there, a type: what of it is there, or under way, already.
struct TypeOutlook {
  struct Days {
    int total = 0;
    int covered = 0;     // they are collected again
    int pinned = 0;      // of these, they are not
    int collecting = 0;  // in open chunks of jobs
  };
  TypeEstimate price{};
  std::optional<Days> days{};          // nullopt: the type has none
  std::optional<JobId> found{};        // the open job that the same request finds: nothing new runs
  std::vector<JobRecord> open_jobs{};  // that have days of the range still to do; `found` is among them
};

struct CollectionEstimate {
  Estimate total;  // its types as below
  std::vector<TypeOutlook> types{};
};

// Reads what the store knows of the planned jobs' days; prices are left at zero.
[[nodiscard]] std::vector<TypeOutlook> look_at_days(Store& store, IntegrationId integration,
                                                    const std::vector<PlannedJob>& jobs, KnownDays& known);

}  // namespace adfill
