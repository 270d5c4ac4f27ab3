#include "core/cut_text.h"
#include "sql/sqlite.h"
#include "store/sqlite/sqlite_home.h"

#include <chrono>
#include <cstdint>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// Within it a report that was begun may be picked up instead of being asked for again.
constexpr Duration report_lifetime = std::chrono::hours(6);

struct Candidate {
  ChunkId chunk;
  IntegrationId integration;
  bool alone = false;
};

std::optional<Candidate> next_claimable(Transaction& transaction) {
  auto row = transaction.db.query(sqlite::next_claimable, ":now", transaction.now);
  if (!row.step()) return std::nullopt;
  Candidate candidate;
  candidate.chunk = row.next<ChunkId>();
  candidate.integration = row.next<IntegrationId>();
  candidate.alone = row.next<bool>();
  return candidate;
}

Claim read_claim(Transaction& transaction, ChunkId chunk, ChunkToken token) {
  auto row = transaction.db.query(sqlite::read_claim, ":chunk", chunk);
  must(row.step(), "a released chunk is in the queue");
  Claim claim;
  claim.token = token;
  claim.chunk = chunk;
  claim.job = row.next<JobId>();
  claim.integration = row.next<IntegrationId>();
  claim.advertiser = row.next<AdvertiserId>();
  claim.advertiser_name = row.next<std::string>();
  claim.source = row.next<Source>();
  claim.type = row.next<CollectionType>();
  claim.mode = row.next<JobMode>();
  claim.chunk_index = row.next<int>();
  claim.range.since = row.next<Day>();
  claim.range.until = row.next<Day>();
  claim.job_asked = row.next<Asked>();
  claim.retry_count = row.next<int>();
  claim.max_retries = row.next<int>();
  claim.lost_count = row.next<int>();
  claim.unparsable_before = row.next<bool>();
  claim.account_id = row.next<std::string>();
  claim.time_zone = row.next<std::string>();
  claim.currency = row.next<std::string>();
  claim.sealed_credentials = row.next<std::string>();
  claim.credentials_version = row.next<int>();
  claim.attribution = row.next<std::string>();
  claim.keep_thumbnails = row.next<bool>();
  claim.slice_days = row.next<std::optional<int>>();
  claim.window_days = window_days_of(row.next<std::optional<std::string>>());
  return claim;
}

std::vector<Day> open_days(Transaction& transaction, const Claim& claim) {
  if (claim.type == CollectionType::creatives) return {};
  const auto done = transaction.db.values<Day>(sqlite::list_days_done, ":integration", claim.integration, ":type",
                                               claim.type, ":since", claim.range.since, ":until", claim.range.until,
                                               ":job_asked", claim.job_asked);
  std::vector<Day> open;
  auto next_done = done.begin();
  for (Day day = claim.range.since; day <= claim.range.until; day = day.plus(1)) {
    if (next_done != done.end() && *next_done == day) {
      ++next_done;
    } else {
      open.push_back(day);
    }
  }
  return open;
}

std::vector<RunningReport> young_reports(Transaction& transaction, ChunkId chunk, const std::string& attribution) {
  transaction.db.run(sqlite::forget_old_reports, ":chunk", chunk, ":oldest", transaction.now - report_lifetime);
  auto row = transaction.db.query(sqlite::list_reports, ":chunk", chunk, ":attribution", attribution);
  std::vector<RunningReport> reports;
  while (row.step()) {
    RunningReport& report = reports.emplace_back();
    report.report_id = row.next<std::string>();
    report.range.since = row.next<Day>();
    report.range.until = row.next<Day>();
    report.asked = row.next<Asked>();
    report.started_at = row.next<Instant>();
  }
  return reports;
}

// Were it to end the claim, nobody would get any work.
void fail_unreadable(Transaction& transaction, const Candidate& candidate, ChunkToken token,
                     const UnreadableValue& error) {
  const auto job = transaction.db.value<JobId>(sqlite::job_of_chunk, ":chunk", candidate.chunk);
  must(job.has_value(), "a released chunk has its job");
  HeldChunk held;
  held.token = token;
  held.chunk = candidate.chunk;
  held.job = *job;
  held.integration = candidate.integration;
  Verdict verdict;
  verdict.action = Verdict::Action::fail;
  apply_verdict(transaction, held, Failure(Failure::Kind::permanent, error.what()), verdict, 0);
}

// nullopt: somebody put a value in that can't be read, and the chunk has failed with words that name it.
std::optional<Claim> take(Transaction& transaction, WorkerId worker, const Candidate& candidate) {
  const ChunkToken token{transaction.new_uuid()};
  transaction.db.run(sqlite::take_chunk, ":chunk", candidate.chunk, ":token", token, ":worker", worker);
  transaction.db.run(sqlite::start_chunk, ":chunk", candidate.chunk, ":now", transaction.now);
  transaction.db.run(sqlite::start_attempt, ":token", token, ":chunk", candidate.chunk, ":worker", worker, ":now",
                     transaction.now);
  transaction.db.run(sqlite::forget_old_attempts, ":chunk", candidate.chunk);
  Claim claim;
  try {
    claim = read_claim(transaction, candidate.chunk, token);
    claim.scopes = transaction.db.values<std::string>(sqlite::list_scopes, ":integration", claim.integration);
    claim.open_days = open_days(transaction, claim);
    claim.reports = young_reports(transaction, claim.chunk, claim.attribution);
  } catch (const UnreadableValue& error) {
    fail_unreadable(transaction, candidate, token, error);
    return std::nullopt;
  }
  transaction.db.run(sqlite::start_job, ":job", claim.job, ":now", transaction.now);
  const auto turn =
      transaction.db.value<std::int64_t>(sqlite::take_turn, ":integration", claim.integration, ":backfill",
                                         claim.mode == JobMode::initial, ":now", transaction.now);
  must(turn.has_value(), "a chunk's integration is there");
  transaction.db.run(sqlite::turn_released, ":integration", claim.integration, ":turn", *turn);
  claim.asked = draw_number(transaction);
  return claim;
}

struct Load {
  std::int64_t chunks = 0;
  bool alone = false;
};

Load held_by(Transaction& transaction, WorkerId worker) {
  auto row = transaction.db.query(sqlite::held_by_worker, ":worker", worker);
  must(row.step(), "counting gives a row");
  const std::int64_t chunks = row.next_integer();
  return {chunks, row.next<bool>()};
}

}  // namespace

std::vector<Claim> SqliteStore::claim(WorkerId worker, int limit) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    std::vector<Claim> claims;
    if (transaction.db.value<int>(sqlite::lease_is_alive, ":worker", worker, ":now", transaction.now) == 0)
      return claims;
    Load load = held_by(transaction, worker);
    while (static_cast<int>(claims.size()) < limit && !load.alone) {
      const auto candidate = next_claimable(transaction);
      // A chunk that has to run alone waits at the head of the round until the worker has nothing else: were others let
      // past, a busy worker would never take it.
      if (!candidate || (candidate->alone && load.chunks > 0)) break;
      auto claim = take(transaction, worker, *candidate);
      if (!claim) continue;
      claims.push_back(std::move(*claim));
      ++load.chunks;
      load.alone = candidate->alone;
    }
    return claims;
  });
}

std::optional<Instant> SqliteStore::next_due() {
  take_in();  // what somebody put in by plain SQL meanwhile
  return read(
      [](SqliteConnection& db) { return db.value<std::optional<Instant>>(sqlite::next_due).value_or(std::nullopt); });
}

Asked SqliteStore::draw_asked() {
  // What carries the number is committed later and promised; until then a number that is lost was used by nobody.
  return write(Durability::repeatable, [](Transaction& transaction) { return draw_number(transaction); });
}

Asked SqliteStore::give_up_slice(ChunkToken token, const GivenUpSlice& slice) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    const auto number = transaction.db.value<int>(sqlite::count_given_up, ":attempt", token);
    if (number && *number <= given_up_kept) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(slice.took).count();
      transaction.db.run(sqlite::insert_given_up, ":attempt", token, ":number", *number, ":now", transaction.now,
                         ":since", slice.range.since, ":until", slice.range.until, ":part", slice.part, ":next_days",
                         slice.next_days, ":next_part", slice.next_part, ":took_ms", std::int64_t(took), ":message",
                         cut_text(slice.message, given_up_words), ":trace_id", slice.trace_id);
    }
    return draw_number(transaction);
  });
}

Outcome SqliteStore::remember_report(ChunkToken token, const RunningReport& report) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    const auto held = check_token(transaction, token);
    if (!held) return Outcome::stale;
    transaction.db.run(sqlite::insert_report, ":chunk", held->chunk, ":report", report.report_id, ":since",
                       report.range.since, ":until", report.range.until, ":asked", report.asked, ":started_at",
                       report.started_at, ":attribution", report.attribution);
    return Outcome::done;
  });
}

void SqliteStore::forget_report(ChunkId chunk, const std::string& report_id) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(sqlite::forget_report, ":chunk", chunk, ":report", report_id);
  });
}

void SqliteStore::remember_slice_days(IntegrationId integration, CollectionType type, int days) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(sqlite::remember_slice_days, ":integration", integration, ":type", type, ":days", days);
    release_next(transaction, integration);  // what has waited for the pilot
  });
}

}  // namespace adfill
