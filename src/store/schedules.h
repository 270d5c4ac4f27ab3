// When accounts are collected again by themselves, and what is known of their days when it is time.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/money.h"
#include "store/history.h"
#include "store/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

// Made with its integration, one a type.
struct NewSchedule {
  CollectionType type = CollectionType::ads;
  std::string cron;
  Instant next_due_at;
};

struct ScheduleRecord {
  ScheduleId id;
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  CollectionType type = CollectionType::ads;
  std::string cron;
  std::string time_zone;
  std::string account_time_zone;  // in which the account's days are counted
  bool paused = false;
  Instant next_due_at;
  std::optional<Instant> last_due_at{};  // the due time that became a job last
  Instant created_at;
  Instant updated_at;
};

struct ScheduleFilter {
  std::optional<IntegrationId> integration{};
  Sight sight{};
  std::optional<ScheduleId> after{};  // cursor; in the order in which they were made
  int limit = 50;
};

// What is set is changed. The next due time goes along with what it follows from.
struct ScheduleChange {
  std::optional<std::string> cron{};
  std::optional<std::string> time_zone{};
  std::optional<bool> paused{};
  std::optional<Instant> next_due_at{};
};

// What a daily job is planned from.
struct CollectedDays {
  struct Covered {
    Day day;
    Instant as_of;
    std::int64_t rows = 0;
    Micros cost{};
    bool pinned = false;
    std::optional<Instant> first_at{};       // when the day came first
    std::optional<Instant> history_since{};  // set: what moved it before is forgotten
  };
  // A chunk that failed, or was cancelled, and what it was to collect.
  struct Failed {
    DayRange range;
    Instant at;
    bool cancelled = false;
  };
  std::vector<Covered> covered{};  // in order of days
  std::vector<DayRange> open{};    // of chunks that are pending or processing
  std::vector<Failed> failed{};
  std::vector<DayChange> changes{};  // kept ones, of days from changes_since on
  Day changes_since;
  std::vector<Day> suspect{};        // to be collected again since what made them so is over; in order
  std::optional<int> window_days{};  // the restatement window where platform_configs sets it
};

// How many days back it is told what moved them: a restatement window, and a month to learn from.
inline constexpr int days_of_changes = 60;
// The days before today, wherever in the world that is.
[[nodiscard]] DayRange changes_range(Instant now);

// As platform_configs has it. nullopt: not set, or not a number of days.
[[nodiscard]] std::optional<int> window_days_of(const std::optional<std::string>& text);

}  // namespace adfill
