// What was: changes of days, figures as they stood at an earlier moment, and undoing a commit.

#include "sql/postgres.h"
#include "store/history_rows.h"
#include "store/past_day.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/receipts.h"
#include "store/postgres/records.h"
#include "store/stored_rows.h"

#include <algorithm>
#include <set>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

const Instant long_ago{};

// The day as it is stored now.
template <class Row>
PastDay<Row> read_day(Connection& db, const IntegrationRecord& account, CollectionType type, Day day) {
  PastDay<Row> now(day);
  auto row = db.query(type == CollectionType::ads ? statement::read_stored_ads : statement::read_stored_demographics,
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
bool take_back(Connection& db, IntegrationId integration, CollectionType type, Instant at, std::int64_t from,
               PastDay<Row>& day) {
  auto row = db.query(statement::list_row_changes, ":integration", integration, ":type", type, ":date", day.day(),
                      ":at", at, ":from", from);
  bool whole = true;
  while (row.step()) whole = day.take_back(read_row_change(row)) && whole;
  return whole;
}

template <class Row>
std::vector<PerformanceRecord> sum_as_of(Connection& db, const IntegrationRecord& account,
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

void lock_days(Transaction& transaction, IntegrationId integration, const std::vector<ToUndo>& days) {
  Array types, dates;
  for (const ToUndo& day : days) {
    types.add(day.type);
    dates.add(day.snapshot.day);
  }
  static_cast<void>(
      transaction.db.query(statement::lock_days, ":integration", integration, ":types", types, ":dates", dates));
}

// The rows of the day as they were before the commit. False: they can't be made again.
template <class Row>
bool rebuild(Connection& db, const IntegrationRecord& account, ToUndo& undo) {
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

// As the day's new snapshot, which keeps it. False: it is not what it should be.
bool put_in_place(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot) {
  Receipts receipts;
  receipts.add(held, snapshot, transaction.now());
  const auto written = receipts.write(transaction);
  const auto before = written.find({held.integration, held.type, snapshot.day});
  if (before == written.end() || !before->second) return false;
  const DaysToMerge day{&held, {&snapshot}, {{snapshot.day, *before->second}}, Vanishing::removed};
  return merge_days(transaction, {day}).front().problem.empty();
}

std::optional<IntegrationRecord> read_account(Connection& db, IntegrationId id) {
  auto row = db.query(statement::read_integration, ":integration", id);
  return row.step() ? std::optional(read_integration_row(row)) : std::nullopt;
}

}  // namespace

std::vector<DayChange> PostgresStore::day_changes(IntegrationId integration, CollectionType type, DayRange range) {
  return read([&](Connection& db) {
    return read_day_changes(db.query(statement::list_day_changes, ":integration", integration, ":type", type, ":since",
                                     range.since, ":until", range.until));
  });
}

std::expected<std::vector<PerformanceRecord>, HistoryGone> PostgresStore::performance_as_of(
    const PerformanceFilter& filter, Instant at) {
  using Answer = std::expected<std::vector<PerformanceRecord>, HistoryGone>;
  must(filter.integration.has_value(), "figures of an earlier moment are those of one account");
  if (!knows_group(filter.type, filter.group)) return {};
  return read([&](Connection& db) -> Answer {
    const auto account = read_account(db, *filter.integration);
    const bool seen =
        account && (!filter.sight || std::ranges::find(*filter.sight, account->advertiser) != filter.sight->end());
    if (!seen) return {};
    const DayRange range{filter.since.value_or(Day(1, 1, 1)), filter.until.value_or(Day(9999, 12, 31))};
    const KnownDays known = known_days(db.query(statement::list_known_days, ":integration", account->id, ":type",
                                                filter.type, ":since", range.since, ":until", range.until),
                                       at);
    if (known.gone) return std::unexpected(*known.gone);
    return filter.type == CollectionType::ads ? sum_as_of<AdRow>(db, *account, filter, at, known.there)
                                              : sum_as_of<DemographicRow>(db, *account, filter, at, known.there);
  });
}

Undone PostgresStore::undo(IntegrationId integration, ChunkToken attempt, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    Undone undone;
    const auto account = read_account(transaction.db, integration);
    auto days = days_to_undo(
        transaction.db.query(statement::list_changes_of_attempt, ":integration", integration, ":attempt", attempt));
    if (!account || days.empty()) {
      undone.state = Undone::State::not_found;
      return undone;
    }
    // The receipts are held before the rows are read: nobody else is at them from here on.
    lock_days(transaction, integration, days);
    days = days_to_undo(
        transaction.db.query(statement::list_changes_of_attempt, ":integration", integration, ":attempt", attempt));
    const Asked asked = draw_number(transaction);
    for (ToUndo& day : days) {
      day.snapshot.asked = asked;
      const bool made = day.type == CollectionType::ads ? rebuild<AdRow>(transaction.db, *account, day)
                                                        : rebuild<DemographicRow>(transaction.db, *account, day);
      const HeldChunk held = as_if_held(ChunkToken{transaction.new_uuid()}, account->id, *account, day.type);
      if (!made || !put_in_place(transaction, held, day.snapshot)) {
        transaction.give_up();
        return Undone{.state = Undone::State::changed_by_hand, .days = {}, .day = day.snapshot.day};
      }
      undone.days.push_back(day.snapshot.day);
    }
    write_audit(transaction, who, "days.undo", integration.to_string() + " " + attempt.to_string());
    return undone;
  });
}

int PostgresStore::release_days(IntegrationId integration, CollectionType type, DayRange range,
                                const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int released = transaction.db.run(statement::release_days, ":integration", integration, ":type", type,
                                            ":since", range.since, ":until", range.until);
    if (released > 0) write_audit(transaction, who, "days.release", integration.to_string());
    return released;
  });
}

}  // namespace adfill::postgres
