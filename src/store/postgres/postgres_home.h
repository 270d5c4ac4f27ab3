// The PostgreSQL home of Store: a pool of connections, each used by one call at a time. Each method below is a
// transaction (the sweep: many short ones) and reads as a list of named statements; the methods stand in the files
// named beside them.
//
// A transaction that lost against another one is begun anew a few times. One whose connection broke is not: it is told
// as StoreUnavailable, since a commit whose answer was lost may have taken effect. Repeating is safe for who repeats
// with the same token or request: days that are there count as done, a completed chunk's token is stale, an open job is
// found.
#pragma once

#include "store/postgres/connection_pool.h"
#include "store/postgres/counted_queue.h"
#include "store/postgres/postgres_connection.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/round_start.h"
#include "store/postgres/sweep_pages.h"
#include "store/postgres/tell_turn.h"
#include "store/postgres/transaction.h"
#include "store/store.h"

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace adfill::postgres {

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(PostgresOptions options);

  // schema.cpp
  void migrate_up() override;
  void migrate_down(int to_version) override;
  std::vector<MigrationStep> migrations() override;
  // The replaced system's; false: this database has no pg_cron.
  bool schedule_cron_jobs();

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
  // Puts what waits of an integration that a person has opened back into the round.
  void unpark(IntegrationId integration);

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
  // What a sweep mends behind people who write plain SQL; a page of the open jobs and of the released chunks each time.
  // Returns how many chunks were released.
  int mend();

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
  QueueRecord count_queue();
  [[nodiscard]] std::map<std::string, CallCount> recent_calls();
  // Of find_token or find_session; with the integration, where one is named.
  [[nodiscard]] TokenAndIntegration find_access(std::string_view text, const std::string& hash,
                                                std::optional<IntegrationId> integration);
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
  TokenAndIntegration find_token_and_integration(const std::string& token_hash, IntegrationId integration) override;
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
  // promised: to somebody, so it is on the disk when the method returns. repeatable: if the database's machine fails it
  // may be lost, and is then done again.
  enum class Durability { promised, repeatable };

  // Runs `work(transaction)` as one writing transaction and returns what it returns. Rolled back when it throws, or
  // when it gave the transaction up. `work` may run several times, each time from the start.
  template <class Work>
  auto write(Durability durability, Work work) -> std::invoke_result_t<Work, Transaction&> {
    const bool repeatable = durability == Durability::repeatable;
    return run(repeatable ? Transaction::Kind::writing_repeatable : Transaction::Kind::writing, work);
  }
  // Runs `work` on one snapshot: with the connection, or with the transaction where it needs the time.
  template <class Work>
  auto read(Work work) {
    return run(Transaction::Kind::reading, [&work](Transaction& transaction) {
      if constexpr (std::is_invocable_v<Work, Connection&>) {
        return work(transaction.db);
      } else {
        return work(transaction);
      }
    });
  }
  template <class Work>
  auto run(Transaction::Kind kind, const Work& work) -> std::invoke_result_t<Work, Transaction&>;
  void refuse_newer_schema();

  ConnectionPool pool_;
  RoundStart round_;
  SweepPages sweep_pages_;
  CountedQueue counted_;
  TellTurn tell_turn_;
  std::mutex drawing_;  // holds the source of ids
  Transaction::Rules rules_;
  const RetryRule retry_;
};

// ------------------------------------------------------------------------------------------------------------------

template <class Work>
auto PostgresStore::run(Transaction::Kind kind, const Work& work) -> std::invoke_result_t<Work, Transaction&> {
  constexpr int tries = 10;
  bool was_idle = false;
  for (int left = tries - 1;; --left) {
    try {
      Borrowed connection(pool_);
      Transaction transaction(*connection, kind, rules_);
      if constexpr (std::is_void_v<std::invoke_result_t<Work, Transaction&>>) {
        work(transaction);
        transaction.commit();
        return;
      } else {
        auto result = work(transaction);
        transaction.commit();
        return result;
      }
    } catch (const TryAgain& collision) {
      if (left == 0) {
        throw StoreUnavailable(std::string("a transaction lost against others ten times running (") + collision.what() +
                               "): adfill tries again by itself");
      }
    } catch (const LostWhileIdle&) {
      // Not this call's failure, the first time; nothing of it was there.
      if (std::exchange(was_idle, true)) throw;
      pool_.close_idle();
    }
  }
}

}  // namespace adfill::postgres
