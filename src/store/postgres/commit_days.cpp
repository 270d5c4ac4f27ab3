// Where days are committed: one chunk's, or those of several small chunks in one transaction, with one statement a
// table. Each chunk has its own token, its own check and its own answer, so that what becomes of it is what would have
// become of it alone. As soon as one of them is out of the ordinary (not exact, at the same day as another, refused by
// the database) nothing of the transaction stays, and each goes alone.

#include "sql/postgres.h"
#include "store/commit_group.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/receipts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// One of the commits whose token is valid.
struct Part {
  const DaysCommit* commit;
  const HeldChunk* held;
  std::vector<const DaySnapshot*> days;  // in order, each once; after write_receipts those that are this transaction's
  CommitResult* result;
  std::map<Day, PreviousReceipt> before{};  // of the days that were there
};

// By date; of two snapshots of a day the newer one only.
std::vector<const DaySnapshot*> in_order(const std::vector<DaySnapshot>& days) {
  std::vector<const DaySnapshot*> ordered;
  ordered.reserve(days.size());
  for (const DaySnapshot& day : days) ordered.push_back(&day);
  std::ranges::sort(ordered, {}, [](const DaySnapshot* day) { return std::pair(day->day, -day->asked.number); });
  const auto twice = std::ranges::unique(ordered, {}, [](const DaySnapshot* day) { return day->day; });
  ordered.erase(twice.begin(), twice.end());
  return ordered;
}

// Writes the receipts, and leaves to the parts only the days that are this transaction's.
void write_part_receipts(Transaction& transaction, std::vector<Part>& parts) {
  std::vector<DaysToMerge> chunks;
  chunks.reserve(parts.size());
  for (const Part& part : parts) chunks.push_back({part.held, part.days});
  write_receipts(transaction, chunks);
  for (std::size_t at = 0; at < parts.size(); ++at) {
    parts[at].days = std::move(chunks[at].days);
    parts[at].before = std::move(chunks[at].before);
  }
}

// False when one of them is not exact; its result says so.
bool merge(Transaction& transaction, std::vector<Part>& parts) {
  std::vector<DaysToMerge> chunks;
  chunks.reserve(parts.size());
  for (const Part& part : parts) chunks.push_back({part.held, part.days, part.before});
  const auto merged = merge_days(transaction, chunks);
  for (std::size_t at = 0; at < parts.size(); ++at) {
    CommitResult& result = *parts[at].result;
    if (!merged[at].problem.empty()) {
      result = {};
      result.state = CommitResult::State::inexact;
      result.problem = merged[at].problem;
      return false;
    }
    for (const auto& [day, absent, hash] : merged[at].absent_by_day) {
      transaction.db.send(statement::coverage_counts_absent, ":integration", parts[at].held->integration, ":type",
                          parts[at].held->type, ":date", day, ":rows_absent", absent, ":rows_hash", hash.value());
      result.rows_absent += absent;
    }
    result.rows_written = merged[at].written;
    result.rows_unchanged = merged[at].unchanged;
    result.rows_removed = merged[at].removed;
  }
  return true;
}

// `hold`: the chunks are held from before their days are counted.
std::set<ChunkId> count_done(Transaction& transaction, const std::vector<Part>& parts, bool hold) {
  Array chunks, integrations, types, since, until, job_asked;
  std::map<ChunkId, std::int64_t> lengths;
  for (const Part& part : parts) {
    const HeldChunk& held = *part.held;
    chunks.add(held.chunk);
    integrations.add(held.integration);
    types.add(held.type);
    since.add(held.range.since);
    until.add(held.range.until);
    job_asked.add(held.job_asked);
    lengths[held.chunk] = held.range.length();
  }
  if (hold) transaction.db.send(statement::lock_chunks, ":chunks", chunks);
  Rows row = transaction.db.query(statement::count_days_done, ":chunks", chunks, ":integrations", integrations,
                                  ":types", types, ":since", since, ":until", until, ":job_asked", job_asked);
  std::set<ChunkId> done;
  while (row.step()) {
    const auto chunk = row.next<ChunkId>();
    if (row.next_integer() == lengths.at(chunk)) done.insert(chunk);
  }
  return done;
}

// Another commit of the same chunk may be under way, whose days can't be seen yet: of the two the one that gets hold of
// the chunk later sees them.
std::set<ChunkId> find_done(Transaction& transaction, const std::vector<Part>& parts) {
  auto done = count_done(transaction, parts, false);
  if (done.size() < parts.size()) done = count_done(transaction, parts, true);
  return done;
}

bool all_new(const std::vector<Part>& parts) {
  return std::ranges::all_of(parts, [](const Part& part) { return part.before.empty(); });
}

// The disk is not waited for while a chunk has days to come, where its days were not there before: whoever fails would
// be back at a chunk that is open, with those days to do. The commit that completes it takes all others to the disk.
void settle(Transaction& transaction, const std::vector<Part>& parts) {
  const std::set<ChunkId> done = find_done(transaction, parts);
  std::vector<ChunkProgress> progress;
  for (const Part& part : parts) {
    ChunkProgress& one = progress.emplace_back(part.held);
    for (const DaySnapshot* day : part.days) one.rows += day->rows_read;
    one.progressed = !part.days.empty();
    one.completed = done.contains(part.held->chunk);
    part.result->chunk_completed = one.completed;
  }
  if (done.empty() && all_new(parts)) transaction.db.send(statement::synchronous_normal);
  const auto ended = count_progress(transaction, progress, {});
  for (const auto& [job, status] : ended) {
    // Of several last chunks of a job one has ended it.
    const auto last = std::ranges::find_if(parts.rbegin(), parts.rend(), [&](const Part& part) {
      return part.held->job == job && part.result->chunk_completed;
    });
    if (last != parts.rend()) last->result->job_ended = status;
  }
}

// The parts whose tokens are valid; nullopt when two of them are the same chunk's or have a day in common: then the
// second has to see what the first has done.
std::optional<std::vector<Part>> take_parts(std::span<const DaysCommit> commits,
                                            const std::map<ChunkToken, HeldChunk>& held,
                                            std::vector<CommitResult>& results) {
  std::vector<Part> parts;
  std::set<ChunkToken> tokens;
  std::set<DayKey> days;
  for (std::size_t at = 0; at < commits.size(); ++at) {
    const auto found = held.find(commits[at].token);
    if (found == held.end()) {
      results[at].state = CommitResult::State::stale;
      continue;
    }
    const HeldChunk& chunk = found->second;
    must(chunk.type != CollectionType::creatives, "creatives have no days");
    if (!tokens.insert(commits[at].token).second) return std::nullopt;
    Part& part = parts.emplace_back(&commits[at], &chunk, in_order(commits[at].days), &results[at]);
    for (const DaySnapshot* day : part.days) {
      must(chunk.range.contains(day->day), "an attempt commits days of its own chunk");
      if (!days.emplace(chunk.integration, chunk.type, day->day).second) return std::nullopt;
    }
  }
  return parts;
}

// False when nothing of it may stay: a result says why, or each has to go alone.
bool commit_all(Transaction& transaction, std::span<const DaysCommit> commits, std::vector<CommitResult>& results) {
  std::vector<ChunkToken> tokens;
  for (const DaysCommit& commit : commits) tokens.push_back(commit.token);
  const auto held = share_tokens(transaction, tokens);
  auto parts = take_parts(commits, held, results);
  if (!parts) return false;
  if (parts->empty()) return true;
  write_part_receipts(transaction, *parts);
  if (!merge(transaction, *parts)) return false;
  for (const Part& part : *parts) {
    part.result->days_committed = static_cast<int>(part.days.size());
    part.result->days_left_alone = static_cast<int>(part.commit->days.size() - part.days.size());
  }
  settle(transaction, *parts);
  return true;
}

}  // namespace

CommitResult PostgresStore::commit_days(const DaysCommit& commit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    std::vector<CommitResult> results(1);
    if (!commit_all(transaction, {&commit, 1}, results)) transaction.give_up();
    return std::move(results.front());
  });
}

std::vector<CommitOutcome> PostgresStore::commit_group(std::span<const DaysCommit> commits) {
  if (commits.size() < 2) return commit_each(*this, commits);
  try {
    std::vector<CommitResult> results;
    const bool stays = write(Durability::promised, [&](Transaction& transaction) {
      results.assign(commits.size(), {});
      const bool all = commit_all(transaction, commits, results);
      if (!all) transaction.give_up();
      return all;
    });
    if (stays) return {std::move_iterator(results.begin()), std::move_iterator(results.end())};
  } catch (const ConnectionLost&) {
    // It may have taken effect: each finds out by its token.
    return std::vector<CommitOutcome>(commits.size(), std::unexpected(std::current_exception()));
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): whose trouble it is shows when each goes alone
  }
  return commit_each(*this, commits);
}

}  // namespace adfill::postgres
