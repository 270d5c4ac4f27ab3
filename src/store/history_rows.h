// What the statements of history tell, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "store/commit.h"
#include "store/history.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

// From list_row_changes.
template <class Columns>
[[nodiscard]] RowChange read_row_change(Columns& row) {
  RowChange change;
  change.key = row.template next<std::string>();
  const auto kind = row.next_text();
  if (kind == "changed") change.kind = RowChange::Kind::changed;
  if (kind == "removed") change.kind = RowChange::Kind::removed;
  std::vector<std::string> names;
  for (int name = 0; name < 6; ++name) {
    auto text = row.template next<std::optional<std::string>>();
    if (text) names.push_back(std::move(*text));
  }
  if (names.size() == 6) change.names = std::move(names);
  change.currency = row.template next<std::optional<std::string>>();
  change.metrics.impressions = row.next_integer_or_null().value_or(0);
  change.metrics.clicks = row.next_integer_or_null().value_or(0);
  for (Micros* amount : {&change.metrics.cost, &change.metrics.conversions, &change.metrics.conversion_value}) {
    *amount = row.template next<std::optional<Micros>>().value_or(Micros{});
  }
  change.reach = row.next_integer_or_null();
  change.details = row.template next<std::optional<std::string>>();
  change.details_hash = row.next_integer_or_null();
  return change;
}

// From list_day_changes.
template <class Columns>
[[nodiscard]] std::vector<DayChange> read_day_changes(Columns row) {
  std::vector<DayChange> changes;
  while (row.step()) {
    DayChange& change = changes.emplace_back();
    change.id = row.next_integer();
    change.attempt = row.template next<ChunkToken>();
    change.day = row.template next<Day>();
    change.asked = row.template next<Asked>();
    change.at = row.template next<Instant>();
    change.previous_as_of = row.template next<Instant>();
    change.rows_before = row.next_integer();
    change.rows = row.next_integer();
    for (Totals* totals : {&change.before, &change.after}) {
      totals->impressions = row.next_integer();
      totals->clicks = row.next_integer();
      totals->cost = row.template next<Micros>();
    }
    for (std::int64_t* count : {&change.rows_added, &change.rows_changed, &change.rows_removed}) {
      *count = row.next_integer();
    }
  }
  return changes;
}

struct KnownDays {
  std::vector<Day> there{};  // at that moment
  std::optional<HistoryGone> gone{};
};

// From list_known_days.
template <class Columns>
[[nodiscard]] KnownDays known_days(Columns row, Instant at) {
  KnownDays known;
  while (row.step()) {
    const Day day = row.template next<Day>();
    const auto first_at = row.template next<std::optional<Instant>>();
    const auto history_since = row.template next<std::optional<Instant>>();
    if (first_at && at < *first_at) continue;
    known.there.push_back(day);
    if (!history_since || *history_since <= at) continue;
    if (!known.gone || known.gone->known_since < *history_since) known.gone = HistoryGone{day, *history_since};
  }
  return known;
}

// A commit to be undone: its day, and what the receipt was.
struct ToUndo {
  std::int64_t change = 0;
  CollectionType type = CollectionType::ads;
  DaySnapshot snapshot{};
};

// From list_changes_of_attempt.
template <class Columns>
[[nodiscard]] std::vector<ToUndo> days_to_undo(Columns row) {
  std::vector<ToUndo> days;
  while (row.step()) {
    ToUndo day;
    day.change = row.next_integer();
    day.type = row.template next<CollectionType>();
    day.snapshot.day = row.template next<Day>();
    day.snapshot.as_of = row.template next<Instant>();
    day.snapshot.report_id = row.template next<std::string>();
    day.snapshot.attribution = row.template next<std::string>();
    const auto impressions = row.next_integer_or_null();
    const auto clicks = row.next_integer_or_null();
    const auto cost = row.template next<std::optional<Micros>>();
    if (impressions && clicks && cost) day.snapshot.platform = Totals{*impressions, *clicks, *cost};
    day.snapshot.inside_window = true;  // a difference from the account's total is what undoing is for
    // Of several commits of the attempt at one day the first is what is undone.
    const bool again = !days.empty() && days.back().type == day.type && days.back().snapshot.day == day.snapshot.day;
    if (!again) days.push_back(std::move(day));
  }
  return days;
}

}  // namespace adfill
