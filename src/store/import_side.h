// Where what the replaced system had is written to: a database of adfill's, beside its Store. Each method is a
// transaction. For one thread.
#pragma once

#include "store/commit.h"
#include "store/replaced_rows.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace adfill {

// Whose figures they are.
struct ImportAccount {
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string account_id;
  std::string currency;
  std::string time_zone;
};

struct ImportedJob {
  JobId id;
  CollectionType type = CollectionType::ads;
  JobMode mode = JobMode::initial;
  JobStatus status = JobStatus::completed;  // pending: its open chunks are taken in by a worker
  DayRange range{};
  Asked asked{};  // 0 where it is pending
  std::optional<std::string> error_message{};
  Instant created_at{};
  std::optional<Instant> started_at{};
  std::optional<Instant> completed_at{};
  struct Chunk {
    ChunkId id;
    int chunk_index = 0;
    DayRange range{};
    ChunkStatus status = ChunkStatus::completed;
    int retry_count = 0;
    int max_retries = 3;
    std::optional<std::string> error_message{};
    std::optional<Instant> last_error_at{};
    Instant created_at{};
    std::optional<Instant> started_at{};
    std::optional<Instant> completed_at{};
  };
  std::vector<Chunk> chunks{};
};

struct ImportedDays {
  std::string problem{};  // not empty: nothing of these days was written
  int days = 0;           // the others have an equal or newer snapshot
  std::int64_t rows = 0;  // of those days
};

class ImportSide {
 public:
  virtual ~ImportSide() = default;

  // The integration waits for credentials, unless it has got new ones since it was made.
  virtual void need_credentials(IntegrationId integration, const std::string& message) = 0;
  // Returns how many were not there.
  [[nodiscard]] virtual std::int64_t import_jobs(IntegrationId integration, const std::vector<ImportedJob>& jobs) = 0;
  // By date, each once. A day with an equal or newer snapshot is left alone.
  [[nodiscard]] virtual ImportedDays import_days(const ImportAccount& account, CollectionType type,
                                                 const std::vector<DaySnapshot>& days) = 0;
  // Returns how many were written: an ad with an equal or newer row is left alone.
  [[nodiscard]] virtual std::int64_t import_creatives(const ImportAccount& account, Asked asked,
                                                      std::vector<Creative> rows) = 0;
};

using NewUuid = std::function<Uuid()>;
using ReadClock = std::function<Instant()>;
// Requires: the newest schema is there.
[[nodiscard]] std::unique_ptr<ImportSide> open_sqlite_import_side(const std::string& path, NewUuid new_uuid,
                                                                  ReadClock now);
[[nodiscard]] std::unique_ptr<ImportSide> open_postgres_import_side(const std::string& url, NewUuid new_uuid);

}  // namespace adfill
