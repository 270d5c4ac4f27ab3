// A claim goes along the round page by page: what may not run is parked (see queue.sql), and of what may run it takes
// one chunk of each integration, then a second, until it has enough. All of a page is taken with one statement a table,
// in three round trips: it begins, enters and looks; takes what it chose and reads what that is; tells jobs and
// integrations, and draws the numbers of the first requests.

#include "core/cut_text.h"
#include "sql/postgres.h"
#include "store/postgres/claim_reading.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// A page is this long at most, so that a claim which meets a scope that has just closed parks what waits behind it in
// few statements, and holds no more rows than that.
constexpr int longest_page = 2000;

struct Candidate {
  ChunkId chunk;
  IntegrationId integration;
  std::int64_t turn = 0;
  bool alone = false;
  bool may_run = false;
};

std::vector<Candidate> next_page(Transaction& transaction, std::int64_t from, int rows) {
  auto row =
      transaction.db.query(statement::next_claimable, ":now", transaction.given_now(), ":from", from, ":rows", rows);
  std::vector<Candidate> page;
  while (row.step()) {
    Candidate& candidate = page.emplace_back();
    candidate.chunk = row.next<ChunkId>();
    candidate.integration = row.next<IntegrationId>();
    candidate.turn = row.next_integer();
    candidate.alone = row.next<bool>();
    candidate.may_run = row.next<bool>();
  }
  return page;
}

int park(Transaction& transaction, const std::vector<Candidate>& page) {
  Array chunks;
  for (const Candidate& candidate : page) {
    if (!candidate.may_run) chunks.add(candidate.chunk);
  }
  return chunks.empty() ? 0 : transaction.db.run(statement::park_chunks, ":chunks", chunks, ":now", transaction.now());
}

// Sends what goes into the round by one of the gates, always the same for a worker; tells how long it was shut.
Answer enter_by_gate(Transaction& transaction, WorkerId worker) {
  const bool first = worker.uuid.bytes.back() % 2 == 0;
  transaction.db.send(statement::wait_shortly);
  transaction.db.send(first ? statement::enter_first_gate : statement::enter_second_gate);
  return transaction.db.ask(statement::has_entered);
}

// What may run, in the order in which it is served: the first chunk of each integration, then the second of each.
std::vector<Candidate> in_rounds(const std::vector<Candidate>& page) {
  std::map<IntegrationId, int> seen;
  std::map<int, std::vector<Candidate>> rounds;
  for (const Candidate& candidate : page) {
    if (candidate.may_run) rounds[seen[candidate.integration]++].push_back(candidate);
  }
  std::vector<Candidate> ordered;
  for (const auto& [number, round] : rounds) ordered.insert(ordered.end(), round.begin(), round.end());
  return ordered;
}

// Were it to end the claim, nobody would get any work.
void fail_unreadable(Transaction& transaction, const Claim& claim, const std::string& words) {
  const auto job = transaction.db.value<JobId>(statement::job_of_chunk, ":chunk", claim.chunk);
  must(job.has_value(), "a released chunk has its job");
  HeldChunk held;
  held.token = claim.token;
  held.chunk = claim.chunk;
  held.job = *job;
  held.integration = claim.integration;
  Verdict verdict;
  verdict.action = Verdict::Action::fail;
  apply_verdict(transaction, held, Failure(Failure::Kind::permanent, words), verdict, 0);
}

// The place of an integration in the round, after a claim has served it.
struct Turn {
  std::int64_t number = 0;
  bool backfill = false;
};
using Turns = std::map<IntegrationId, Turn>;

// Chunks that are worked on from now, with their integrations' new places in the round, one for each of them.
struct Taken {
  std::vector<ReadClaim> claims{};
  std::vector<std::int64_t> turns{};
};

// Left out are those that were cancelled while this waited for them; they leave the round.
Taken take(Transaction& transaction, WorkerId worker, const std::vector<Candidate>& chosen) {
  std::vector<TakenChunk> wanted;
  Array chunks;
  Array tokens;
  for (const Candidate& candidate : chosen) {
    wanted.push_back({candidate.chunk, candidate.integration, ChunkToken{transaction.new_uuid()}});
    chunks.add(candidate.chunk);
    tokens.add(wanted.back().token);
  }
  const Answer turns = transaction.db.ask(statement::draw_turn, ":count", chosen.size());
  const Answer taken = transaction.db.ask(statement::take_chunk, ":chunks", chunks, ":tokens", tokens, ":worker",
                                          worker, ":now", transaction.now());
  transaction.db.send(statement::forget_old_attempts, ":chunks", chunks);
  Taken all{.claims = read_claims(transaction, wanted)};
  std::set<ChunkId> ours;
  Rows id = transaction.db.take(taken);
  while (id.step()) ours.insert(id.next<ChunkId>());
  Array gone;
  for (const TakenChunk& chunk : wanted) {
    if (!ours.contains(chunk.chunk)) gone.add(chunk.chunk);
  }
  if (!gone.empty()) transaction.db.send(statement::drop_released, ":chunks", gone);
  std::erase_if(all.claims, [&ours](const ReadClaim& read) { return !ours.contains(read.claim.chunk); });
  Rows turn = transaction.db.take(turns);
  while (turn.step()) all.turns.push_back(turn.next_integer());
  return all;
}

// Those that were served go to the end of the round, in the order in which they were, with their other waiting chunks.
void end_turns(Transaction& transaction, const std::vector<Candidate>& page, const Taken& taken, Turns& turns) {
  if (taken.claims.empty()) return;
  std::set<ChunkId> gone;
  for (std::size_t at = 0; at < taken.claims.size(); ++at) {
    const Claim& claim = taken.claims[at].claim;
    turns[claim.integration].number = taken.turns.at(at);
    gone.insert(claim.chunk);
  }
  Array chunks;
  Array theirs;
  for (const Candidate& candidate : page) {
    const auto turn = turns.find(candidate.integration);
    if (turn == turns.end() || gone.contains(candidate.chunk)) continue;
    chunks.add(candidate.chunk);
    theirs.add(turn->second.number);
  }
  if (!chunks.empty()) transaction.db.send(statement::turn_released, ":chunks", chunks, ":turns", theirs);
}

// Jobs, then integrations, each in order: two claims that meet there wait for each other in one direction only.
void settle(Transaction& transaction, const std::vector<Claim>& claims, const Turns& turns) {
  if (turns.empty()) return;
  Array jobs;
  for (const Claim& claim : claims) jobs.add(claim.job);
  if (!claims.empty()) transaction.db.send(statement::start_job, ":jobs", jobs, ":now", transaction.now());
  Array integrations;
  Array numbers;
  Array backfills;
  for (const auto& [integration, turn] : turns) {
    integrations.add(integration);
    numbers.add(turn.number);
    backfills.add(turn.backfill);
  }
  transaction.db.send(statement::take_turn, ":integrations", integrations, ":turns", numbers, ":backfills", backfills,
                      ":now", transaction.now());
}

// As draw_asked() would, one after the other: an attempt that has its number asks the platform at once. Commits.
void number_requests(Transaction& transaction, std::vector<Claim>& claims) {
  const Answer numbers = transaction.db.ask(statement::draw_asked_of_claims, ":count", claims.size());
  transaction.commit();  // in the same round trip
  Rows number = transaction.db.take(numbers);
  for (Claim& claim : claims) {
    must(number.step(), "each claim gets a number");
    claim.asked = number.next<Asked>();
  }
}

// One claim under way.
class Claiming {
 public:
  Claiming(Transaction& transaction, RoundStart& round, WorkerId worker, int limit)
      : transaction_(transaction), round_(round), worker_(worker), limit_(limit) {}

  // LockNotGot while the gate is shut.
  std::vector<Claim> run_by_gate() {
    entered_ = enter_by_gate(transaction_, worker_);
    return run();
  }

  std::vector<Claim> run() {
    const Answer lease =
        transaction_.db.ask(statement::lease_is_alive, ":worker", worker_, ":now", transaction_.given_now());
    transaction_.db.send(statement::wake_parked, ":now", transaction_.given_now());
    // Fewer rows than a page would mean that an integration stands in it with some of its chunks only.
    int rows = std::min(limit_ * (transaction_.window + 1), longest_page);
    std::vector<Candidate> page = look(rows);
    Rows alive = transaction_.db.take(lease);
    if (!alive.step() || alive.next<int>() == 0) return {};
    while (true) {
      const int parked = park(transaction_, page);
      const std::size_t before = claims_.size();
      const bool moved = serve(page);
      // A page that was not full was the whole round, and nothing of it is left where all became claims.
      const bool nothing_left = static_cast<int>(page.size()) < rows && claims_.size() - before == page.size();
      if (done() || nothing_left || (parked == 0 && !moved)) break;
      if (parked > 0) rows = std::min(rows * 4, longest_page);
      page = look(rows);
    }
    settle(transaction_, claims_, turns_);
    if (!claims_.empty()) number_requests(transaction_, claims_);
    return std::move(claims_);
  }

 private:
  [[nodiscard]] int places() const { return limit_ - static_cast<int>(claims_.size()); }
  [[nodiscard]] bool done() const { return places() <= 0 || waits_for_alone_ || took_alone_; }

  std::vector<Candidate> look(int rows) {
    const std::int64_t from = round_.from();
    std::vector<Candidate> page = from == RoundStart::start ? look_at_start(rows) : look_from(from, rows).chunks;
    if (from != RoundStart::start && static_cast<int>(page.size()) < rows && round_.may_look_at_start()) {
      page = look_at_start(rows);
    }
    if (from != RoundStart::start) find_alive(from);
    return page;
  }

  std::vector<Candidate> look_at_start(int rows) {
    Looked looked = look_from(RoundStart::start, rows);
    const bool was_slow = looked.chunks.size() <= 200 && round_.looked_at_start(looked.took);
    if (was_slow) find_alive(RoundStart::start);
    return std::move(looked.chunks);
  }

  struct Looked {
    std::vector<Candidate> chunks;
    RoundStart::Clock::duration took;  // without the wait at the gate, which the first look of a claim has in it
  };

  Looked look_from(std::int64_t from, int rows) {
    const auto began = RoundStart::Clock::now();
    std::vector<Candidate> page = next_page(transaction_, from, rows);
    return {.chunks = std::move(page), .took = RoundStart::Clock::now() - began - waited_at_gate()};
  }

  // Since the last look; told once.
  RoundStart::Clock::duration waited_at_gate() {
    if (!entered_) return {};
    Rows entered = transaction_.db.take(*std::exchange(entered_, std::nullopt));
    must(entered.step(), "the gate tells how long it was shut");
    return std::chrono::microseconds(entered.next_integer());
  }

  // Read without locks: what other claims are just taking, and may give back, is alive too.
  void find_alive(std::int64_t from) {
    const auto turn = transaction_.db.value<std::int64_t>(statement::first_waiting_turn, ":from", from);
    if (turn) round_.alive_from(*turn);
  }

  // A chunk that has to run alone waits at the head of the round until the worker has nothing else: were others let
  // past, a busy worker would never take it.
  std::vector<Candidate> choose(const std::vector<Candidate>& page) {
    std::vector<Candidate> chosen;
    for (const Candidate& candidate : in_rounds(page)) {
      if (static_cast<int>(chosen.size()) == places()) break;
      if (candidate.alone) {
        const bool busy = !chosen.empty() || !claims_.empty() ||
                          transaction_.db.value<bool>(statement::holds_anything, ":worker", worker_) == true;
        (busy ? waits_for_alone_ : took_alone_) = true;
        if (!busy) chosen.push_back(candidate);
        break;
      }
      chosen.push_back(candidate);
    }
    return chosen;
  }

  // False when nothing of the page was there to be taken.
  bool serve(const std::vector<Candidate>& page) {
    const std::vector<Candidate> chosen = choose(page);
    if (chosen.empty()) return false;
    Taken taken = take(transaction_, worker_, chosen);
    end_turns(transaction_, page, taken, turns_);
    const std::size_t before = claims_.size();
    keep(std::move(taken.claims));
    if (claims_.size() == before) took_alone_ = false;  // it is none any more
    return true;
  }

  void keep(std::vector<ReadClaim> taken) {
    for (ReadClaim& read : taken) {
      if (read.unreadable.empty()) {
        Turn& turn = turns_[read.claim.integration];
        turn.backfill = turn.backfill || read.claim.mode == JobMode::initial;
        claims_.push_back(std::move(read.claim));
      } else {
        fail_unreadable(transaction_, read.claim, read.unreadable);
      }
    }
  }

  Transaction& transaction_;
  RoundStart& round_;
  const WorkerId worker_;
  const int limit_;
  std::optional<Answer> entered_{};
  std::vector<Claim> claims_;
  Turns turns_;
  bool waits_for_alone_ = false;  // there is a chunk that has to run alone, and the worker is busy
  bool took_alone_ = false;
};

}  // namespace

std::vector<Claim> PostgresStore::claim(WorkerId worker, int limit) {
  try {
    return write(Durability::repeatable,
                 [&](Transaction& transaction) { return Claiming(transaction, round_, worker, limit).run_by_gate(); });
  } catch (const LockNotGot&) {  // somebody stands still in the round: past him
    return write(Durability::repeatable,
                 [&](Transaction& transaction) { return Claiming(transaction, round_, worker, limit).run(); });
  }
}

std::optional<Instant> PostgresStore::next_due() {
  take_in();  // what somebody put in by plain SQL meanwhile
  return read([this](Connection& db) {
    return db.value<std::optional<Instant>>(statement::next_due, ":from", round_.from()).value_or(std::nullopt);
  });
}

Asked PostgresStore::draw_asked() {
  // Promised: were the number lost with the database's machine, another request would draw it again while the first one
  // still runs elsewhere, with a token that was not lost. The numbers that come with a claim go the way of their
  // tokens.
  return write(Durability::promised, [](Transaction& transaction) {
    const Answer number = transaction.db.ask(statement::draw_asked);
    transaction.commit();  // in the same round trip
    return read_number(transaction.db.take(number));
  });
}

Asked PostgresStore::give_up_slice(ChunkToken token, const GivenUpSlice& slice) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto number = transaction.db.value<int>(statement::count_given_up, ":attempt", token);
    if (number && *number <= given_up_kept) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(slice.took).count();
      transaction.db.send(statement::insert_given_up, ":attempt", token, ":number", *number, ":now", transaction.now(),
                          ":since", slice.range.since, ":until", slice.range.until, ":part", slice.part, ":next_days",
                          slice.next_days, ":next_part", slice.next_part, ":took_ms", std::int64_t(took), ":message",
                          cut_text(slice.message, given_up_words), ":trace_id", slice.trace_id);
    }
    return draw_number(transaction);
  });
}

Outcome PostgresStore::remember_report(ChunkToken token, const RunningReport& report) {
  return write(Durability::repeatable, [&](Transaction& transaction) {
    const auto held = check_token(transaction, token);
    if (!held) return Outcome::stale;
    transaction.db.send(statement::insert_report, ":chunk", held->chunk, ":report", report.report_id, ":since",
                        report.range.since, ":until", report.range.until, ":asked", report.asked, ":started_at",
                        report.started_at, ":attribution", report.attribution);
    return Outcome::done;
  });
}

void PostgresStore::forget_report(ChunkId chunk, const std::string& report_id) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::forget_report, ":chunk", chunk, ":report", report_id);
  });
}

void PostgresStore::remember_slice_days(IntegrationId integration, CollectionType type, int days) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::remember_slice_days, ":integration", integration, ":type", type, ":days", days);
    release_next(transaction, integration);  // what has waited for the pilot
  });
}

}  // namespace adfill::postgres
