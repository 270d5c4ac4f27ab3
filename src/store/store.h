// The one door to the database. Blocking and small: a method is a transaction. Two homes, sqlite/ and postgres/, pass
// the same conformance suite (tests/store/conformance). Safe to call from several threads at once.
//
// Time is the store's own (each transaction reads its clock once), so a machine with a wrong clock does no harm.
// What the domain knows comes back as a value; a store that can't be reached, or refuses (disk full), throws
// StoreUnavailable: the transaction is over and nothing of it is there.
#pragma once

#include "core/chunk_plan.h"
#include "core/failure.h"
#include "core/verdict.h"
#include "store/alerts.h"
#include "store/checks.h"
#include "store/claim.h"
#include "store/commit.h"
#include "store/creatives.h"
#include "store/history.h"
#include "store/offers.h"
#include "store/overview.h"
#include "store/records.h"
#include "store/schedules.h"
#include "store/suspicions.h"

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace adfill {

class StoreUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct MigrationStep {
  int version = 0;
  std::string name;
  bool applied = false;
};

// One job's plan, made by collect from the connector's rules.
struct PlannedJob {
  CollectionType type = CollectionType::ads;
  JobMode mode = JobMode::initial;
  DayRange range{};
  bool newest_first = false;
  std::vector<DayRange> chunks{};  // in the order in which they are to be collected
};

struct NewIntegration {
  std::string advertiser_name;
  Source source = Source::meta;
  std::string account_id;
  std::string account_name;
  std::string currency;
  std::string time_zone;
  std::string sealed_credentials;  // sealed under the id given here
  std::vector<std::string> scopes{};
  IntegrationId id;
  std::vector<NewSchedule> schedules{};  // in the account's time zone
  std::string attribution{};             // as IntegrationRecord has it
  bool keep_thumbnails = false;
  std::optional<Instant> credentials_expire_at{};
};

struct EnqueuedJobs {
  std::vector<JobRecord> jobs{};
  bool all_new = true;   // false: at least one was open already and is the one returned
  bool any_new = false;  // false: all of them were
  bool told = false;     // other machines have heard with the commit that there is work
};

struct IntegrationExists {
  IntegrationId id;
};

struct NewCredentials {
  std::string sealed_credentials;
  std::string account_name;
  std::string currency;
  std::string time_zone;
  std::vector<std::string> scopes{};
  std::optional<Instant> credentials_expire_at{};
};

struct SealedCredentials {
  std::string sealed;
  int version = 0;
};

enum class Outcome { done, stale, not_found, refused };

struct SweepResult {
  int taken_back = 0;      // chunks whose worker's lease was over
  int failed = 0;          // of them, those that had lost too many workers
  int windows_mended = 0;  // chunks released where a window was short
};

struct TokenRecord {
  ApiTokenId id;
  std::string name;
  Role role = Role::viewer;
  Sight advertisers{};
  std::optional<Instant> expires_at{};
  // As tokens() tells it.
  std::vector<std::string> advertiser_names{};
  Instant created_at{};
  std::optional<Instant> last_used_at{};
};

inline constexpr int most_sessions = 2'000;

// Those that see nothing beyond `sight`, newest first.
struct TokenFilter {
  Sight sight{};
  std::optional<ApiTokenId> after{};  // cursor
  int limit = 50;
};

// A request with a key of its sender's: what became of the first one with that key.
struct KeyedRequest {
  enum class State { first, running, answered } state = State::first;
  std::string fingerprint{};    // of the first one, where this is not it
  std::string sealed_answer{};  // answered
};

class Store {
 public:
  virtual ~Store() = default;

  // --- schema -----------------------------------------------------------------------------------------------------
  virtual void migrate_up() = 0;                  // to the newest version; harmless when it is there
  virtual void migrate_down(int to_version) = 0;  // undoes the versions above; 0 leaves nothing
  [[nodiscard]] virtual std::vector<MigrationStep> migrations() = 0;

  // --- what users ask for -------------------------------------------------------------------------------------------
  // Makes the integration, its advertiser where it is new, and its jobs with their chunks, all or nothing.
  [[nodiscard]] virtual std::expected<EnqueuedJobs, IntegrationExists> add_integration(
      const NewIntegration& integration, const std::vector<PlannedJob>& jobs, const std::string& who) = 0;
  // Makes the jobs with their chunks; a job that is open already with the same type, mode and range is returned
  // instead. nullopt: no such integration.
  [[nodiscard]] virtual std::optional<EnqueuedJobs> enqueue(IntegrationId integration,
                                                            const std::vector<PlannedJob>& jobs,
                                                            const std::string& who) = 0;
  // New credentials set the integration's waiting chunks going again.
  [[nodiscard]] virtual Outcome replace_credentials(IntegrationId integration, const NewCredentials& credentials,
                                                    const std::string& who) = 0;
  [[nodiscard]] virtual std::optional<SealedCredentials> credentials(IntegrationId integration) = 0;
  // Of what is asked for from now on; days that are there keep theirs.
  [[nodiscard]] virtual Outcome set_attribution(IntegrationId integration, const std::string& attribution,
                                                const std::string& who) = 0;
  // Pictures of creatives that are listed from now on; those that are there stay.
  [[nodiscard]] virtual Outcome set_keep_thumbnails(IntegrationId integration, bool keep, const std::string& who) = 0;
  // Paused: no chunk of it is claimed; resumed: pending work goes on.
  [[nodiscard]] virtual Outcome pause(IntegrationId integration, bool paused, const std::string& who) = 0;
  // Takes jobs, chunks and coverage along; figures stay unless `purge`.
  [[nodiscard]] virtual Outcome remove_integration(IntegrationId integration, bool purge, const std::string& who) = 0;
  // Failed (and cancelled) chunks become pending with new tries. refused: nothing of it has failed.
  [[nodiscard]] virtual Outcome retry_job(JobId job, const std::string& who) = 0;
  [[nodiscard]] virtual Outcome retry_chunk(ChunkId chunk, const std::string& who) = 0;
  // Open chunks become failed with cancelled_at, their tokens are taken away. refused: it had ended already.
  [[nodiscard]] virtual Outcome cancel_job(JobId job, const std::string& who) = 0;

  // --- the queue ----------------------------------------------------------------------------------------------------
  // SQLite: false while another process works on this file; once true, what that one held is taken back at once.
  // PostgreSQL: always true.
  [[nodiscard]] virtual bool become_worker_process() = 0;
  // Announces the worker and starts its lease.
  virtual void register_worker(WorkerId worker, const std::string& host, int process_id, Duration lease) = 0;
  // Prolongs the lease (a worker that slept past it gets a new one) and tells the tokens that are still valid: attempts
  // with other tokens must end.
  [[nodiscard]] virtual std::vector<ChunkToken> heartbeat(WorkerId worker, Duration lease) = 0;
  // Hands back what it held and takes its row away: a graceful stop.
  virtual void unregister_worker(WorkerId worker) = 0;
  // Up to `limit` released chunks that may run now, fair between integrations, each with a token of its own. None when
  // the worker was not registered or its lease is over. A chunk that has to run alone (it has lost three workers) comes
  // when the worker holds nothing else; until then nothing is given past it.
  [[nodiscard]] virtual std::vector<Claim> claim(WorkerId worker, int limit) = 0;
  // When the next released chunk falls due; nullopt when there is none to wait for.
  [[nodiscard]] virtual std::optional<Instant> next_due() = 0;
  // Drawn before each request to a platform.
  [[nodiscard]] virtual Asked draw_asked() = 0;
  // Keeps with the attempt what it asked for in vain, and draws the number of the request that takes its place.
  [[nodiscard]] virtual Asked give_up_slice(ChunkToken token, const GivenUpSlice& slice) = 0;
  // A report was asked for by this attempt; done or stale.
  [[nodiscard]] virtual Outcome remember_report(ChunkToken token, const RunningReport& report) = 0;
  virtual void forget_report(ChunkId chunk, const std::string& report_id) = 0;
  // The slice size, in days, that worked last.
  virtual void remember_slice_days(IntegrationId integration, CollectionType type, int days) = 0;

  [[nodiscard]] virtual CommitResult commit_days(const DaysCommit& commit) = 0;
  // Commits of several chunks, in one transaction where that goes well: the disk is waited for once. What becomes of
  // each is what would become of it alone, one after the other; the outcomes are in their order. When the transaction's
  // own answer is lost, each outcome says so. For small commits: the rows of all are held at once.
  [[nodiscard]] virtual std::vector<CommitOutcome> commit_group(std::span<const DaysCommit> commits) = 0;
  [[nodiscard]] virtual CommitResult commit_creatives(const CreativesCommit& commit) = 0;

  // Ends the attempt with a verdict of decide(): retry, fail, wait_for_credentials (`credentials_version`: the ones it
  // used), complete_with_notice (failure.message is the notice), hand_back. done or stale.
  [[nodiscard]] virtual Outcome end_attempt(ChunkToken token, const Failure& failure, const Verdict& verdict,
                                            int credentials_version) = 0;
  // Takes back what workers held whose lease is over, mends short windows (chunks put in by plain SQL too), and ends
  // jobs whose chunks have all been ended by plain SQL (after ten minutes those that never got a chunk, too).
  [[nodiscard]] virtual SweepResult sweep() = 0;

  // --- schedules ----------------------------------------------------------------------------------------------------
  [[nodiscard]] virtual std::vector<ScheduleRecord> schedules(const ScheduleFilter& filter) = 0;
  [[nodiscard]] virtual std::optional<ScheduleRecord> schedule(ScheduleId id) = 0;
  [[nodiscard]] virtual Outcome change_schedule(ScheduleId id, const ScheduleChange& change,
                                                const std::string& who) = 0;
  // Due now, the longest due first. None that are paused, or whose integration is, or waits for credentials: they are
  // due when that is over.
  [[nodiscard]] virtual std::vector<ScheduleRecord> due_schedules(int limit) = 0;
  [[nodiscard]] virtual CollectedDays collected_days(IntegrationId integration, CollectionType type) = 0;
  // Makes the jobs of a due time, of which there may be none, and sets the next one: done once, whoever comes first.
  // nullopt: it was done already, or the schedule has changed or gone meanwhile.
  [[nodiscard]] virtual std::optional<EnqueuedJobs> run_due(const ScheduleRecord& due, Instant next_due_at,
                                                            const std::vector<PlannedJob>& jobs) = 0;

  // --- the nightly check --------------------------------------------------------------------------------------------
  // Due now, the longest due first, each given to one caller. None of accounts that are paused, wait for credentials,
  // are being collected just now, or whose scopes are closed: they are due when that is over.
  [[nodiscard]] virtual std::vector<DueCheck> take_checks(int limit) = 0;
  // In order of days.
  [[nodiscard]] virtual std::vector<SettledDay> settled_days(IntegrationId integration, CollectionType type) = 0;
  // The platform has told of these days what it had told before.
  virtual void note_checked(IntegrationId integration, CollectionType type, const std::vector<Day>& days) = 0;

  // --- accounts that could be added
  // ----------------------------------------------------------------------------------- Integrations whose credentials
  // were made, or asked for their accounts, a day ago or longer; each given to one caller. None that are paused or wait
  // for credentials.
  [[nodiscard]] virtual std::vector<DueListing> take_listings(int limit) = 0;
  // What they see now replaces what they saw; what was dismissed stays so.
  virtual void note_accounts(const SeenAccounts& seen) = 0;
  // Not those that are integrations, of whichever advertiser, or were dismissed or taken away. An account that the
  // credentials of several advertisers see is told to eyes that see them all: nobody knows yet whose it is.
  [[nodiscard]] virtual std::vector<AccountOffer> account_offers(const Sight& sight) = 0;
  // not_found: nothing of that kind is offered to such eyes.
  [[nodiscard]] virtual Outcome dismiss_offer(Source source, const std::string& account_id, const Sight& sight,
                                              const std::string& who) = 0;

  // --- alerts -------------------------------------------------------------------------------------------------------
  // All that deciding about alerts needs, at one moment.
  [[nodiscard]] virtual AlertSnapshot alert_snapshot(const AlertLook& look) = 0;
  // What the receipts of up to `limit` accounts came to from `since` on, in the order of their ids, those after
  // `after`.
  [[nodiscard]] virtual std::vector<AccountDays> account_days(Day since, std::optional<IntegrationId> after,
                                                              int limit) = 0;
  // All of it, with its deliveries; false, and nothing: somebody else was first, and a new snapshot tells.
  [[nodiscard]] virtual bool change_alerts(const AlertChanges& changes) = 0;
  [[nodiscard]] virtual std::vector<AlertRecord> alerts(const AlertFilter& filter) = 0;
  [[nodiscard]] virtual std::vector<AlertChannelRecord> alert_channels(const AlertChannelFilter& filter) = 0;
  virtual void add_alert_channel(const AlertChannelRecord& channel, const std::string& who) = 0;
  // not_found: no such channel, or it sees more than `sight`. What was still to be told to it goes along.
  [[nodiscard]] virtual Outcome remove_alert_channel(AlertChannelId channel, const Sight& sight,
                                                     const std::string& who) = 0;
  // stale: it is not `sealed` any more.
  [[nodiscard]] virtual Outcome reseal_alert_channel(AlertChannelId channel, const std::string& sealed,
                                                     const std::string& sealed_anew) = 0;
  // Deliveries that are due, each given to one caller; due again after `lease` unless end_delivery() says how it went.
  [[nodiscard]] virtual std::vector<AlertDelivery> take_deliveries(int limit, Duration lease) = 0;
  virtual void end_delivery(const DeliveryEnd& end) = 0;

  // --- quotas -------------------------------------------------------------------------------------------------------
  // A later time than the one known wins. A scope named like a source ("meta") closes all its integrations.
  virtual void close_scope(const std::string& scope, Instant until, const std::string& reason) = 0;
  [[nodiscard]] virtual std::vector<ThrottledScope> closed_scopes() = 0;
  // Calls made since the last time, by scope of an app; today's, by the store's clock and UTC.
  virtual void count_calls(const std::map<std::string, CallCount>& made) = 0;
  // What that worker knows now, instead of what any knew of these scopes before. Worker and time are the store's to
  // set.
  virtual void save_outlooks(WorkerId worker, const std::vector<ScopeOutlook>& outlooks) = 0;
  // By scope; those that are not older than an hour.
  [[nodiscard]] virtual std::vector<ScopeOutlook> outlooks() = 0;

  // --- reading ------------------------------------------------------------------------------------------------------
  [[nodiscard]] virtual Instant now() = 0;
  [[nodiscard]] virtual std::vector<IntegrationRecord> integrations(const IntegrationFilter& filter) = 0;
  [[nodiscard]] virtual std::optional<IntegrationRecord> integration(IntegrationId id) = 0;
  [[nodiscard]] virtual std::optional<IntegrationId> find_integration(const std::string& advertiser_name, Source source,
                                                                      const std::string& account_id) = 0;
  [[nodiscard]] virtual std::vector<JobRecord> jobs(const JobFilter& filter) = 0;
  [[nodiscard]] virtual std::optional<JobRecord> job(JobId id) = 0;
  [[nodiscard]] virtual std::vector<ChunkRecord> chunks(JobId job) = 0;
  [[nodiscard]] virtual std::optional<JobId> job_of_chunk(ChunkId chunk) = 0;
  // How the job's chunks were tried, the last twenty times each, and what was given up on the way; by chunk, then in
  // order of time.
  [[nodiscard]] virtual std::vector<AttemptRecord> attempts(JobId job) = 0;
  [[nodiscard]] virtual QueueRecord queue() = 0;
  // In order of days; gaps between the first and the last covered day come as rows with state gap.
  // --- creatives, and what is kept of them
  // Where the account's videos are to be seen, by id.
  [[nodiscard]] virtual std::map<std::string, VideoLinks> videos(IntegrationId integration) = 0;
  [[nodiscard]] virtual std::vector<CreativeRecord> creatives(IntegrationId integration,
                                                              const CreativeFilter& filter) = 0;
  // Ads that have figures and no creative, by their ids: those that were deleted before they were ever listed.
  [[nodiscard]] virtual std::vector<std::string> ads_without_creative(IntegrationId integration, int limit) = 0;
  // Of these, those that are not kept.
  [[nodiscard]] virtual std::vector<std::string> missing_pictures(IntegrationId integration,
                                                                  const std::vector<std::string>& pictures) = 0;
  // The first one of a name stays.
  virtual void keep_picture(IntegrationId integration, const KeptPicture& picture) = 0;
  [[nodiscard]] virtual std::optional<KeptPicture> picture(IntegrationId integration, const std::string& name) = 0;

  [[nodiscard]] virtual std::vector<CoverageRecord> coverage(IntegrationId integration, CollectionType type) = 0;
  // The days of the range that have rows, in order, counted and hashed row by row: for ranges of few rows.
  [[nodiscard]] virtual std::vector<StoredDay> stored_days(IntegrationId integration, CollectionType type,
                                                           DayRange range) = 0;
  [[nodiscard]] virtual std::vector<PerformanceRecord> performance(const PerformanceFilter& filter) = 0;
  // How fresh the accounts are that integrations() would list, in its order. Days are told one by one from `since` on.
  [[nodiscard]] virtual std::vector<FreshnessRecord> freshness(const IntegrationFilter& filter, Day since) = 0;
  // Accounts and open jobs by state, and what was collected from `since` on in pieces of `step` (whole seconds) since
  // 1970; pieces without anything are left out.
  [[nodiscard]] virtual OverviewRecord overview(const Sight& sight, Instant since, Duration step) = 0;

  // --- what was -----------------------------------------------------------------------------------------------------
  // The kept commits that moved those days, in order of days, a day's newest first.
  [[nodiscard]] virtual std::vector<DayChange> day_changes(IntegrationId integration, CollectionType type,
                                                           DayRange range) = 0;
  // As performance() would have told it at that moment. Requires: an integration in the filter.
  [[nodiscard]] virtual std::expected<std::vector<PerformanceRecord>, HistoryGone> performance_as_of(
      const PerformanceFilter& filter, Instant at) = 0;
  // The days that the attempt's commits have changed become what they were before, by a new snapshot that keeps them
  // until they are released. What later commits have changed of them is taken back too. All of them or none.
  [[nodiscard]] virtual Undone undo(IntegrationId integration, ChunkToken attempt, const std::string& who) = 0;
  // Pinned days of the range may be collected again; returns how many there were.
  virtual int release_days(IntegrationId integration, CollectionType type, DayRange range, const std::string& who) = 0;
  // Takes away a little of what is older than the rules say: changes of days, and finished jobs, whose counts are kept
  // by the month. Receipts and figures stay.
  virtual Pruned prune(const RetentionRules& rules) = 0;

  // --- access -------------------------------------------------------------------------------------------------------
  [[nodiscard]] virtual bool has_tokens() = 0;
  virtual void add_token(const TokenRecord& token, const std::string& token_hash, const std::string& who) = 0;
  // The advertisers of these names, in their order, made where they are new.
  [[nodiscard]] virtual std::vector<AdvertiserId> advertisers_named(const std::vector<std::string>& names) = 0;
  // By name; those that `sight` has.
  [[nodiscard]] virtual std::vector<std::string> advertiser_names(const Sight& sight) = 0;
  // Without the revoked ones.
  [[nodiscard]] virtual std::vector<TokenRecord> tokens(const TokenFilter& filter) = 0;
  // not_found: no such token, revoked before, or it sees more than `sight`. refused: no other admin's token that sees
  // every advertiser and never expires, or does so later than in a day, would be left.
  [[nodiscard]] virtual Outcome revoke_token(ApiTokenId token, const Sight& sight, const std::string& who) = 0;
  // nullopt: unknown, revoked or expired.
  [[nodiscard]] virtual std::optional<TokenRecord> find_token(const std::string& token_hash) = 0;
  // With what a request names, where it is there: whether the token may see it is the caller's to ask.
  struct TokenAndIntegration {
    std::optional<TokenRecord> token{};
    std::optional<IntegrationRecord> integration{};  // nullopt also without a token
  };
  [[nodiscard]] virtual TokenAndIntegration find_token_and_integration(const std::string& token_hash,
                                                                       IntegrationId named) {
    TokenAndIntegration both{.token = find_token(token_hash)};
    if (both.token) both.integration = integration(named);
    return both;
  }
  // Somebody has signed in with that token, for so long. Of more than `most_sessions` those that end first go.
  virtual void open_session(const std::string& session_hash, ApiTokenId token, Duration life) = 0;
  // The token that it stands for; nullopt: there is none, or it or its token has ended.
  [[nodiscard]] virtual std::optional<TokenRecord> find_session(const std::string& session_hash) = 0;
  virtual void close_session(const std::string& session_hash) = 0;
  // Into the audit log: what somebody did that changes nothing else here, such as signing in.
  virtual void note(const std::string& who, const std::string& what, const std::string& subject) = 0;
  // Newest first, those before the entry `after`.
  [[nodiscard]] virtual std::vector<AuditRecord> audit(std::optional<std::int64_t> after, int limit) = 0;
  // Remembers that the token's request with this key runs, or tells what is known of the first one. Requests are
  // forgotten after a day; one that got no answer (its process died) after five minutes.
  [[nodiscard]] virtual KeyedRequest begin_request(ApiTokenId token, const std::string& key,
                                                   const std::string& fingerprint) = 0;
  // nullopt: as if the request had never come.
  virtual void end_request(ApiTokenId token, const std::string& key,
                           const std::optional<std::string>& sealed_answer) = 0;
  // The same credentials under another key: their version stays, nothing is set going. stale: they are not `sealed`
  // any more.
  [[nodiscard]] virtual Outcome reseal_credentials(IntegrationId integration, const std::string& sealed,
                                                   const std::string& sealed_anew) = 0;
  // All answers that begin_request would tell.
  virtual void forget_requests() = 0;
};

}  // namespace adfill
