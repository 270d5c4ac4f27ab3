// What a commit carries and what the store answers. A day's rows and its coverage are one transaction; the chunk
// becomes completed in the transaction of its last day.
#pragma once

#include "core/collection.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/rows.h"

#include <cstdint>
#include <exception>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace adfill {

// One day of one snapshot, whole. A day without rows is committed too.
struct DaySnapshot {
  Day day;
  Asked asked;
  Instant as_of;                     // when it was asked, for people
  std::string report_id;             // the platform's name of the report; may be empty
  std::int64_t rows_read = 0;        // counted while pages were read, before the spool
  Totals totals_read;                // summed while pages were read, before the spool
  std::optional<Totals> platform{};  // the account's own totals of the day, where it told them
  bool inside_window = false;        // young enough to be restated still
  bool moving = false;               // and to be asked for again by itself
  std::string attribution{};         // the attribution asked for, in the source's own word
  std::variant<std::vector<AdRow>, std::vector<DemographicRow>> rows;
};

struct DaysCommit {
  ChunkToken token;
  std::vector<DaySnapshot> days;  // may be empty: completes a chunk whose days were all done by others
};

struct CreativesCommit {
  ChunkToken token;
  Asked asked;
  Instant as_of;
  std::vector<Creative> rows;
  bool last = false;  // the listing is complete: ads neither in `rows` nor in `listed` are absent, the chunk completes
  std::vector<std::string> listed{};  // with the last: the ids of the ads committed before it
};

struct CommitResult {
  enum class State {
    done,
    stale,    // the token is no longer valid: nothing was written
    inexact,  // what would be stored is not what was read: nothing was written, `problem` says where
  };
  State state = State::done;
  std::string problem{};
  int days_committed = 0;
  int days_left_alone = 0;        // an equal or newer snapshot was there: they count as done
  std::int64_t rows_written = 0;  // inserted or changed
  std::int64_t rows_unchanged = 0;
  std::int64_t rows_removed = 0;  // vanished, on proof
  std::int64_t rows_absent = 0;   // vanished, without proof: kept and marked
  bool chunk_completed = false;
  std::optional<JobStatus> job_ended{};
};

// The ids of all ads of a listing, which ends with this commit.
[[nodiscard]] inline std::vector<std::string> all_listed(const CreativesCommit& commit) {
  auto ids = commit.listed;
  for (const auto& row : commit.rows) ids.push_back(row.ad_id);
  return ids;
}

// What a commit answered, or what it threw.
using CommitOutcome = std::expected<CommitResult, std::exception_ptr>;

}  // namespace adfill
