#include "store/postgres/transaction.h"

#include "sql/postgres.h"

#include <array>
#include <set>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

template <class Value>
Array only(const Value& value) {
  return array_of(std::array{value});
}

void end_attempt_rows(Transaction& transaction, const Array& tokens, std::string_view outcome, const Failure* failure) {
  using Text = std::optional<std::string_view>;
  transaction.db.send(statement::end_attempt, ":tokens", tokens, ":now", transaction.now(), ":outcome", outcome,  //
                      ":kind", failure ? Text(to_string(failure->kind)) : Text(),                                 //
                      ":code", failure ? Text(failure->code) : Text(),                                            //
                      ":message", failure ? Text(failure->message) : Text(),                                      //
                      ":trace_id", failure ? Text(failure->trace_id) : Text());
}

// What has come together for a job.
struct JobCounts {
  IntegrationId integration;
  int completed = 0;
  int failed = 0;
  std::int64_t rows = 0;
};
using Counts = std::map<JobId, JobCounts>;

// Those of the jobs that may be over.
Answer count_in_jobs(Transaction& transaction, const Counts& counts) {
  Array jobs, completed, failed, rows;
  for (const auto& [job, count] : counts) {
    jobs.add(job);
    completed.add(count.completed);
    failed.add(count.failed);
    rows.add(count.rows);
  }
  return transaction.db.ask(statement::count_chunk, ":jobs", jobs, ":completed", completed, ":failed", failed, ":rows",
                            rows, ":now", transaction.now());
}

using Integrations = std::map<JobId, IntegrationId>;

// Of these jobs those that are over. Requires: they and their integrations are locked.
std::map<JobId, JobStatus> finalise_jobs(Transaction& transaction, const Integrations& jobs) {
  Array asked;
  for (const auto& [job, integration] : jobs) asked.add(job);
  const auto open = transaction.db.values<JobId>(statement::has_open_chunks, ":jobs", asked);
  const std::set<JobId> go_on(open.begin(), open.end());
  Array over;
  std::set<IntegrationId> integrations;
  for (const auto& [job, integration] : jobs) {
    if (go_on.contains(job)) continue;
    over.add(job);
    integrations.insert(integration);
  }
  if (over.empty()) return {};
  transaction.db.send(statement::recount_job, ":jobs", over);
  std::map<JobId, JobStatus> ended;
  Rows row = transaction.db.query(statement::finalise_job, ":jobs", over, ":now", transaction.now());
  while (row.step()) {
    const auto job = row.next<JobId>();
    ended.emplace(job, row.next<JobStatus>());
  }
  transaction.db.send(statement::settle_integration, ":integrations", array_of(integrations), ":now",
                      transaction.now());
  return ended;
}

// Locks the integrations and fills their windows; answers how many chunks were released.
Answer fill_windows(Transaction& transaction, const Array& integrations) {
  transaction.db.send(statement::lock_integration, ":integrations", integrations);
  return transaction.db.ask(statement::release_next, ":integrations", integrations, ":window", transaction.window,
                            ":now", transaction.now());
}

// The chunks have ended: their jobs count them, and the next ones are released.
std::map<JobId, JobStatus> count_and_release(Transaction& transaction, const Array& ended, const Counts& counts) {
  if (!ended.empty()) transaction.db.send(statement::drop_released, ":chunks", ended);
  if (counts.empty()) return {};
  const Answer counted = count_in_jobs(transaction, counts);
  std::set<IntegrationId> integrations;
  for (const auto& [job, count] : counts) {
    if (count.completed + count.failed > 0) integrations.insert(count.integration);
  }
  if (integrations.empty()) return {};
  fill_windows(transaction, array_of(integrations));
  Integrations full;
  Rows row = transaction.db.take(counted);
  while (row.step()) {
    const auto job = row.next<JobId>();
    if (row.next<bool>()) full.emplace(job, counts.at(job).integration);
  }
  return full.empty() ? std::map<JobId, JobStatus>{} : finalise_jobs(transaction, full);
}

void complete_chunks(Transaction& transaction, const std::vector<ChunkProgress>& progress, const std::string& notice) {
  Array chunks, tokens, rows, progressed;
  for (const ChunkProgress& one : progress) {
    if (!one.completed) continue;
    chunks.add(one.held->chunk);
    tokens.add(one.held->token);
    rows.add(one.rows);
    progressed.add(one.progressed);
  }
  if (chunks.empty()) return;
  const auto words = notice.empty() ? std::nullopt : std::optional<std::string_view>(notice);
  transaction.db.send(statement::complete_chunk, ":chunks", chunks, ":rows", rows, ":progressed", progressed, ":notice",
                      words, ":now", transaction.now());
  transaction.db.send(statement::forget_reports, ":chunks", chunks);
  if (notice.empty()) end_attempt_rows(transaction, tokens, "completed", nullptr);
}

void note_progress(Transaction& transaction, const std::vector<ChunkProgress>& progress) {
  Array chunks, rows;
  for (const ChunkProgress& one : progress) {
    if (one.completed || !one.progressed) continue;
    chunks.add(one.held->chunk);
    rows.add(one.rows);
  }
  if (chunks.empty()) return;
  transaction.db.send(statement::chunk_progressed, ":chunks", chunks, ":rows", rows, ":now", transaction.now());
}

void fail_chunk(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict) {
  transaction.db.send(statement::fail_chunk, ":chunk", held.chunk, ":retries", verdict.uses_retry ? 1 : 0, ":lost",
                      failure.kind == Failure::Kind::worker_lost ? 1 : 0, ":message", failure.message, ":now",
                      transaction.now());
  (void)count_and_release(transaction, only(held.chunk),
                          {{held.job, {.integration = held.integration, .completed = 0, .failed = 1, .rows = 0}}});
}

// The chunk keeps its place in the window, so that a failing chunk doesn't let the whole backfill past it.
void pend_chunk(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict,
                Instant due) {
  const bool lost = failure.kind == Failure::Kind::worker_lost;
  const bool alone = verdict.alone || held.lost_count + (lost ? 1 : 0) >= 3;
  transaction.db.send(statement::return_chunk, ":chunk", held.chunk, ":due", not_before(due), ":alone", alone, ":now",
                      transaction.now());
  transaction.db.send(statement::chunk_pending_again, ":chunk", held.chunk, ":retries", verdict.uses_retry ? 1 : 0,
                      ":lost", lost ? 1 : 0, ":unparsable", failure.kind == Failure::Kind::unparsable, ":message",
                      failure.message, ":now", transaction.now());
}

void hand_back(Transaction& transaction, const HeldChunk& held) {
  transaction.db.send(statement::return_chunk, ":chunk", held.chunk, ":due", transaction.now(), ":alone",
                      held.lost_count >= 3, ":now", transaction.now());
  transaction.db.send(statement::chunk_handed_back, ":chunk", held.chunk, ":now", transaction.now());
}

std::string_view outcome_of(Verdict::Action action) {
  switch (action) {
    case Verdict::Action::retry:
      return "retry";
    case Verdict::Action::fail:
      return "failed";
    case Verdict::Action::wait_for_credentials:
      return "waits_for_credentials";
    case Verdict::Action::complete_with_notice:
      return "completed_with_notice";
    case Verdict::Action::hand_back:
      return "handed_back";
    case Verdict::Action::shrink:
      break;
  }
  must(false, "shrinking happens inside an attempt and doesn't end it");
  return {};
}

}  // namespace

Transaction::Transaction(Connection& connection, Kind kind, const Rules& rules)
    : db(connection), new_uuid(rules.new_uuid), window(rules.window), kind_(kind), rules_(rules), clock_{} {
  db.begin(kind == Kind::reading ? statement::begin_reading : statement::begin_writing);
  clock_ = db.ask(statement::limit_transaction, ":schemas", db.schemas());
  if (kind != Kind::reading) db.send(statement::plan_once);
  if (kind == Kind::writing_repeatable) db.send(statement::synchronous_normal);
}

Transaction::~Transaction() {
  if (open_) db.roll_back();
}

const Transaction::Times& Transaction::times() {
  if (times_) return *times_;
  Rows clock = db.take(clock_);
  must(clock.step(), "the clock gives a row");
  times_ = Times{clock.next<Instant>(), clock.next<Instant>()};  // in this order
  if (rules_.now) times_ = Times{rules_.now()};
  return *times_;
}

std::optional<Instant> Transaction::given_now() const {
  return rules_.now ? std::optional(rules_.now()) : std::nullopt;
}

void Transaction::commit() {
  if (given_up_ || !open_) return;
  if (kind_ == Kind::reading) {
    db.end_reading();
  } else {
    db.commit();
  }
  open_ = false;
}

void Transaction::commit_and_tell_work() {
  if (given_up_ || !open_) return;
  db.send(statement::synchronous_normal);
  db.commit_and_tell(statement::tell_work, statement::put_on_disk);
  open_ = false;
}

namespace {

HeldChunk read_held(Rows& row) {
  HeldChunk held;
  held.token = row.next<ChunkToken>();
  held.chunk = row.next<ChunkId>();
  held.job = row.next<JobId>();
  held.integration = row.next<IntegrationId>();
  held.advertiser = row.next<AdvertiserId>();
  held.source = row.next<Source>();
  held.account_id = row.next<std::string>();
  held.currency = row.next<std::string>();
  held.time_zone = row.next<std::string>();
  held.type = row.next<CollectionType>();
  held.range.since = row.next<Day>();
  held.range.until = row.next<Day>();
  held.job_asked = row.next<Asked>();
  held.retry_count = row.next<int>();
  held.max_retries = row.next<int>();
  held.lost_count = row.next<int>();
  return held;
}

std::map<ChunkToken, HeldChunk> read_all_held(Rows row) {
  std::map<ChunkToken, HeldChunk> all;
  while (row.step()) {
    HeldChunk held = read_held(row);
    const ChunkToken token = held.token;
    all.emplace(token, std::move(held));
  }
  return all;
}

}  // namespace

std::optional<HeldChunk> check_token(Transaction& transaction, ChunkToken token) {
  Rows row = transaction.db.query(statement::check_token, ":tokens", only(token));
  return row.step() ? std::optional(read_held(row)) : std::nullopt;
}

std::map<ChunkToken, HeldChunk> share_tokens(Transaction& transaction, const std::vector<ChunkToken>& tokens) {
  return read_all_held(transaction.db.query(statement::share_tokens, ":tokens", array_of(tokens)));
}

Asked draw_number(Transaction& transaction) {
  return read_number(transaction.db.query(statement::draw_asked));
}

Asked read_number(Rows drawn) {
  must(drawn.step(), "the sequence has its row");
  return drawn.next<Asked>();
}

bool lock_integration(Transaction& transaction, IntegrationId integration) {
  return transaction.db.value<IntegrationId>(statement::lock_integration, ":integrations", only(integration))
      .has_value();
}

int release_next(Transaction& transaction, const std::vector<IntegrationId>& integrations) {
  return transaction.db.take(fill_windows(transaction, array_of(integrations))).changes();
}

int release_next(Transaction& transaction, IntegrationId integration) {
  return release_next(transaction, std::vector{integration});
}

std::optional<JobStatus> complete_chunk(Transaction& transaction, const HeldChunk& held, const std::string& notice) {
  const ChunkProgress end{.held = &held, .rows = 0, .progressed = false, .completed = true};
  const auto ended = count_progress(transaction, {end}, notice);
  return ended.empty() ? std::nullopt : std::optional(ended.begin()->second);
}

std::map<JobId, JobStatus> count_progress(Transaction& transaction, const std::vector<ChunkProgress>& progress,
                                          const std::string& notice) {
  note_progress(transaction, progress);
  complete_chunks(transaction, progress, notice);
  Array ended;
  Counts counts;
  for (const ChunkProgress& one : progress) {
    if (one.completed) ended.add(one.held->chunk);
    if (!one.completed && !one.progressed) continue;
    JobCounts& count = counts[one.held->job];
    count.integration = one.held->integration;
    count.completed += one.completed ? 1 : 0;
    count.rows += one.rows;
  }
  return count_and_release(transaction, ended, counts);
}

std::optional<JobStatus> finalise_job(Transaction& transaction, JobId job, IntegrationId integration) {
  const auto ended = finalise_jobs(transaction, {{job, integration}});
  return ended.empty() ? std::nullopt : std::optional(ended.begin()->second);
}

void apply_verdict(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict,
                   int credentials_version) {
  end_attempt_rows(transaction, only(held.token), outcome_of(verdict.action), &failure);
  if (verdict.cool_scope_until && !failure.scope.empty()) {
    close_scope_until(transaction, failure.scope, *verdict.cool_scope_until, failure.message);
  }
  switch (verdict.action) {
    case Verdict::Action::retry:
      return pend_chunk(transaction, held, failure, verdict, verdict.due);
    case Verdict::Action::fail:
      return fail_chunk(transaction, held, failure, verdict);
    case Verdict::Action::wait_for_credentials:
      pend_chunk(transaction, held, failure, verdict, transaction.now());
      // Refused with credentials that were replaced meanwhile: the integration stays as it is, and the chunk goes on.
      lock_integration(transaction, held.integration);
      transaction.db.send(statement::need_credentials, ":integration", held.integration, ":message", failure.message,
                          ":version", credentials_version, ":now", transaction.now());
      return;
    case Verdict::Action::complete_with_notice:
      complete_chunk(transaction, held, failure.message);
      return;
    case Verdict::Action::hand_back:
      return hand_back(transaction, held);
    case Verdict::Action::shrink:
      return;
  }
}

void settle_integration(Transaction& transaction, IntegrationId integration) {
  transaction.db.send(statement::settle_integration, ":integrations", only(integration), ":now", transaction.now());
}

void close_scope_until(Transaction& transaction, std::string_view scope, Instant until, std::string_view reason) {
  transaction.db.send(statement::close_scope, ":scope", scope, ":until", not_before(until), ":reason", reason);
}

void write_audit(Transaction& transaction, const std::string& who, std::string_view what, std::string_view subject) {
  transaction.db.send(statement::write_audit, ":now", transaction.now(), ":who", who, ":what", what, ":subject",
                      subject);
}

AdvertiserId find_or_make_advertiser(Transaction& transaction, const std::string& name) {
  transaction.db.send(statement::insert_advertiser, ":id", AdvertiserId{transaction.new_uuid()}, ":name", name, ":now",
                      transaction.now());
  const auto id = transaction.db.value<AdvertiserId>(statement::advertiser_by_name, ":name", name);
  must(id.has_value(), "an advertiser that was just found or made is there");
  return *id;
}

}  // namespace adfill::postgres
