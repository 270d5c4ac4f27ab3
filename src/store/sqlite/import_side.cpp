// Moving in: what the replaced system had, written by the same steps as a commit.
#include "store/import_side.h"

#include "sql/sqlite.h"
#include "store/sqlite/figures.h"
#include "store/sqlite/sqlite_home.h"

#include <algorithm>
#include <set>
#include <utility>

namespace adfill {

namespace statement = sql::sqlite;

namespace {

class Side final : public ImportSide {
 public:
  Side(const std::string& path, NewUuid new_uuid, ReadClock now)
      : new_uuid_(std::move(new_uuid)), now_(std::move(now)), run_(new_uuid_()), db_(path, false) {
    db_.set_full_synchronous(true);
  }

  void need_credentials(IntegrationId integration, const std::string& message) override;
  std::int64_t import_jobs(IntegrationId integration, const std::vector<ImportedJob>& jobs) override;
  ImportedDays import_days(const ImportAccount& account, CollectionType type,
                           const std::vector<DaySnapshot>& days) override;
  std::int64_t import_creatives(const ImportAccount& account, Asked asked, std::vector<Creative> rows) override;

 private:
  NewUuid new_uuid_;
  ReadClock now_;
  Uuid run_;  // stands as the attempt in the receipts
  SqliteConnection db_;
};

void Side::need_credentials(IntegrationId integration, const std::string& message) {
  constexpr int first_version = 1;
  Transaction transaction(db_, Transaction::Kind::writing, now_(), new_uuid_, 1);
  transaction.db.run(statement::need_credentials, ":integration", integration, ":message", message, ":version",
                     first_version, ":now", transaction.now);
  transaction.commit();
}

std::int64_t Side::import_jobs(IntegrationId integration, const std::vector<ImportedJob>& jobs) {
  Transaction transaction(db_, Transaction::Kind::writing, now_(), new_uuid_, 1);
  std::int64_t made = 0;
  for (const ImportedJob& job : jobs) {
    if (transaction.db.run(statement::import_job, ":id", job.id, ":integration", integration, ":type", job.type,
                           ":mode", job.mode, ":status", job.status, ":since", job.range.since, ":until",
                           job.range.until, ":asked", job.asked, ":message", job.error_message, ":created_at",
                           job.created_at, ":started_at", job.started_at, ":completed_at", job.completed_at, ":now",
                           transaction.now) == 0) {
      continue;
    }
    ++made;
    for (const auto& chunk : job.chunks) {
      transaction.db.run(statement::import_chunk, ":id", chunk.id, ":job", job.id, ":integration", integration,
                         ":chunk_index", chunk.chunk_index, ":since", chunk.range.since, ":until", chunk.range.until,
                         ":type", job.type, ":status", chunk.status, ":retry_count", chunk.retry_count, ":max_retries",
                         chunk.max_retries, ":message", chunk.error_message, ":last_error_at", chunk.last_error_at,
                         ":created_at", chunk.created_at, ":started_at", chunk.started_at, ":completed_at",
                         chunk.completed_at, ":now", transaction.now, ":unseen", chunk.status == ChunkStatus::pending);
    }
    transaction.db.run(statement::recount_job, ":job", job.id);
  }
  settle_integration(transaction, integration);
  transaction.commit();
  return made;
}

ImportedDays Side::import_days(const ImportAccount& account, CollectionType type,
                               const std::vector<DaySnapshot>& days) {
  Transaction transaction(db_, Transaction::Kind::writing, now_(), new_uuid_, 1);
  const HeldChunk held = as_if_held(ChunkToken{run_}, account.integration, account, type);
  ImportedDays imported;
  for (const DaySnapshot& day : days) {
    if (is_overtaken(transaction, held, day)) continue;
    const MergedDay merged = merge_day(transaction, held, day);
    if (!merged.problem.empty()) {
      transaction.give_up();
      ImportedDays nothing;
      nothing.problem = merged.problem;
      return nothing;
    }
    write_coverage(transaction, held, day, merged);
    ++imported.days;
    imported.rows += day.rows_read;
  }
  transaction.commit();
  return imported;
}

std::int64_t Side::import_creatives(const ImportAccount& account, Asked asked, std::vector<Creative> rows) {
  Transaction transaction(db_, Transaction::Kind::writing, now_(), new_uuid_, 1);
  const auto there = db_.values<std::string>(statement::creatives_since, ":advertiser", account.advertiser, ":source",
                                             account.source, ":account", account.account_id, ":asked", asked);
  const std::set<std::string, std::less<>> known(there.begin(), there.end());
  std::erase_if(rows, [&known](const Creative& row) { return known.contains(row.ad_id); });
  const auto written = write_creatives(
      transaction, as_if_held(ChunkToken{run_}, account.integration, account, CollectionType::creatives), asked, rows);
  transaction.commit();
  return written;
}

}  // namespace

std::unique_ptr<ImportSide> open_sqlite_import_side(const std::string& path, NewUuid new_uuid, ReadClock now) {
  return std::make_unique<Side>(path, std::move(new_uuid), std::move(now));
}

}  // namespace adfill
