// What was: changes of days, figures as they stood at an earlier moment, and undoing a commit.

#include "sql/sqlite.h"
#include "store/history_rows.h"
#include "store/past_day.h"
#include "store/sqlite/figures.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"
#include "store/stored_rows.h"

#include <algorithm>
#include <set>
#include <utility>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

const Instant long_ago{};

// The day as it is stored now.
template <class Row>
PastDay<Row> read_day(SqliteConnection& db, const IntegrationRecord& account, CollectionType type, Day day) {
  PastDay<Row> now(day);
  auto row = db.query(type == CollectionType::ads ? sqlite::read_stored_ads : sqlite::read_stored_demographics,
                      ":advertiser", account.advertiser, ":source", account.source, ":account", account.account_id,
                      ":since", day, ":until", day);
  while (row.step()) {
    static_cast<void>(row.next<Day>());
    StoredRow<Row> stored;
    read_key(row, stored.row);
    read_after_key(row, stored);
    const std::int64_t details_hash = row.next_integer();
    static_cast<void>(row.next<bool>());  // absent rows count: their money was spent
    stored.row.details = row.next_text();
    now.add(std::move(stored.row), std::move(stored.currency), details_hash);
  }
  return now;
}

// Every change after `at`, and from the commit `from` on, taken back. False: see PastDay::take_back().
template <class Row>
bool take_back(SqliteConnection& db, IntegrationId integration, CollectionType type, Instant at, std::int64_t from,
               PastDay<Row>& day) {
  auto row = db.query(sqlite::list_row_changes, ":integration", integration, ":type", type, ":date", day.day(), ":at",
                      at, ":from", from);
  bool whole = true;
  while (row.step()) whole = day.take_back(read_row_change(row)) && whole;
  return whole;
}

template <class Row>
std::vector<PerformanceRecord> sum_as_of(SqliteConnection& db, const IntegrationRecord& account,
                                         const PerformanceFilter& filter, Instant at, const std::vector<Day>& days) {
  PastGroups groups(filter.group, account.source);
  for (const Day day : days) {
    auto past = read_day<Row>(db, account, filter.type, day);
    // Whether details can be made again does not matter to sums.
    static_cast<void>(take_back(db, account.id, filter.type, at, 0, past));
    groups.add(past);
  }
  return groups.records();
}

// The rows of the day as they were before the commit. False: they can't be made again.
template <class Row>
bool rebuild(SqliteConnection& db, const IntegrationRecord& account, ToUndo& undo) {
  auto past = read_day<Row>(db, account, undo.type, undo.snapshot.day);
  if (!take_back(db, account.id, undo.type, long_ago, undo.change, past)) return false;
  std::vector<Row> rows;
  for (const auto& [key, kept] : past.rows()) {
    if (kept.currency != account.currency) return false;
    rows.push_back(kept.row);
    if (!undo.snapshot.totals_read.add(totals_of(kept.row.metrics))) return false;
  }
  undo.snapshot.rows_read = static_cast<std::int64_t>(rows.size());
  undo.snapshot.rows = std::move(rows);
  return true;
}

std::optional<IntegrationRecord> read_account(SqliteConnection& db, IntegrationId id) {
  auto row = db.query(sqlite::read_integration, ":integration", id);
  return row.step() ? std::optional(read_integration_row(row)) : std::nullopt;
}

}  // namespace

std::vector<DayChange> SqliteStore::day_changes(IntegrationId integration, CollectionType type, DayRange range) {
  return read([&](SqliteConnection& db) {
    return read_day_changes(db.query(sqlite::list_day_changes, ":integration", integration, ":type", type, ":since",
                                     range.since, ":until", range.until));
  });
}

std::expected<std::vector<PerformanceRecord>, HistoryGone> SqliteStore::performance_as_of(
    const PerformanceFilter& filter, Instant at) {
  using Answer = std::expected<std::vector<PerformanceRecord>, HistoryGone>;
  must(filter.integration.has_value(), "figures of an earlier moment are those of one account");
  if (!knows_group(filter.type, filter.group)) return {};
  return read([&](SqliteConnection& db) -> Answer {
    const auto account = read_account(db, *filter.integration);
    const bool seen =
        account && (!filter.sight || std::ranges::find(*filter.sight, account->advertiser) != filter.sight->end());
    if (!seen) return {};
    const DayRange range{filter.since.value_or(Day(1, 1, 1)), filter.until.value_or(Day(9999, 12, 31))};
    const KnownDays known = known_days(db.query(sqlite::list_known_days, ":integration", account->id, ":type",
                                                filter.type, ":since", range.since, ":until", range.until),
                                       at);
    if (known.gone) return std::unexpected(*known.gone);
    return filter.type == CollectionType::ads ? sum_as_of<AdRow>(db, *account, filter, at, known.there)
                                              : sum_as_of<DemographicRow>(db, *account, filter, at, known.there);
  });
}

Undone SqliteStore::undo(IntegrationId integration, ChunkToken attempt, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    Undone undone;
    const auto account = read_account(transaction.db, integration);
    auto days = days_to_undo(
        transaction.db.query(sqlite::list_changes_of_attempt, ":integration", integration, ":attempt", attempt));
    if (!account || days.empty()) {
      undone.state = Undone::State::not_found;
      return undone;
    }
    const Asked asked = draw_number(transaction);
    for (ToUndo& day : days) {
      day.snapshot.asked = asked;
      const bool made = day.type == CollectionType::ads ? rebuild<AdRow>(transaction.db, *account, day)
                                                        : rebuild<DemographicRow>(transaction.db, *account, day);
      const HeldChunk held = as_if_held(ChunkToken{transaction.new_uuid()}, account->id, *account, day.type);
      const auto merged = made ? merge_day(transaction, held, day.snapshot, Vanishing::removed) : MergedDay{};
      if (!made || !merged.problem.empty()) {
        transaction.give_up();
        return Undone{.state = Undone::State::changed_by_hand, .days = {}, .day = day.snapshot.day};
      }
      write_coverage(transaction, held, day.snapshot, merged, transaction.now);
      undone.days.push_back(day.snapshot.day);
    }
    write_audit(transaction, who, "days.undo", integration.to_string() + " " + attempt.to_string());
    return undone;
  });
}

int SqliteStore::release_days(IntegrationId integration, CollectionType type, DayRange range, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int released = transaction.db.run(sqlite::release_days, ":integration", integration, ":type", type, ":since",
                                            range.since, ":until", range.until);
    if (released > 0) write_audit(transaction, who, "days.release", integration.to_string());
    return released;
  });
}

}  // namespace adfill
