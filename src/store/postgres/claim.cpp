#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <map>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// Within it a report that was begun may be picked up instead of being asked for again.
constexpr Duration report_lifetime = std::chrono::hours(6);

struct Candidate {
  ChunkId chunk;
  IntegrationId integration;
  bool alone = false;
};

std::optional<Candidate> next_claimable(Transaction& transaction) {
  auto row = transaction.db.query(statement::next_claimable, ":now", transaction.now);
  if (!row.step()) return std::nullopt;
  Candidate candidate;
  candidate.chunk = row.next<ChunkId>();
  candidate.integration = row.next<IntegrationId>();
  candidate.alone = row.next<bool>();
  return candidate;
}

Claim read_claim(Transaction& transaction, ChunkId chunk, ChunkToken token) {
  auto row = transaction.db.query(statement::read_claim, ":chunk", chunk);
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
  claim.slice_days = row.next<std::optional<int>>();
  return claim;
}

std::vector<Day> open_days(Transaction& transaction, const Claim& claim) {
  if (claim.type == CollectionType::creatives) return {};
  const auto done = transaction.db.values<Day>(statement::list_days_done, ":integration", claim.integration, ":type",
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

std::vector<RunningReport> young_reports(Transaction& transaction, ChunkId chunk) {
  transaction.db.run(statement::forget_old_reports, ":chunk", chunk, ":oldest", transaction.now - report_lifetime);
  auto row = transaction.db.query(statement::list_reports, ":chunk", chunk);
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
  const auto job = transaction.db.value<JobId>(statement::job_of_chunk, ":chunk", candidate.chunk);
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

// nullopt: it was cancelled while this waited for it; or somebody put a value in that can't be read, and the chunk has
// failed with words that name it. Job and integration follow when all chunks are taken: see settle().
std::optional<Claim> take(Transaction& transaction, WorkerId worker, const Candidate& candidate) {
  const ChunkToken token{transaction.new_uuid()};
  if (transaction.db.run(statement::start_chunk, ":chunk", candidate.chunk, ":now", transaction.now) == 0) {
    transaction.db.run(statement::drop_released, ":chunk", candidate.chunk);
    return std::nullopt;
  }
  transaction.db.run(statement::take_chunk, ":chunk", candidate.chunk, ":token", token, ":worker", worker);
  transaction.db.run(statement::start_attempt, ":token", token, ":chunk", candidate.chunk, ":worker", worker, ":now",
                     transaction.now);
  transaction.db.run(statement::forget_old_attempts, ":chunk", candidate.chunk);
  try {
    Claim claim = read_claim(transaction, candidate.chunk, token);
    claim.scopes = transaction.db.values<std::string>(statement::list_scopes, ":integration", claim.integration);
    claim.open_days = open_days(transaction, claim);
    claim.reports = young_reports(transaction, claim.chunk);
    return claim;
  } catch (const UnreadableValue& error) {
    fail_unreadable(transaction, candidate, token, error);
    return std::nullopt;
  }
}

// The place of an integration in the round, after a claim has served it.
struct Turn {
  std::int64_t number = 0;
  bool backfill = false;
};
using Turns = std::map<IntegrationId, Turn>;

// The integration goes to the end of the round, its other waiting chunks with it.
void end_turn(Transaction& transaction, const Claim& claim, Turns& turns) {
  const auto number = transaction.db.value<std::int64_t>(statement::draw_turn);
  must(number.has_value(), "a sequence gives a number");
  transaction.db.run(statement::turn_released, ":integration", claim.integration, ":turn", *number);
  Turn& turn = turns[claim.integration];
  turn.number = *number;
  turn.backfill = turn.backfill || claim.mode == JobMode::initial;
}

// Jobs, then integrations, each in order: two claims that meet there wait for each other in one direction only.
void settle(Transaction& transaction, const std::vector<Claim>& claims, const Turns& turns) {
  if (claims.empty()) return;
  ArrayText jobs;
  for (const Claim& claim : claims) jobs.add(claim.job);
  transaction.db.run(statement::start_job, ":jobs", jobs, ":now", transaction.now);
  ArrayText integrations;
  ArrayText numbers;
  ArrayText backfills;
  for (const auto& [integration, turn] : turns) {
    integrations.add(integration);
    numbers.add(turn.number);
    backfills.add(turn.backfill);
  }
  transaction.db.run(statement::take_turn, ":integrations", integrations, ":turns", numbers, ":backfills", backfills,
                     ":now", transaction.now);
}

struct Load {
  std::int64_t chunks = 0;
  bool alone = false;
};

Load held_by(Transaction& transaction, WorkerId worker) {
  auto row = transaction.db.query(statement::held_by_worker, ":worker", worker);
  must(row.step(), "counting gives a row");
  const std::int64_t chunks = row.next_integer();
  return {chunks, row.next<bool>()};
}

}  // namespace

std::vector<Claim> PostgresStore::claim(WorkerId worker, int limit) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    std::vector<Claim> claims;
    Turns turns;
    if (transaction.db.value<int>(statement::lease_is_alive, ":worker", worker, ":now", transaction.now) == 0) {
      return claims;
    }
    Load load = held_by(transaction, worker);
    while (static_cast<int>(claims.size()) < limit && !load.alone) {
      const auto candidate = next_claimable(transaction);
      // A chunk that has to run alone waits at the head of the round until the worker has nothing else: were others let
      // past, a busy worker would never take it.
      if (!candidate || (candidate->alone && load.chunks > 0)) break;
      auto claim = take(transaction, worker, *candidate);
      if (!claim) continue;
      end_turn(transaction, *claim, turns);
      claims.push_back(std::move(*claim));
      ++load.chunks;
      load.alone = candidate->alone;
    }
    settle(transaction, claims, turns);
    return claims;
  });
}

std::optional<Instant> PostgresStore::next_due() {
  return read(
      [](Connection& db) { return db.value<std::optional<Instant>>(statement::next_due).value_or(std::nullopt); });
}

Asked PostgresStore::draw_asked() {
  // Promised: were the number lost with the database's machine, another request would draw it again while the first one
  // still runs elsewhere.
  return write(Durability::promised, [](Transaction& transaction) { return draw_number(transaction); });
}

Outcome PostgresStore::remember_report(ChunkToken token, const RunningReport& report) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    const auto held = check_token(transaction, token);
    if (!held) return Outcome::stale;
    transaction.db.run(statement::insert_report, ":chunk", held->chunk, ":report", report.report_id, ":since",
                       report.range.since, ":until", report.range.until, ":asked", report.asked, ":started_at",
                       report.started_at);
    return Outcome::done;
  });
}

void PostgresStore::forget_report(ChunkId chunk, const std::string& report_id) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(statement::forget_report, ":chunk", chunk, ":report", report_id);
  });
}

void PostgresStore::remember_slice_days(IntegrationId integration, CollectionType type, int days) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(statement::remember_slice_days, ":integration", integration, ":type", type, ":days", days);
  });
}

}  // namespace adfill::postgres
