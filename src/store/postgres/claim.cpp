// A claim goes along the round page by page: what may not run is parked (see queue.sql), and what may run it takes,
// one chunk of an integration at a turn, until it has enough. All of a page is taken with one statement a table,
// in three round trips: it begins, enters and looks; takes what it chose and reads what that is; tells jobs and
// integrations, and draws the numbers of the first requests.

#include "sql/postgres.h"
#include "store/postgres/claim_reading.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
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

std::vector<Candidate> read_page(Rows row) {
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

// Sends what goes into the round by one of the gates, always the same for a worker.
void enter_by_gate(Transaction& transaction, WorkerId worker) {
  const bool first = worker.uuid.bytes.back() % 2 == 0;
  transaction.db.send(statement::wait_shortly);
  transaction.db.send(first ? statement::enter_first_gate : statement::enter_second_gate);
  transaction.db.send(statement::wait_long);
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
  Taken all{.claims = read_claims(transaction, wanted)};
  std::set<ChunkId> ours;
  Rows id = transaction.db.take(taken);
  while (id.step()) ours.insert(id.next<ChunkId>());
  Array gone;
  Array tried_before;
  for (const ReadClaim& read : all.claims) {
    if (!ours.contains(read.claim.chunk)) {
      gone.add(read.claim.chunk);
    } else if (read.was_tried) {
      tried_before.add(read.claim.chunk);
    }
  }
  if (!gone.empty()) transaction.db.send(statement::drop_released, ":chunks", gone);
  if (!tried_before.empty()) transaction.db.send(statement::forget_old_attempts, ":chunks", tried_before);
  std::erase_if(all.claims, [&ours](const ReadClaim& read) { return !ours.contains(read.claim.chunk); });
  Rows turn = transaction.db.take(turns);
  while (turn.step()) all.turns.push_back(turn.next_integer());
  return all;
}

// Of what stands at the last turn of a full page some may stand behind it. A page has room for all that an integration
// has released, so that there is something before that, or it is whole.
std::span<const Candidate> without_cut_turn(std::span<const Candidate> page) {
  std::size_t end = page.size();
  const auto is_last = [&last = page.back()](const Candidate& candidate) {
    return candidate.integration == last.integration && candidate.turn == last.turn;
  };
  while (end > 0 && is_last(page[end - 1])) --end;
  return end == 0 ? page : page.first(end);
}

// Those that were served go to the end of the round, in the order in which they were, with what was passed by.
void end_turns(Transaction& transaction, const std::vector<Candidate>& passed_by, const Taken& taken, Turns& turns) {
  for (std::size_t at = 0; at < taken.claims.size(); ++at) {
    turns[taken.claims[at].claim.integration].number = taken.turns.at(at);
  }
  Array chunks;
  Array theirs;
  for (const Candidate& candidate : passed_by) {
    const auto turn = turns.find(candidate.integration);
    if (turn == turns.end()) continue;
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
    enter_by_gate(transaction_, worker_);
    return run();
  }

  std::vector<Claim> run() {
    const Answer lease =
        transaction_.db.ask(statement::lease_is_alive, ":worker", worker_, ":now", transaction_.given_now());
    transaction_.db.send(statement::wake_parked, ":now", transaction_.given_now());
    int rows = std::min(limit_ + transaction_.window, longest_page);
    std::vector<Candidate> page = look(rows);
    Rows alive = transaction_.db.take(lease);
    if (!alive.step() || alive.next<int>() == 0) return {};
    while (true) {
      const int parked = park(transaction_, page);
      const std::size_t before = claims_.size();
      const bool moved = serve(page, static_cast<int>(page.size()) == rows);
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
    const std::int64_t from = round_.from(RoundStart::Clock::now());
    if (from == RoundStart::start) return look_at_start(rows);
    const Answer alive = first_waiting(from);
    Looked looked = look_from(from, rows);
    keep_alive_from(alive);
    const bool too_little = static_cast<int>(looked.chunks.size()) < rows;
    if (too_little && round_.may_look_at_start(RoundStart::Clock::now())) return look_at_start(rows);
    return std::move(looked.chunks);
  }

  std::vector<Candidate> look_at_start(int rows) {
    Looked looked = look_from(RoundStart::start, rows);
    const bool is_slow = looked.chunks.size() <= 200 && round_.looked_at_start(looked.took, RoundStart::Clock::now());
    if (is_slow) keep_alive_from(first_waiting(RoundStart::start));
    return std::move(looked.chunks);
  }

  struct Looked {
    std::vector<Candidate> chunks;
    std::chrono::microseconds took;  // on the server
  };

  Looked look_from(std::int64_t from, int rows) {
    Connection& db = transaction_.db;
    const Answer began = db.ask(statement::time_of_transaction);
    const Answer found =
        db.ask(statement::next_claimable, ":now", transaction_.given_now(), ":from", from, ":rows", rows);
    const Answer ended = db.ask(statement::time_of_transaction);
    return {.chunks = read_page(db.take(found)), .took = time_of(ended) - time_of(began)};
  }

  std::chrono::microseconds time_of(Answer answer) {
    Rows time = transaction_.db.take(answer);
    must(time.step(), "the clock gives a row");
    return std::chrono::microseconds(time.next_integer());
  }

  // Where the living part begins is read without locks: what other claims are just taking, and may give back, is alive
  // too.
  Answer first_waiting(std::int64_t from) { return transaction_.db.ask(statement::first_waiting_turn, ":from", from); }

  void keep_alive_from(Answer waiting) {
    Rows turn = transaction_.db.take(waiting);
    if (turn.step()) round_.alive_from(turn.next_integer());
  }

  // Of a page what is taken now, in the order of the round, and what stood at the same turn as a chunk of its
  // integration that is.
  struct Choice {
    std::vector<Candidate> taken;
    std::vector<Candidate> passed_by;
  };

  // A chunk that has to run alone waits at the head of the round until the worker has nothing else: were others let
  // past, a busy worker would never take it.
  Choice choose(std::span<const Candidate> page) {
    Choice choice;
    std::map<IntegrationId, std::int64_t> served_at;
    std::set<IntegrationId> waiting;  // with what was passed by, and so with all behind it
    for (const Candidate& candidate : page) {
      if (!candidate.may_run) continue;
      const auto served = served_at.find(candidate.integration);
      if (served != served_at.end() && served->second == candidate.turn) {
        choice.passed_by.push_back(candidate);
        waiting.insert(candidate.integration);
        continue;
      }
      if (static_cast<int>(choice.taken.size()) == places()) break;
      if (waiting.contains(candidate.integration)) continue;
      if (candidate.alone) {
        const bool busy = !choice.taken.empty() || !claims_.empty() ||
                          transaction_.db.value<bool>(statement::holds_anything, ":worker", worker_) == true;
        (busy ? waits_for_alone_ : took_alone_) = true;
        if (!busy) choice.taken.push_back(candidate);
        break;
      }
      choice.taken.push_back(candidate);
      served_at[candidate.integration] = candidate.turn;
    }
    return choice;
  }

  // False when nothing of the page was there to be taken.
  bool serve(const std::vector<Candidate>& page, bool is_full) {
    const Choice choice = choose(is_full ? without_cut_turn(page) : page);
    if (choice.taken.empty()) return false;
    Taken taken = take(transaction_, worker_, choice.taken);
    end_turns(transaction_, choice.passed_by, taken, turns_);
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
    return db.value<std::optional<Instant>>(statement::next_due, ":from", round_.from(RoundStart::Clock::now()))
        .value_or(std::nullopt);
  });
}

}  // namespace adfill::postgres
