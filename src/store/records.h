// What the store tells people: jobs, chunks, integrations, coverage, figures. Plain values, read in one transaction
// each.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/rows.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// Whose data may be seen: nullopt everything, else these advertisers only.
using Sight = std::optional<std::vector<AdvertiserId>>;

struct IntegrationRecord {
  IntegrationId id;
  AdvertiserId advertiser;
  std::string advertiser_name;
  Source source = Source::meta;
  std::string account_id;
  std::string account_name;
  std::string currency;
  std::string time_zone;
  IntegrationStatus status = IntegrationStatus::pending;
  std::string last_error;  // for people; empty when there is none
  std::optional<Instant> last_error_at{};
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> credentials_expire_at{};  // as the platform told it when they were given
  std::string attribution{};  // the windows that conversions are counted in, as the source spells them; empty: its own
  bool keep_thumbnails = false;  // the pictures of its creatives are kept, since the platform's links to them end
};

struct JobRecord {
  JobId id;
  IntegrationId integration;
  std::string advertiser_name;
  Source source = Source::meta;
  std::string account_id;
  std::string account_name;
  JobMode mode = JobMode::initial;
  CollectionType type = CollectionType::ads;
  JobStatus status = JobStatus::pending;
  DayRange range;
  bool newest_first = false;
  int chunks_total = 0;
  int chunks_completed = 0;
  int chunks_failed = 0;
  std::int64_t rows = 0;  // of the snapshots it committed, unchanged ones included
  std::string error_message;
  Instant created_at;
  std::optional<Instant> started_at{};
  std::optional<Instant> completed_at{};
  Instant updated_at;
};

struct ChunkRecord {
  ChunkId id;
  JobId job;
  int chunk_index = 0;
  DayRange range;
  CollectionType type = CollectionType::ads;
  ChunkStatus status = ChunkStatus::pending;
  int retry_count = 0;
  int max_retries = 3;
  int lost_count = 0;
  int days_done = 0;  // of range.length(), for this job
  std::int64_t rows = 0;
  std::string error_message;
  std::string notice;  // days the platform no longer keeps, and the like
  std::optional<Instant> last_error_at{};
  std::optional<Instant> due_at{};  // pending: not before
  std::optional<Instant> cancelled_at{};
  Instant created_at;
  std::optional<Instant> started_at{};
  std::optional<Instant> completed_at{};
  Instant updated_at;
};

struct JobFilter {
  std::optional<IntegrationId> integration{};
  std::optional<JobStatus> status{};
  std::optional<JobMode> mode{};
  std::optional<CollectionType> type{};
  std::optional<std::string> search{};  // a part of the account's id or name or of the advertiser's, in any case
  Sight sight{};
  std::optional<JobId> after{};  // cursor: the last job of the page before; newest first
  int limit = 50;
};

struct IntegrationFilter {
  std::optional<IntegrationStatus> status{};
  std::optional<std::string> search{};  // as in JobFilter
  std::optional<Day> nothing_since{};   // those whose ads have no day from this one on
  Sight sight{};
  std::optional<IntegrationId> after{};  // cursor; newest first
  int limit = 50;
};

// Calls of an app to its platform.
struct CallCount {
  std::int64_t calls = 0;  // the refused ones too
  std::int64_t refused = 0;
};

inline constexpr int calls_kept_days = 60;

struct ThrottledScope {
  std::string scope;
  Instant until;
  std::string reason;
};

// How full a scope's limits were when a worker called it last.
struct ScopeOutlook {
  struct Limit {
    std::string name{};
    double usage_percent = 0;
    double capacity = 0;  // points; 0: not known
    bool learned = false;
  };
  std::string scope{};
  WorkerId worker{};
  std::string tier{};
  Instant read_at{};
  std::vector<Limit> limits{};
};

struct WorkerRecord {
  WorkerId id;
  std::string host;
  int process_id = 0;
  Instant started_at;
  Instant lease_until;
  int chunks = 0;  // held now
};

struct QueueRecord {
  std::optional<Instant> counted_at{};  // when the numbers below were counted; leases and scopes are of now
  std::int64_t pending = 0;
  std::int64_t processing = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t released = 0;
  std::optional<Instant> oldest_due{};  // of released chunks that nobody works on and that may run now
  std::vector<WorkerRecord> workers{};
  std::vector<ThrottledScope> throttled{};
  static constexpr int recent_days = 15;     // today is one of them; of UTC
  std::map<std::string, CallCount> calls{};  // of each app in those days, made by all processes
};

enum class DayState { fresh, moving, gap, mismatch };
[[nodiscard]] std::string_view to_string(DayState state);

struct CoverageRecord {
  Day day;
  Asked asked;
  Instant as_of;
  std::string report_id;
  std::int64_t rows = 0;
  Totals stored;
  std::optional<Totals> platform{};
  Difference difference = Difference::not_asked;
  std::int64_t rows_absent = 0;
  DayState state = DayState::fresh;
  std::optional<std::int64_t> rows_hash{};  // of all the day's rows; nullopt: committed before there was one
  std::string attribution{};                // asked for, in the source's own word; may be empty
  ChunkToken attempt;                       // whose snapshot it is
  bool suspect = false;                     // a fault of the platform makes its figures doubtful
  std::optional<Instant> pinned_at{};       // since when the day keeps its figures, until it is released
};

// A day as its rows are stored now.
struct StoredDay {
  Day day;
  std::int64_t rows = 0;  // that the platform reports, and their totals, as the receipt counts them
  Totals totals{};
  std::int64_t rows_absent = 0;
  std::int64_t rows_hash = 0;  // as CoverageRecord's
};

enum class PerformanceGroup { total, day, source, campaign, ad, gender, age };

// Whether figures of that type have that group: ads know no gender, demographics no ads, creatives no figures.
[[nodiscard]] bool knows_group(CollectionType type, PerformanceGroup group);

struct PerformanceFilter {
  std::optional<IntegrationId> integration{};
  CollectionType type = CollectionType::ads;  // ads or demographics
  std::optional<Day> since{};
  std::optional<Day> until{};
  PerformanceGroup group = PerformanceGroup::total;
  Sight sight{};
};

// One group. Money of different currencies is never summed: a group appears once a currency.
struct PerformanceRecord {
  std::string key;   // the day, the source, an id, a gender, an age; empty for total
  std::string name;  // campaign's or ad's name, where the key is an id
  std::string currency;
  std::int64_t rows = 0;
  Metrics metrics;
};

struct AuditRecord {
  std::int64_t id = 0;
  Instant at;
  std::string who;  // a token's name, "cli", "adfill"
  std::string what;
  std::string subject;
};

}  // namespace adfill
