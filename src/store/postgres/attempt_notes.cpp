// What an attempt that is under way writes down: numbers of its requests, reports that run, sizes that work.

#include "core/cut_text.h"
#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

#include <chrono>
#include <cstdint>

namespace adfill::postgres {

namespace statement = sql::postgres;

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
