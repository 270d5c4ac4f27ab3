// A transaction, and the steps that several of them share: releasing chunks, ending them, counting, finalising jobs.
// Locks are taken in design.md's order: token, coverage, figures, chunk, job, integration.
#pragma once

#include "core/failure.h"
#include "core/verdict.h"
#include "store/held_chunk.h"
#include "store/postgres/postgres_connection.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill::postgres {

// Rolls back at its end unless it was committed. It begins with the first statement that is waited for: what begins it
// goes along with that one.
class Transaction {
 public:
  // repeatable: if the database's machine fails it may be lost, and is then done again.
  enum class Kind { writing, writing_repeatable, reading };

  // What a transaction gets of its store.
  struct Rules {
    std::function<Instant()> now;    // unset: the database's clock
    std::function<Uuid()> new_uuid;  // safe to call from any thread
    int window;                      // backfill chunks released at once, an integration
  };

  Transaction(Connection& connection, Kind kind, const Rules& rules);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Takes effect, unless the transaction was given up. Nothing happens the second time. `afterwards`: a statement that
  // runs by itself once it has, in the same round trip; nothing comes of it when it fails.
  void commit(std::string_view afterwards = {});
  // Nothing of it will be there.
  void give_up() { given_up_ = true; }

  Connection& db;
  const std::function<Uuid()>& new_uuid;
  const int window;
  // When it began. Waits, the first time, if nothing was waited for before.
  [[nodiscard]] Instant now() { return times().now; }
  // For a statement that goes along with what begins it, and takes the database's time by itself: nullopt, then.
  [[nodiscard]] std::optional<Instant> given_now() const;
  // Long ago where the clock is not the database's.
  [[nodiscard]] Instant database_started() { return times().database_started; }

 private:
  struct Times {
    Instant now;
    Instant database_started{};
  };
  const Times& times();

  const Kind kind_;
  const Rules& rules_;
  Answer clock_;
  std::optional<Times> times_{};
  bool open_ = true;
  bool given_up_ = false;
};

// What a commit adds to a chunk and its job.
struct ChunkProgress {
  const HeldChunk* held;
  std::int64_t rows = 0;
  bool progressed = false;  // days of it were committed
  bool completed = false;
};

// The chunk is held until the transaction ends; nullopt: the token is stale.
[[nodiscard]] std::optional<HeldChunk> check_token(Transaction& transaction, ChunkToken token);
// For several at once, stale ones are left out; other commits of the same chunks may hold them beside this one.
[[nodiscard]] std::map<ChunkToken, HeldChunk> share_tokens(Transaction& transaction,
                                                           const std::vector<ChunkToken>& tokens);
// The next number of the sequence of jobs and snapshots.
[[nodiscard]] Asked draw_number(Transaction& transaction);
// What draw_asked answers.
[[nodiscard]] Asked read_number(Rows drawn);
// Locks the integration until the transaction ends; false: there is none. What follows sees its window and its jobs as
// they are.
bool lock_integration(Transaction& transaction, IntegrationId integration);
// Locks the integrations and fills their windows; returns how many chunks were released.
int release_next(Transaction& transaction, const std::vector<IntegrationId>& integrations);
int release_next(Transaction& transaction, IntegrationId integration);
// The chunk is completed, counted, and the next one released; the job's end state if this was its last chunk.
std::optional<JobStatus> complete_chunk(Transaction& transaction, const HeldChunk& held, const std::string& notice);
// Progress of several chunks at once, each once; returns the jobs that have ended with it.
std::map<JobId, JobStatus> count_progress(Transaction& transaction, const std::vector<ChunkProgress>& progress,
                                          const std::string& notice);
// The job's end state when none of its chunks is open any more. Requires: the job and the integration are locked.
std::optional<JobStatus> finalise_job(Transaction& transaction, JobId job, IntegrationId integration);
// Ends the attempt with its verdict, whoever gave it: the attempt itself or the sweep.
void apply_verdict(Transaction& transaction, const HeldChunk& held, const Failure& failure, const Verdict& verdict,
                   int credentials_version);
// The integration's status after one of its jobs has ended.
void settle_integration(Transaction& transaction, IntegrationId integration);
// A later time than the one known wins.
void close_scope_until(Transaction& transaction, std::string_view scope, Instant until, std::string_view reason);
void write_audit(Transaction& transaction, const std::string& who, std::string_view what, std::string_view subject);

[[nodiscard]] AdvertiserId find_or_make_advertiser(Transaction& transaction, const std::string& name);

}  // namespace adfill::postgres
