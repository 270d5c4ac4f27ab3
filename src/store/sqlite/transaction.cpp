#include "store/sqlite/transaction.h"

#include "sql/sqlite.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// Backfill chunks go by the window; of daily and manual ones one is released at a time, beside them.
constexpr int fresh_window = 1;

int release_up_to(Transaction& transaction, IntegrationId integration, bool backfill, std::int64_t places) {
  int released = 0;
  for (; released < places; ++released) {
    const auto chunk =
        transaction.db.value<ChunkId>(sqlite::next_to_release, ":integration", integration, ":backfill", backfill);
    if (!chunk) break;
    transaction.db.run(sqlite::release_chunk, ":chunk", *chunk, ":now", transaction.now);
  }
  return released;
}

void end_attempt_row(Transaction& transaction, ChunkToken token, std::string_view outcome, const Failure* failure) {
  using Text = std::optional<std::string_view>;
  transaction.db.run(sqlite::end_attempt, ":token", token, ":now", transaction.now, ":outcome", outcome,  //
                     ":kind", failure ? Text(to_string(failure->kind)) : Text(),                          //
                     ":code", failure ? Text(failure->code) : Text(),                                     //
                     ":message", failure ? Text(failure->message) : Text(),                               //
                     ":trace_id", failure ? Text(failure->trace_id) : Text());
}

std::optional<JobStatus> count_and_release(Transaction& transaction, const HeldChunk& held, bool completed) {
  transaction.db.run(sqlite::drop_released, ":chunk", held.chunk);
  transaction.db.run(sqlite::count_chunk, ":job", held.job, ":completed", completed, ":failed", !completed, ":now",
                     transaction.now);
  release_next(transaction, held.integration);
  return finalise_job(transaction, held.job, held.integration);
}

void fail_chunk(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict) {
  transaction.db.run(sqlite::fail_chunk, ":chunk", held.chunk, ":retries", verdict.uses_retry, ":lost",
                     failure.kind == Failure::Kind::worker_lost, ":message", failure.message, ":now", transaction.now);
  count_and_release(transaction, held, false);
}

// The chunk keeps its place in the window, so that a failing chunk doesn't let the whole backfill past it.
void pend_chunk(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict,
                Instant due) {
  const bool lost = failure.kind == Failure::Kind::worker_lost;
  const bool alone = verdict.alone || held.lost_count + (lost ? 1 : 0) >= 3;
  transaction.db.run(sqlite::return_chunk, ":chunk", held.chunk, ":due", not_before(due), ":alone", alone);
  transaction.db.run(sqlite::chunk_pending_again, ":chunk", held.chunk, ":retries", verdict.uses_retry, ":lost", lost,
                     ":unparsable", failure.kind == Failure::Kind::unparsable, ":message", failure.message, ":now",
                     transaction.now);
}

void hand_back(Transaction& transaction, const HeldChunk& held) {
  transaction.db.run(sqlite::return_chunk, ":chunk", held.chunk, ":due", transaction.now, ":alone",
                     held.lost_count >= 3);
  transaction.db.run(sqlite::chunk_handed_back, ":chunk", held.chunk, ":now", transaction.now);
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

Transaction::Transaction(SqliteConnection& connection, Kind kind, Instant at, const std::function<Uuid()>& uuids,
                         int window_size)
    : db(connection), now(at), new_uuid(uuids), window(window_size) {
  db.run_script(kind == Kind::writing ? sqlite::begin_writing : sqlite::begin_reading);
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some errors (a full disk); then there is nothing to do.
  if (!open_ || !db.in_transaction()) return;
  try {
    db.run_script(sqlite::roll_back);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the transaction's own error is what is told
  }
}

void Transaction::commit() {
  if (given_up_) return;
  db.run_script(sqlite::commit);
  open_ = false;
}

std::optional<HeldChunk> check_token(Transaction& transaction, ChunkToken token) {
  auto row = transaction.db.query(sqlite::check_token, ":token", token);
  if (!row.step()) return std::nullopt;
  HeldChunk held;
  held.token = token;
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

Asked draw_number(Transaction& transaction) {
  const auto number = transaction.db.value<Asked>(sqlite::draw_asked);
  must(number.has_value(), "the sequence has its row");
  return *number;
}

int release_next(Transaction& transaction, IntegrationId integration) {
  std::int64_t fresh = 0;
  std::int64_t backfill = 0;
  {
    auto row = transaction.db.query(sqlite::count_released, ":integration", integration);
    must(row.step(), "counting gives a row");
    fresh = row.next_integer();
    backfill = row.next_integer();
  }
  return release_up_to(transaction, integration, false, fresh_window - fresh) +
         release_up_to(transaction, integration, true, transaction.window - backfill);
}

std::optional<JobStatus> complete_chunk(Transaction& transaction, const HeldChunk& held, const std::string& notice) {
  const auto words = notice.empty() ? std::nullopt : std::optional<std::string_view>(notice);
  transaction.db.run(sqlite::complete_chunk, ":chunk", held.chunk, ":notice", words, ":now", transaction.now);
  transaction.db.run(sqlite::forget_reports, ":chunk", held.chunk);
  if (notice.empty()) end_attempt_row(transaction, held.token, "completed", nullptr);
  return count_and_release(transaction, held, true);
}

std::optional<JobStatus> finalise_job(Transaction& transaction, JobId job, IntegrationId integration) {
  if (transaction.db.value<bool>(sqlite::has_open_chunks, ":job", job) == true) return std::nullopt;
  transaction.db.run(sqlite::recount_job, ":job", job);
  const auto ended = transaction.db.value<JobStatus>(sqlite::finalise_job, ":job", job, ":now", transaction.now);
  settle_integration(transaction, integration);
  return ended;
}

void apply_verdict(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict,
                   int credentials_version) {
  end_attempt_row(transaction, held.token, outcome_of(verdict.action), &failure);
  if (verdict.cool_scope_until && !failure.scope.empty()) {
    close_scope_until(transaction, failure.scope, *verdict.cool_scope_until, failure.message);
  }
  switch (verdict.action) {
    case Verdict::Action::retry:
      return pend_chunk(transaction, held, failure, verdict, verdict.due);
    case Verdict::Action::fail:
      return fail_chunk(transaction, held, failure, verdict);
    case Verdict::Action::wait_for_credentials:
      // Refused with credentials that were replaced meanwhile: the integration stays as it is, and the chunk goes on.
      transaction.db.run(sqlite::need_credentials, ":integration", held.integration, ":message", failure.message,
                         ":version", credentials_version, ":now", transaction.now);
      return pend_chunk(transaction, held, failure, verdict, transaction.now);
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
  transaction.db.run(sqlite::settle_integration, ":integration", integration, ":now", transaction.now);
}

void close_scope_until(Transaction& transaction, std::string_view scope, Instant until, std::string_view reason) {
  transaction.db.run(sqlite::close_scope, ":scope", scope, ":until", not_before(until), ":reason", reason);
}

void write_audit(Transaction& transaction, const std::string& who, std::string_view what, std::string_view subject) {
  transaction.db.run(sqlite::write_audit, ":now", transaction.now, ":who", who, ":what", what, ":subject", subject);
}

AdvertiserId find_or_make_advertiser(Transaction& transaction, const std::string& name) {
  transaction.db.run(sqlite::insert_advertiser, ":id", AdvertiserId{transaction.new_uuid()}, ":name", name, ":now",
                     transaction.now);
  const auto id = transaction.db.value<AdvertiserId>(sqlite::advertiser_by_name, ":name", name);
  must(id.has_value(), "an advertiser that was just found or made is there");
  return *id;
}

}  // namespace adfill
