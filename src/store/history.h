// What commits changed: from which figures to which, by which attempt. Kept for a time (HistoryRules), so that it can
// be told what was reported at an earlier moment, and a commit can be undone.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/rows.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

// A commit that moved the figures of a day that had been there before.
struct DayChange {
  std::int64_t id = 0;  // in order of commits
  ChunkToken attempt;   // whose commit it was; also what undo() made
  Day day;
  Asked asked;
  Instant at;              // of the commit
  Instant previous_as_of;  // of the snapshot that it took the place of
  std::int64_t rows_before = 0;
  std::int64_t rows = 0;
  Totals before;
  Totals after;
  std::int64_t rows_added = 0;
  std::int64_t rows_changed = 0;
  std::int64_t rows_removed = 0;
};

// What a row was before a change.
struct RowChange {
  enum class Kind { added, changed, removed };
  std::string key;  // of an ad its campaign_ad_id; of a group "breakdown/gender/age"
  Kind kind = Kind::added;
  // nullopt: the same as after. Of ads: campaign id and name, ad group id and name, ad id and name.
  std::optional<std::vector<std::string>> names{};
  std::optional<std::string> currency{};
  Metrics metrics{};
  std::optional<std::int64_t> reach{};
  std::optional<std::string> details{};  // changed: a patch (core/text_patch.h); removed: all of them
  std::optional<std::int64_t> details_hash{};
};

// What was asked for is older than what is kept.
struct HistoryGone {
  Day day;
  Instant known_since;  // the first moment at which the day is known
};

struct Undone {
  enum class State {
    done,
    not_found,       // nothing that is kept was changed by that attempt
    changed_by_hand  // `day` no longer is what its commit left, so what was before it can't be made
  };
  State state = State::done;
  std::vector<Day> days{};
  std::optional<Day> day{};
};

// For how long what has passed is kept.
struct RetentionRules {
  Duration history = std::chrono::days(30);
  Duration jobs = std::chrono::days(180);  // finished ones, with their chunks
};

struct Pruned {
  int changes = 0;  // of days
  int jobs = 0;
  bool more = false;  // there is more to do
};

}  // namespace adfill
