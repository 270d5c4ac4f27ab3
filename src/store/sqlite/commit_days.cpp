#include "sql/sqlite.h"
#include "store/commit_group.h"
#include "store/day_results.h"
#include "store/sqlite/figures.h"
#include "store/sqlite/sqlite_home.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

bool all_days_done(Transaction& transaction, const HeldChunk& held) {
  return transaction.db.value<int>(sqlite::count_days_done, ":integration", held.integration, ":type", held.type,
                                   ":since", held.range.since, ":until", held.range.until, ":job_asked",
                                   held.job_asked) == held.range.length();
}

void count_progress(Transaction& transaction, const HeldChunk& held, std::int64_t rows) {
  transaction.db.run(sqlite::chunk_progressed, ":chunk", held.chunk, ":rows", rows, ":now", transaction.now);
  transaction.db.run(sqlite::job_counts_rows, ":job", held.job, ":rows", rows, ":now", transaction.now);
}

// Of two snapshots of a day the newer first, so that the other one is left alone.
std::vector<const DaySnapshot*> in_order(const std::vector<DaySnapshot>& days) {
  std::vector<const DaySnapshot*> ordered;
  ordered.reserve(days.size());
  for (const DaySnapshot& day : days) ordered.push_back(&day);
  std::ranges::sort(ordered, {}, [](const DaySnapshot* day) { return std::pair(day->day, -day->asked.number); });
  return ordered;
}

CommitResult without_effect(CommitResult::State state, std::string problem) {
  CommitResult result;
  result.state = state;
  result.problem = std::move(problem);
  return result;
}

// Where it is not done, nothing of the transaction may stay.
CommitResult commit(Transaction& transaction, const DaysCommit& commit) {
  const auto held = check_token(transaction, commit.token);
  if (!held) return without_effect(CommitResult::State::stale, {});
  must(held->type != CollectionType::creatives, "creatives have no days");
  CommitResult result;
  std::int64_t rows = 0;
  for (const DaySnapshot* snapshot : in_order(commit.days)) {
    must(held->range.contains(snapshot->day), "an attempt commits days of its own chunk");
    if (is_overtaken(transaction, *held, *snapshot)) {
      ++result.days_left_alone;
      continue;
    }
    const MergedDay merged = merge_day(transaction, *held, *snapshot);
    if (!merged.problem.empty()) return without_effect(CommitResult::State::inexact, merged.problem);
    write_coverage(transaction, *held, *snapshot, merged);
    ++result.days_committed;
    result.rows_written += merged.written;
    result.rows_unchanged += merged.unchanged;
    result.rows_removed += merged.removed;
    result.rows_absent += merged.absent;
    rows += snapshot->rows_read;
  }
  if (result.days_committed > 0) count_progress(transaction, *held, rows);
  if (all_days_done(transaction, *held)) {
    result.chunk_completed = true;
    result.job_ended = complete_chunk(transaction, *held, {});
  }
  return result;
}

}  // namespace

bool is_overtaken(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot) {
  auto there = transaction.db.query(sqlite::coverage_asked, ":integration", held.integration, ":type", held.type,
                                    ":date", snapshot.day);
  if (!there.step()) return false;
  const auto asked = there.next<Asked>();
  const bool pinned = there.next<bool>();
  return pinned || asked >= snapshot.asked;
}

void write_coverage(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot,
                    const MergedDay& merged, std::optional<Instant> pinned_at) {
  using Number = std::optional<std::int64_t>;
  const auto& platform = snapshot.platform;
  const Totals& stored = snapshot.totals_read;
  const DayResults results = results_of(snapshot);
  const Difference difference =
      classify_difference(stored, platform, snapshot.rows_read, snapshot.inside_window, currency_unit(held.currency));
  transaction.db.run(
      sqlite::write_coverage, ":integration", held.integration, ":type", held.type, ":date", snapshot.day,  //
      ":advertiser", held.advertiser, ":source", held.source, ":account", held.account_id,                  //
      ":asked", snapshot.asked, ":as_of", snapshot.as_of, ":attempt", held.token, ":report", snapshot.report_id,
      ":rows", snapshot.rows_read, ":impressions", stored.impressions, ":clicks", stored.clicks, ":cost", stored.cost,
      ":platform_impressions", platform ? Number(platform->impressions) : Number(),  //
      ":platform_clicks", platform ? Number(platform->clicks) : Number(),            //
      ":platform_cost", platform ? Number(platform->cost.value) : Number(),          //
      ":difference", difference, ":rows_absent", merged.absent, ":inside_window", snapshot.moving, ":rows_hash",
      merged.hash.value(), ":attribution", snapshot.attribution, ":conversions", results.conversions,
      ":conversion_value", results.conversion_value, ":now", transaction.now, ":pinned_at", pinned_at);
}

CommitResult SqliteStore::commit_days(const DaysCommit& request) {
  return write(Durability::promised, [&](Transaction& transaction) {
    CommitResult result = commit(transaction, request);
    if (result.state == CommitResult::State::inexact) transaction.give_up();
    return result;
  });
}

std::vector<CommitOutcome> SqliteStore::commit_group(std::span<const DaysCommit> commits) {
  if (commits.size() < 2) return commit_each(*this, commits);
  try {
    std::vector<CommitOutcome> outcomes;
    const bool stays = write(Durability::promised, [&](Transaction& transaction) {
      for (const DaysCommit& request : commits) {
        outcomes.emplace_back(commit(transaction, request));
        if (outcomes.back()->state != CommitResult::State::inexact) continue;
        transaction.give_up();
        return false;
      }
      return true;
    });
    if (stays) return outcomes;
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): whose trouble it is shows when each goes alone
  }
  return commit_each(*this, commits);
}

}  // namespace adfill
