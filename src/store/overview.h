// What people look at first: how fresh each account is, what goes on and what went through lately, and how a job's
// chunks were tried.
#pragma once

#include "store/records.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

// A slice that was too much at once: what was asked for, and what the attempt went on with.
struct GivenUpSlice {
  DayRange range;
  std::string part;        // how its day was asked for: whole, campaigns, ad_sets, ads
  int next_days = 1;       // at most so many at once from then on
  std::string next_part;   // in such parts
  Duration took{};         // from the request until it was given up
  std::string message{};   // the platform's own words, scrubbed of secrets
  std::string trace_id{};  // the platform's, for its support
  Instant at{};            // as attempts() tells it: when it was given up
};

// Of an attempt; the first ones. Halving ninety days down to the finest parts takes eleven.
inline constexpr int given_up_kept = 20;
inline constexpr std::size_t given_up_words = 500;  // bytes of a message

struct AttemptRecord {
  ChunkToken token;
  ChunkId chunk;
  Instant started_at;
  std::optional<Instant> ended_at{};
  std::string outcome;  // as the verdict was; empty while it runs, or when its worker was lost
  std::string failure_kind;
  std::string failure_code;
  std::string message;
  std::string trace_id;                  // the platform's, for its support
  int slices_given_up = 0;               // how many there were
  std::vector<GivenUpSlice> given_up{};  // the first given_up_kept of them, in order
};

struct RecentDay {
  Day day;
  DayState state = DayState::fresh;
  bool suspect = false;
};

// Of an account's type that has days.
struct TypeFreshness {
  CollectionType type = CollectionType::ads;
  int days = 0;        // that have a receipt
  int mismatches = 0;  // of them, with an unexplained difference
  int suspect = 0;     // of them, made doubtful by a fault of the platform
  std::optional<Day> first{};
  std::optional<Day> newest{};
  std::optional<Instant> as_of{};  // of the receipt that was written last
  std::vector<RecentDay> recent{};

  // Days without a receipt between the first and the newest.
  [[nodiscard]] int gaps() const;
  // How far its newest day is from yesterday; nullopt when it has none.
  [[nodiscard]] std::optional<int> days_behind(Day yesterday) const;
};

struct FreshnessRecord {
  IntegrationRecord integration;
  std::vector<TypeFreshness> types{};  // ads and demographics

  // In the account's own time zone.
  [[nodiscard]] Day yesterday(Instant now) const;
};

struct CollectedPiece {
  Instant begins;
  std::int64_t chunks = 0;  // completed
  std::int64_t rows = 0;    // of them
};

struct OverviewRecord {
  std::map<IntegrationStatus, std::int64_t> integrations{};
  std::map<JobStatus, std::int64_t> open_jobs{};
  std::vector<CollectedPiece> collected{};
};

}  // namespace adfill
