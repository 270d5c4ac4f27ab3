// A transaction, and the steps that several of them share: releasing chunks, ending them, counting, finalising jobs.
// Locks are taken in design.md's order: token, coverage, figures, chunk, job, integration.
#pragma once

#include "core/failure.h"
#include "core/verdict.h"
#include "store/held_chunk.h"
#include "store/sqlite/sqlite_connection.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// Rolls back at its end unless it was committed.
class Transaction {
 public:
  enum class Kind { writing, reading };

  Transaction(SqliteConnection& connection, Kind kind, Instant at, const std::function<Uuid()>& uuids, int window_size);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Takes effect, unless the transaction was given up.
  void commit();
  // Nothing of it will be there.
  void give_up() { given_up_ = true; }

  SqliteConnection& db;
  const Instant now;  // read once a transaction
  const std::function<Uuid()>& new_uuid;
  const int window;  // backfill chunks released at once, an integration

 private:
  bool open_ = true;
  bool given_up_ = false;
};

// nullopt: the token is stale.
[[nodiscard]] std::optional<HeldChunk> check_token(Transaction& transaction, ChunkToken token);
// The next number of the sequence of jobs and snapshots.
[[nodiscard]] Asked draw_number(Transaction& transaction);
// Fills the integration's window; returns how many chunks were released.
int release_next(Transaction& transaction, IntegrationId integration);
// The chunk is completed, counted, and the next one released; the job's end state if this was its last chunk.
std::optional<JobStatus> complete_chunk(Transaction& transaction, const HeldChunk& held, const std::string& notice);
// The job's end state when none of its chunks is open any more.
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

}  // namespace adfill
