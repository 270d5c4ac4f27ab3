// The SQLite home of Store: one writing connection behind a mutex, a few that read. Each method below is a transaction
// and reads as a list of named statements; the methods stand in the files named beside them.
#pragma once

#include "store/sqlite/sqlite_connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/transaction.h"
#include "store/store.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace adfill {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(SqliteOptions options);
  ~SqliteStore() override;

  // schema.cpp
  void migrate_up() override;
  void migrate_down(int to_version) override;
  std::vector<MigrationStep> migrations() override;

  // integrations.cpp
  std::expected<EnqueuedJobs, IntegrationExists> add_integration(const NewIntegration& integration,
                                                                 const std::vector<PlannedJob>& jobs,
                                                                 const std::string& who) override;
  Outcome replace_credentials(IntegrationId integration, const NewCredentials& credentials,
                              const std::string& who) override;
  std::optional<SealedCredentials> credentials(IntegrationId integration) override;
  Outcome pause(IntegrationId integration, bool paused, const std::string& who) override;
  Outcome set_attribution(IntegrationId integration, const std::string& attribution, const std::string& who) override;
  Outcome set_keep_thumbnails(IntegrationId integration, bool keep, const std::string& who) override;
  std::map<std::string, VideoLinks> videos(IntegrationId integration) override;
  std::vector<CreativeRecord> creatives(IntegrationId integration, const CreativeFilter& filter) override;
  std::vector<std::string> ads_without_creative(IntegrationId integration, int limit) override;
  std::vector<std::string> missing_pictures(IntegrationId integration,
                                            const std::vector<std::string>& pictures) override;
  void keep_picture(IntegrationId integration, const KeptPicture& picture) override;
  std::optional<KeptPicture> picture(IntegrationId integration, const std::string& name) override;
  Outcome remove_integration(IntegrationId integration, bool purge, const std::string& who) override;

  // jobs.cpp
  std::optional<EnqueuedJobs> enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                      const std::string& who) override;
  Outcome retry_job(JobId job, const std::string& who) override;
  Outcome retry_chunk(ChunkId chunk, const std::string& who) override;
  Outcome cancel_job(JobId job, const std::string& who) override;

  // claim.cpp
  std::vector<Claim> claim(WorkerId worker, int limit) override;
  std::optional<Instant> next_due() override;
  Asked draw_asked() override;
  Asked give_up_slice(ChunkToken token, const GivenUpSlice& slice) override;
  Outcome remember_report(ChunkToken token, const RunningReport& report) override;
  void forget_report(ChunkId chunk, const std::string& report_id) override;
  void remember_slice_days(IntegrationId integration, CollectionType type, int days) override;

  // leases.cpp
  bool become_worker_process() override;
  void register_worker(WorkerId worker, const std::string& host, int process_id, Duration lease) override;
  std::vector<ChunkToken> heartbeat(WorkerId worker, Duration lease) override;
  void unregister_worker(WorkerId worker) override;
  SweepResult sweep() override;

  // intake.cpp
  // Chunks that were put in by plain SQL: their job gets its number and counts, goes on where it had ended, and windows
  // are filled. Each look of a worker (next_due) and each sweep begins with it. Returns how many chunks were released.
  int take_in();

  // attempt_end.cpp
  Outcome end_attempt(ChunkToken token, const Failure& failure, const Verdict& verdict,
                      int credentials_version) override;

  // commit_days.cpp, commit_creatives.cpp
  CommitResult commit_days(const DaysCommit& commit) override;
  std::vector<CommitOutcome> commit_group(std::span<const DaysCommit> commits) override;
  CommitResult commit_creatives(const CreativesCommit& commit) override;

  // schedules.cpp
  std::vector<ScheduleRecord> schedules(const ScheduleFilter& filter) override;
  std::optional<ScheduleRecord> schedule(ScheduleId id) override;
  Outcome change_schedule(ScheduleId id, const ScheduleChange& change, const std::string& who) override;
  std::vector<ScheduleRecord> due_schedules(int limit) override;
  CollectedDays collected_days(IntegrationId integration, CollectionType type) override;
  std::optional<EnqueuedJobs> run_due(const ScheduleRecord& due, Instant next_due_at,
                                      const std::vector<PlannedJob>& jobs) override;

  // offers.cpp
  std::vector<DueListing> take_listings(int limit) override;
  void note_accounts(const SeenAccounts& seen) override;
  std::vector<AccountOffer> account_offers(const Sight& sight) override;
  Outcome dismiss_offer(Source source, const std::string& account_id, const Sight& sight,
                        const std::string& who) override;

  // checks.cpp
  std::vector<DueCheck> take_checks(int limit) override;
  std::vector<SettledDay> settled_days(IntegrationId integration, CollectionType type) override;
  void note_checked(IntegrationId integration, CollectionType type, const std::vector<Day>& days) override;

  // alerts.cpp
  AlertSnapshot alert_snapshot(const AlertLook& look) override;
  std::vector<AccountDays> account_days(Day since, std::optional<IntegrationId> after, int limit) override;
  bool change_alerts(const AlertChanges& changes) override;
  std::vector<AlertRecord> alerts(const AlertFilter& filter) override;
  std::vector<AlertChannelRecord> alert_channels(const AlertChannelFilter& filter) override;
  void add_alert_channel(const AlertChannelRecord& channel, const std::string& who) override;
  Outcome remove_alert_channel(AlertChannelId channel, const Sight& sight, const std::string& who) override;
  Outcome reseal_alert_channel(AlertChannelId channel, const std::string& sealed,
                               const std::string& sealed_anew) override;
  std::vector<AlertDelivery> take_deliveries(int limit, Duration lease) override;
  void end_delivery(const DeliveryEnd& end) override;

  // quotas.cpp
  void close_scope(const std::string& scope, Instant until, const std::string& reason) override;
  std::vector<ThrottledScope> closed_scopes() override;
  void count_calls(const std::map<std::string, CallCount>& made) override;
  void save_outlooks(WorkerId worker, const std::vector<ScopeOutlook>& outlooks) override;
  std::vector<ScopeOutlook> outlooks() override;

  // reading.cpp, performance.cpp
  Instant now() override;
  std::vector<IntegrationRecord> integrations(const IntegrationFilter& filter) override;
  std::optional<IntegrationRecord> integration(IntegrationId id) override;
  std::optional<IntegrationId> find_integration(const std::string& advertiser_name, Source source,
                                                const std::string& account_id) override;
  std::vector<JobRecord> jobs(const JobFilter& filter) override;
  std::optional<JobRecord> job(JobId id) override;
  std::vector<ChunkRecord> chunks(JobId job) override;
  std::optional<JobId> job_of_chunk(ChunkId chunk) override;
  QueueRecord queue() override;
  std::vector<CoverageRecord> coverage(IntegrationId integration, CollectionType type) override;
  std::vector<StoredDay> stored_days(IntegrationId integration, CollectionType type, DayRange range) override;
  std::vector<PerformanceRecord> performance(const PerformanceFilter& filter) override;

  // overview.cpp
  std::vector<AttemptRecord> attempts(JobId job) override;
  std::vector<FreshnessRecord> freshness(const IntegrationFilter& filter, Day since) override;
  OverviewRecord overview(const Sight& sight, Instant since, Duration step) override;

  // history.cpp, retention.cpp
  std::vector<DayChange> day_changes(IntegrationId integration, CollectionType type, DayRange range) override;
  std::expected<std::vector<PerformanceRecord>, HistoryGone> performance_as_of(const PerformanceFilter& filter,
                                                                               Instant at) override;
  Undone undo(IntegrationId integration, ChunkToken attempt, const std::string& who) override;
  int release_days(IntegrationId integration, CollectionType type, DayRange range, const std::string& who) override;
  Pruned prune(const RetentionRules& rules) override;

  // access.cpp
  bool has_tokens() override;
  void add_token(const TokenRecord& token, const std::string& token_hash, const std::string& who) override;
  std::optional<TokenRecord> find_token(const std::string& token_hash) override;
  void open_session(const std::string& session_hash, ApiTokenId token, Duration life) override;
  std::optional<TokenRecord> find_session(const std::string& session_hash) override;
  void close_session(const std::string& session_hash) override;
  void note(const std::string& who, const std::string& what, const std::string& subject) override;
  std::vector<AuditRecord> audit(std::optional<std::int64_t> after, int limit) override;

  // tokens.cpp
  std::vector<AdvertiserId> advertisers_named(const std::vector<std::string>& names) override;
  std::vector<std::string> advertiser_names(const Sight& sight) override;
  std::vector<TokenRecord> tokens(const TokenFilter& filter) override;
  Outcome revoke_token(ApiTokenId token, const Sight& sight, const std::string& who) override;

  // keyed_requests.cpp
  KeyedRequest begin_request(ApiTokenId token, const std::string& key, const std::string& fingerprint) override;
  void end_request(ApiTokenId token, const std::string& key, const std::optional<std::string>& sealed_answer) override;
  Outcome reseal_credentials(IntegrationId integration, const std::string& sealed,
                             const std::string& sealed_anew) override;
  void forget_requests() override;

 private:
  // promised: to somebody, so it is on the disk when the method returns. repeatable: if the machine fails it may be
  // lost, and is then done again.
  enum class Durability { promised, repeatable };

  // Runs `work(transaction)` as one writing transaction and returns what it returns. Rolled back when it throws, or
  // when it gave the transaction up.
  template <class Work>
  auto write(Durability durability, Work work) -> std::invoke_result_t<Work, Transaction&>;
  // Runs `work(connection)` on one snapshot.
  template <class Work>
  auto read(Work work) -> std::invoke_result_t<Work, SqliteConnection&>;

  void refuse_newer_schema();
  [[nodiscard]] std::map<std::string, CallCount> recent_calls();
  // Of find_token or find_session.
  [[nodiscard]] std::optional<TokenRecord> find_access(std::string_view statement, const std::string& hash);
  [[nodiscard]] std::unique_ptr<SqliteConnection> borrow_reader();
  void give_back_reader(std::unique_ptr<SqliteConnection> reader);
  [[nodiscard]] bool in_memory() const { return options_.path == ":memory:"; }

  SqliteOptions options_;
  std::mutex writing_;  // holds the writer, new_uuid and the worker lock
  SqliteConnection writer_;
  int worker_lock_ = -1;  // the lock file's descriptor while this process is the worker process

  std::mutex reading_;
  std::condition_variable reader_given_back_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;
  int readers_ = 0;
};

// ------------------------------------------------------------------------------------------------------------------

template <class Work>
auto SqliteStore::write(Durability durability, Work work) -> std::invoke_result_t<Work, Transaction&> {
  const std::lock_guard lock(writing_);
  writer_.set_full_synchronous(durability == Durability::promised);
  Transaction transaction(writer_, Transaction::Kind::writing, options_.now(), options_.new_uuid, options_.window);
  if constexpr (std::is_void_v<std::invoke_result_t<Work, Transaction&>>) {
    work(transaction);
    transaction.commit();
  } else {
    auto result = work(transaction);
    transaction.commit();
    return result;
  }
}

template <class Work>
auto SqliteStore::read(Work work) -> std::invoke_result_t<Work, SqliteConnection&> {
  if (in_memory()) {  // a private database: there is one connection only
    const std::lock_guard lock(writing_);
    Transaction transaction(writer_, Transaction::Kind::reading, Instant{}, options_.new_uuid, options_.window);
    return work(writer_);
  }
  struct Borrowed {
    SqliteStore& store;
    std::unique_ptr<SqliteConnection> connection;
    ~Borrowed() { store.give_back_reader(std::move(connection)); }
  };
  const Borrowed borrowed{*this, borrow_reader()};
  Transaction transaction(*borrowed.connection, Transaction::Kind::reading, Instant{}, options_.new_uuid,
                          options_.window);
  return work(*borrowed.connection);
}

}  // namespace adfill
