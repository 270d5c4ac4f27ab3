// A store that fails as databases do: a statement is refused before it runs, or the transaction is committed and its
// answer is lost on the way. Wraps the real store, so that there is no fake to lie.
#pragma once

#include "core/random.h"
#include "store/store.h"

#include <functional>
#include <type_traits>
#include <utility>

namespace adfill::simulation {

struct StoreProfile {
  double refused = 0;      // share of calls that throw before anything happened
  double answer_lost = 0;  // share of calls that are carried out and then throw
};

class FaultyStore : public Store {
 public:
  FaultyStore(Store& store, Random& random, const StoreProfile& profile)
      : store_(store), random_(random), profile_(profile) {}

  void migrate_up() override {
    return with_faults([&] { return store_.migrate_up(); });
  }
  void migrate_down(int to_version) override {
    return with_faults([&] { return store_.migrate_down(to_version); });
  }
  std::vector<MigrationStep> migrations() override {
    return with_faults([&] { return store_.migrations(); });
  }
  std::expected<EnqueuedJobs, IntegrationExists> add_integration(const NewIntegration& integration,
                                                                 const std::vector<PlannedJob>& jobs,
                                                                 const std::string& who) override {
    return with_faults([&] { return store_.add_integration(integration, jobs, who); });
  }
  std::optional<EnqueuedJobs> enqueue(IntegrationId integration, const std::vector<PlannedJob>& jobs,
                                      const std::string& who) override {
    return with_faults([&] { return store_.enqueue(integration, jobs, who); });
  }
  Outcome replace_credentials(IntegrationId integration, const NewCredentials& credentials,
                              const std::string& who) override {
    return with_faults([&] { return store_.replace_credentials(integration, credentials, who); });
  }
  std::optional<SealedCredentials> credentials(IntegrationId integration) override {
    return with_faults([&] { return store_.credentials(integration); });
  }
  Outcome set_keep_thumbnails(IntegrationId integration, bool keep, const std::string& who) override {
    return with_faults([&] { return store_.set_keep_thumbnails(integration, keep, who); });
  }
  std::map<std::string, VideoLinks> videos(IntegrationId integration) override {
    return with_faults([&] { return store_.videos(integration); });
  }
  std::vector<CreativeRecord> creatives(IntegrationId integration, const CreativeFilter& filter) override {
    return with_faults([&] { return store_.creatives(integration, filter); });
  }
  std::vector<std::string> ads_without_creative(IntegrationId integration, int limit) override {
    return with_faults([&] { return store_.ads_without_creative(integration, limit); });
  }
  std::vector<std::string> missing_pictures(IntegrationId integration,
                                            const std::vector<std::string>& pictures) override {
    return with_faults([&] { return store_.missing_pictures(integration, pictures); });
  }
  void keep_picture(IntegrationId integration, const KeptPicture& picture) override {
    with_faults([&] { store_.keep_picture(integration, picture); });
  }
  std::optional<KeptPicture> picture(IntegrationId integration, const std::string& name) override {
    return with_faults([&] { return store_.picture(integration, name); });
  }
  Outcome set_attribution(IntegrationId integration, const std::string& attribution, const std::string& who) override {
    return with_faults([&] { return store_.set_attribution(integration, attribution, who); });
  }
  Outcome pause(IntegrationId integration, bool paused, const std::string& who) override {
    return with_faults([&] { return store_.pause(integration, paused, who); });
  }
  Outcome remove_integration(IntegrationId integration, bool purge, const std::string& who) override {
    return with_faults([&] { return store_.remove_integration(integration, purge, who); });
  }
  Outcome retry_job(JobId job, const std::string& who) override {
    return with_faults([&] { return store_.retry_job(job, who); });
  }
  Outcome retry_chunk(ChunkId chunk, const std::string& who) override {
    return with_faults([&] { return store_.retry_chunk(chunk, who); });
  }
  Outcome cancel_job(JobId job, const std::string& who) override {
    return with_faults([&] { return store_.cancel_job(job, who); });
  }
  bool become_worker_process() override {
    return with_faults([&] { return store_.become_worker_process(); });
  }
  void register_worker(WorkerId worker, const std::string& host, int process_id, Duration lease) override {
    return with_faults([&] { return store_.register_worker(worker, host, process_id, lease); });
  }
  std::vector<ChunkToken> heartbeat(WorkerId worker, Duration lease) override {
    return with_faults([&] { return store_.heartbeat(worker, lease); });
  }
  void unregister_worker(WorkerId worker) override {
    return with_faults([&] { return store_.unregister_worker(worker); });
  }
  std::vector<Claim> claim(WorkerId worker, int limit) override {
    return with_faults([&] { return store_.claim(worker, limit); });
  }
  std::optional<Instant> next_due() override {
    return with_faults([&] { return store_.next_due(); });
  }
  Asked give_up_slice(ChunkToken token, const GivenUpSlice& slice) override {
    return with_faults([&] { return store_.give_up_slice(token, slice); });
  }
  Asked draw_asked() override {
    return with_faults([&] { return store_.draw_asked(); });
  }
  Outcome remember_report(ChunkToken token, const RunningReport& report) override {
    return with_faults([&] { return store_.remember_report(token, report); });
  }
  void forget_report(ChunkId chunk, const std::string& report_id) override {
    return with_faults([&] { return store_.forget_report(chunk, report_id); });
  }
  void remember_slice_days(IntegrationId integration, CollectionType type, int days) override {
    return with_faults([&] { return store_.remember_slice_days(integration, type, days); });
  }
  CommitResult commit_days(const DaysCommit& commit) override {
    return with_faults([&] { return store_.commit_days(commit); });
  }
  std::vector<CommitOutcome> commit_group(std::span<const DaysCommit> commits) override {
    return with_faults([&] { return store_.commit_group(commits); });
  }
  CommitResult commit_creatives(const CreativesCommit& commit) override {
    return with_faults([&] { return store_.commit_creatives(commit); });
  }
  Outcome end_attempt(ChunkToken token, const Failure& failure, const Verdict& verdict,
                      int credentials_version) override {
    return with_faults([&] { return store_.end_attempt(token, failure, verdict, credentials_version); });
  }
  SweepResult sweep() override {
    return with_faults([&] { return store_.sweep(); });
  }
  std::vector<ScheduleRecord> schedules(const ScheduleFilter& filter) override {
    return with_faults([&] { return store_.schedules(filter); });
  }
  std::optional<ScheduleRecord> schedule(ScheduleId id) override {
    return with_faults([&] { return store_.schedule(id); });
  }
  Outcome change_schedule(ScheduleId id, const ScheduleChange& change, const std::string& who) override {
    return with_faults([&] { return store_.change_schedule(id, change, who); });
  }
  std::vector<ScheduleRecord> due_schedules(int limit) override {
    return with_faults([&] { return store_.due_schedules(limit); });
  }
  CollectedDays collected_days(IntegrationId integration, CollectionType type) override {
    return with_faults([&] { return store_.collected_days(integration, type); });
  }
  std::vector<DueListing> take_listings(int limit) override {
    return with_faults([&] { return store_.take_listings(limit); });
  }
  void note_accounts(const SeenAccounts& seen) override {
    with_faults([&] { store_.note_accounts(seen); });
  }
  std::vector<AccountOffer> account_offers(const Sight& sight) override {
    return with_faults([&] { return store_.account_offers(sight); });
  }
  Outcome dismiss_offer(Source source, const std::string& account_id, const Sight& sight,
                        const std::string& who) override {
    return with_faults([&] { return store_.dismiss_offer(source, account_id, sight, who); });
  }
  std::vector<DueCheck> take_checks(int limit) override {
    return with_faults([&] { return store_.take_checks(limit); });
  }
  std::vector<SettledDay> settled_days(IntegrationId integration, CollectionType type) override {
    return with_faults([&] { return store_.settled_days(integration, type); });
  }
  void note_checked(IntegrationId integration, CollectionType type, const std::vector<Day>& days) override {
    return with_faults([&] { return store_.note_checked(integration, type, days); });
  }
  std::optional<EnqueuedJobs> run_due(const ScheduleRecord& due, Instant next_due_at,
                                      const std::vector<PlannedJob>& jobs) override {
    return with_faults([&] { return store_.run_due(due, next_due_at, jobs); });
  }
  void close_scope(const std::string& scope, Instant until, const std::string& reason) override {
    return with_faults([&] { return store_.close_scope(scope, until, reason); });
  }
  std::vector<ThrottledScope> closed_scopes() override {
    return with_faults([&] { return store_.closed_scopes(); });
  }
  void count_calls(const std::map<std::string, CallCount>& made) override {
    with_faults([&] { store_.count_calls(made); });
  }
  void save_outlooks(WorkerId worker, const std::vector<ScopeOutlook>& outlooks) override {
    with_faults([&] { store_.save_outlooks(worker, outlooks); });
  }
  std::vector<ScopeOutlook> outlooks() override {
    return with_faults([&] { return store_.outlooks(); });
  }
  Instant now() override {
    return with_faults([&] { return store_.now(); });
  }
  std::vector<IntegrationRecord> integrations(const IntegrationFilter& filter) override {
    return with_faults([&] { return store_.integrations(filter); });
  }
  std::optional<IntegrationRecord> integration(IntegrationId id) override {
    return with_faults([&] { return store_.integration(id); });
  }
  std::optional<IntegrationId> find_integration(const std::string& advertiser_name, Source source,
                                                const std::string& account_id) override {
    return with_faults([&] { return store_.find_integration(advertiser_name, source, account_id); });
  }
  std::vector<JobRecord> jobs(const JobFilter& filter) override {
    return with_faults([&] { return store_.jobs(filter); });
  }
  std::optional<JobRecord> job(JobId id) override {
    return with_faults([&] { return store_.job(id); });
  }
  std::vector<ChunkRecord> chunks(JobId job) override {
    return with_faults([&] { return store_.chunks(job); });
  }
  std::optional<JobId> job_of_chunk(ChunkId chunk) override {
    return with_faults([&] { return store_.job_of_chunk(chunk); });
  }
  QueueRecord queue() override {
    return with_faults([&] { return store_.queue(); });
  }
  std::vector<AttemptRecord> attempts(JobId job) override {
    return with_faults([&] { return store_.attempts(job); });
  }
  std::vector<FreshnessRecord> freshness(const IntegrationFilter& filter, Day since) override {
    return with_faults([&] { return store_.freshness(filter, since); });
  }
  OverviewRecord overview(const Sight& sight, Instant since, Duration step) override {
    return with_faults([&] { return store_.overview(sight, since, step); });
  }
  std::vector<CoverageRecord> coverage(IntegrationId integration, CollectionType type) override {
    return with_faults([&] { return store_.coverage(integration, type); });
  }
  std::vector<StoredDay> stored_days(IntegrationId integration, CollectionType type, DayRange range) override {
    return with_faults([&] { return store_.stored_days(integration, type, range); });
  }
  std::vector<DayChange> day_changes(IntegrationId integration, CollectionType type, DayRange range) override {
    return with_faults([&] { return store_.day_changes(integration, type, range); });
  }
  std::expected<std::vector<PerformanceRecord>, HistoryGone> performance_as_of(const PerformanceFilter& filter,
                                                                               Instant at) override {
    return with_faults([&] { return store_.performance_as_of(filter, at); });
  }
  Undone undo(IntegrationId integration, ChunkToken attempt, const std::string& who) override {
    return with_faults([&] { return store_.undo(integration, attempt, who); });
  }
  int release_days(IntegrationId integration, CollectionType type, DayRange range, const std::string& who) override {
    return with_faults([&] { return store_.release_days(integration, type, range, who); });
  }
  Pruned prune(const RetentionRules& rules) override {
    return with_faults([&] { return store_.prune(rules); });
  }
  std::vector<PerformanceRecord> performance(const PerformanceFilter& filter) override {
    return with_faults([&] { return store_.performance(filter); });
  }
  std::vector<AccountDays> account_days(Day since, std::optional<IntegrationId> after, int limit) override {
    return with_faults([&] { return store_.account_days(since, after, limit); });
  }
  AlertSnapshot alert_snapshot(const AlertLook& look) override {
    return with_faults([&] { return store_.alert_snapshot(look); });
  }
  bool change_alerts(const AlertChanges& changes) override {
    return with_faults([&] { return store_.change_alerts(changes); });
  }
  std::vector<AlertRecord> alerts(const AlertFilter& filter) override {
    return with_faults([&] { return store_.alerts(filter); });
  }
  std::vector<AlertChannelRecord> alert_channels(const AlertChannelFilter& filter) override {
    return with_faults([&] { return store_.alert_channels(filter); });
  }
  void add_alert_channel(const AlertChannelRecord& channel, const std::string& who) override {
    return with_faults([&] { return store_.add_alert_channel(channel, who); });
  }
  Outcome remove_alert_channel(AlertChannelId channel, const Sight& sight, const std::string& who) override {
    return with_faults([&] { return store_.remove_alert_channel(channel, sight, who); });
  }
  Outcome reseal_alert_channel(AlertChannelId channel, const std::string& sealed,
                               const std::string& sealed_anew) override {
    return with_faults([&] { return store_.reseal_alert_channel(channel, sealed, sealed_anew); });
  }
  std::vector<AlertDelivery> take_deliveries(int limit, Duration lease) override {
    return with_faults([&] { return store_.take_deliveries(limit, lease); });
  }
  void end_delivery(const DeliveryEnd& end) override {
    return with_faults([&] { return store_.end_delivery(end); });
  }
  bool has_tokens() override {
    return with_faults([&] { return store_.has_tokens(); });
  }
  void add_token(const TokenRecord& token, const std::string& token_hash, const std::string& who) override {
    return with_faults([&] { return store_.add_token(token, token_hash, who); });
  }
  std::vector<AdvertiserId> advertisers_named(const std::vector<std::string>& names) override {
    return with_faults([&] { return store_.advertisers_named(names); });
  }
  std::vector<std::string> advertiser_names(const Sight& sight) override {
    return with_faults([&] { return store_.advertiser_names(sight); });
  }
  std::vector<TokenRecord> tokens(const TokenFilter& filter) override {
    return with_faults([&] { return store_.tokens(filter); });
  }
  Outcome revoke_token(ApiTokenId token, const Sight& sight, const std::string& who) override {
    return with_faults([&] { return store_.revoke_token(token, sight, who); });
  }
  KeyedRequest begin_request(ApiTokenId token, const std::string& key, const std::string& fingerprint) override {
    return with_faults([&] { return store_.begin_request(token, key, fingerprint); });
  }
  void end_request(ApiTokenId token, const std::string& key, const std::optional<std::string>& sealed_answer) override {
    return with_faults([&] { return store_.end_request(token, key, sealed_answer); });
  }
  Outcome reseal_credentials(IntegrationId integration, const std::string& sealed,
                             const std::string& sealed_anew) override {
    return with_faults([&] { return store_.reseal_credentials(integration, sealed, sealed_anew); });
  }
  void forget_requests() override {
    return with_faults([&] { return store_.forget_requests(); });
  }
  std::optional<TokenRecord> find_token(const std::string& token_hash) override {
    return with_faults([&] { return store_.find_token(token_hash); });
  }
  void open_session(const std::string& session_hash, ApiTokenId token, Duration life) override {
    with_faults([&] { store_.open_session(session_hash, token, life); });
  }
  std::optional<TokenRecord> find_session(const std::string& session_hash) override {
    return with_faults([&] { return store_.find_session(session_hash); });
  }
  void close_session(const std::string& session_hash) override {
    with_faults([&] { store_.close_session(session_hash); });
  }
  void note(const std::string& who, const std::string& what, const std::string& subject) override {
    with_faults([&] { store_.note(who, what, subject); });
  }
  std::vector<AuditRecord> audit(std::optional<std::int64_t> after, int limit) override {
    return with_faults([&] { return store_.audit(after, limit); });
  }

 private:
  template <class Call>
  auto with_faults(Call call) -> std::invoke_result_t<Call> {
    if (random_.fraction() < profile_.refused) throw StoreUnavailable("simulated: the database is away");
    const bool answer_lost = random_.fraction() < profile_.answer_lost;
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      call();
      if (answer_lost) throw StoreUnavailable("simulated: the answer was lost");
    } else {
      auto answer = call();
      if (answer_lost) throw StoreUnavailable("simulated: the answer was lost");
      return answer;
    }
  }

  Store& store_;
  Random& random_;
  const StoreProfile& profile_;
};

}  // namespace adfill::simulation
