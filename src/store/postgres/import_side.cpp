// Moving in: what the replaced system had, written by the same steps as a commit.
#include "store/import_side.h"

#include "sql/postgres.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_url.h"
#include "store/postgres/receipts.h"

#include <array>
#include <atomic>
#include <set>
#include <utility>

namespace adfill {

namespace postgres {

namespace statement = sql::postgres;

namespace {

class Side final : public ImportSide {
 public:
  Side(const std::string& url, NewUuid new_uuid)
      : rules_{{}, std::move(new_uuid), 1}, run_(rules_.new_uuid()), db_(url, prepare_) {}

  void need_credentials(IntegrationId integration, const std::string& message) override;
  std::int64_t import_jobs(IntegrationId integration, const std::vector<ImportedJob>& jobs) override;
  ImportedDays import_days(const ImportAccount& account, CollectionType type,
                           const std::vector<DaySnapshot>& days) override;
  std::int64_t import_creatives(const ImportAccount& account, Asked asked, std::vector<Creative> rows) override;

 private:
  std::atomic<bool> prepare_ = false;  // a pooler may stand between
  Transaction::Rules rules_;
  Uuid run_;  // stands as the attempt in the receipts
  Connection db_;
};

void Side::need_credentials(IntegrationId integration, const std::string& message) {
  constexpr int first_version = 1;
  Transaction transaction(db_, Transaction::Kind::writing, rules_);
  lock_integration(transaction, integration);
  transaction.db.send(statement::need_credentials, ":integration", integration, ":message", message, ":version",
                      first_version, ":now", transaction.now());
  transaction.commit();
}

std::int64_t Side::import_jobs(IntegrationId integration, const std::vector<ImportedJob>& jobs) {
  Transaction transaction(db_, Transaction::Kind::writing, rules_);
  std::int64_t made = 0;
  for (const ImportedJob& job : jobs) {
    if (transaction.db.run(statement::import_job, ":id", job.id, ":integration", integration, ":type", job.type,
                           ":mode", job.mode, ":status", job.status, ":since", job.range.since, ":until",
                           job.range.until, ":asked", job.asked, ":message", job.error_message, ":created_at",
                           job.created_at, ":started_at", job.started_at, ":completed_at", job.completed_at, ":now",
                           transaction.now()) == 0) {
      continue;
    }
    ++made;
    for (const auto& chunk : job.chunks) {
      transaction.db.send(statement::import_chunk, ":id", chunk.id, ":job", job.id, ":integration", integration,
                          ":chunk_index", chunk.chunk_index, ":since", chunk.range.since, ":until", chunk.range.until,
                          ":type", job.type, ":status", chunk.status, ":retry_count", chunk.retry_count, ":max_retries",
                          chunk.max_retries, ":message", chunk.error_message, ":last_error_at", chunk.last_error_at,
                          ":created_at", chunk.created_at, ":started_at", chunk.started_at, ":completed_at",
                          chunk.completed_at, ":now", transaction.now(), ":unseen",
                          chunk.status == ChunkStatus::pending);
    }
    transaction.db.send(statement::recount_job, ":jobs", array_of(std::array{job.id}));
  }
  lock_integration(transaction, integration);
  settle_integration(transaction, integration);
  transaction.commit();
  return made;
}

ImportedDays Side::import_days(const ImportAccount& account, CollectionType type,
                               const std::vector<DaySnapshot>& days) {
  Transaction transaction(db_, Transaction::Kind::writing, rules_);
  const HeldChunk held = as_if_held(ChunkToken{run_}, account.integration, account, type);
  std::vector<DaysToMerge> ours{{&held, {}}};
  for (const DaySnapshot& day : days) ours.front().days.push_back(&day);
  write_receipts(transaction, ours);
  ImportedDays imported;
  const MergedDays merged = merge_days(transaction, ours).front();
  if (!merged.problem.empty()) {
    transaction.give_up();
    imported.problem = merged.problem;
    return imported;
  }
  for (const auto& [day, absent, hash] : merged.absent_by_day) {
    transaction.db.send(statement::coverage_counts_absent, ":integration", held.integration, ":type", held.type,
                        ":date", day, ":rows_absent", absent, ":rows_hash", hash.value());
  }
  for (const DaySnapshot* day : ours.front().days) imported.rows += day->rows_read;
  imported.days = static_cast<int>(ours.front().days.size());
  transaction.commit();
  return imported;
}

std::int64_t Side::import_creatives(const ImportAccount& account, Asked asked, std::vector<Creative> rows) {
  Transaction transaction(db_, Transaction::Kind::writing, rules_);
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

}  // namespace postgres

std::unique_ptr<ImportSide> open_postgres_import_side(const std::string& url, NewUuid new_uuid) {
  std::string plain = url;
  (void)postgres::take_prepared_statements(plain);
  return std::make_unique<postgres::Side>(plain, std::move(new_uuid));
}

}  // namespace adfill
