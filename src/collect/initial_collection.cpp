#include "collect/initial_collection.h"

#include "collect/scheduler.h"
#include "collect/sealed_credentials.h"
#include "core/time_zone.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration verdict_holds = std::chrono::minutes(10);
constexpr CollectionType all_types[] = {CollectionType::ads, CollectionType::demographics, CollectionType::creatives};

// No windows: empty, the source's own choice.
std::expected<std::string, Refusal> attribution_of(const Connector& connector,
                                                   const std::vector<std::string>& windows) {
  if (windows.empty()) return std::string();
  auto attribution = connector.attribution_of(windows);
  if (!attribution) return std::unexpected(invalid("attribution", attribution.error()));
  return std::move(*attribution);
}

}  // namespace

InitialCollection::InitialCollection(StorePool& pool, const Connectors& connectors, const SecretBox& secrets,
                                     Clock& clock, Random& random, EventHub& events, std::function<void()> wake,
                                     std::function<void()> wake_here)
    : pool_(pool),
      connectors_(connectors),
      secrets_(secrets),
      clock_(clock),
      random_(random),
      events_(events),
      wake_(std::move(wake)),
      wake_here_(wake_here ? std::move(wake_here) : wake_) {}

asio::awaitable<std::expected<AddedIntegration, Refusal>> InitialCollection::add(IntegrationRequest request,
                                                                                 std::string who) {
  using Answer = std::expected<AddedIntegration, Refusal>;
  const auto connector = connectors_.find(request.source);
  if (connector == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(request.source));
  }
  if (const auto wrong = connector->second->malformed(request.account_id, request.credentials)) {
    co_return std::unexpected(invalid(wrong->field, wrong->message, wrong->code));
  }
  auto attribution = attribution_of(*connector->second, request.attribution);
  if (!attribution) co_return std::unexpected(attribution.error());
  const auto account = co_await verify(*connector->second, request.account_id, request.credentials);
  if (!account) co_return std::unexpected(account.error());

  std::vector<PlannedJob> jobs;
  if (request.initial) {
    auto planned = plan(*connector->second, account->time_zone, *request.initial, "initial.");
    if (!planned) co_return std::unexpected(planned.error());
    jobs = std::move(*planned);
  }
  NewIntegration integration{.advertiser_name = std::move(request.advertiser),
                             .source = request.source,
                             .account_id = account->account_id,
                             .account_name = account->name,
                             .currency = account->currency,
                             .time_zone = account->time_zone,
                             .sealed_credentials = {},
                             .scopes = account->scopes,
                             .id = IntegrationId::draw(random_, clock_.now()),
                             .schedules = default_schedules(*connector->second, account->time_zone, clock_.now()),
                             .attribution = std::move(*attribution),
                             .keep_thumbnails = request.keep_thumbnails,
                             .credentials_expire_at = account->credentials_expire_at};
  integration.sealed_credentials = seal_credentials(secrets_, request.credentials, integration.id);
  const IntegrationId id = integration.id;
  auto store = [integration = std::move(integration), jobs = std::move(jobs), who = std::move(who)](Store& home) {
    auto outcome = home.add_integration(integration, jobs, who);
    return std::pair(std::move(outcome), home.integration(integration.id));
  };
  auto stored = co_await pool_.run(std::move(store));
  auto& added = stored.first;
  if (!added) {
    Refusal refusal;
    refusal.kind = Refusal::Kind::exists;
    refusal.existing = added.error().id;
    refusal.message = "this account is there already";
    co_return std::unexpected(refusal);
  }
  if (stored.second) announce(*stored.second, *added);
  Answer answer = AddedIntegration{.id = id, .jobs = std::move(added->jobs)};
  co_return answer;
}

asio::awaitable<std::expected<Estimate, Refusal>> InitialCollection::estimate(IntegrationRequest request) {
  const auto found = connectors_.find(request.source);
  if (found == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(request.source));
  }
  Connector& connector = *found->second;
  if (const auto wrong = connector.malformed(request.account_id, request.credentials)) {
    co_return std::unexpected(invalid(wrong->field, wrong->message, wrong->code));
  }
  // It changes no figure that is reckoned here, but adding would refuse it.
  if (const auto attribution = attribution_of(connector, request.attribution); !attribution)
    co_return std::unexpected(attribution.error());
  const auto account = co_await verify(connector, request.account_id, request.credentials);
  if (!account) co_return std::unexpected(account.error());
  const auto jobs = plan(connector, account->time_zone, *request.initial, "initial.");
  if (!jobs) co_return std::unexpected(jobs.error());
  ProbeRequest question{.account = *account,
                        .credentials = std::move(request.credentials),
                        .range = {request.initial->since, request.initial->until}};
  for (const auto& job : *jobs) question.types.push_back(job.type);
  const auto probe = co_await connector.probe(std::move(question));
  if (!probe) co_return std::unexpected(refusal_of(probe.error()));
  std::expected<Estimate, Refusal> answer = adfill::estimate(connector, *account, *jobs, *probe);
  co_return answer;
}

asio::awaitable<std::expected<EnqueuedJobs, Refusal>> InitialCollection::collect(IntegrationId integration,
                                                                                 RangeRequest request,
                                                                                 std::string who) {
  auto read = [integration](Store& store) { return store.integration(integration); };
  auto known = co_await pool_.run(std::move(read));
  if (!known) co_return std::unexpected(no_such_integration());
  co_return co_await collect(std::move(*known), std::move(request), std::move(who));
}

asio::awaitable<std::expected<EnqueuedJobs, Refusal>> InitialCollection::collect(IntegrationRecord known,
                                                                                 RangeRequest request,
                                                                                 std::string who) {
  const auto connector = connectors_.find(known.source);
  if (connector == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(known.source));
  }
  auto planned = plan(*connector->second, known.time_zone, request, "");
  if (!planned) co_return std::unexpected(planned.error());
  auto store = [integration = known.id, jobs = std::move(*planned), who = std::move(who)](Store& home) {
    return home.enqueue(integration, jobs, who);
  };
  auto enqueued = co_await pool_.run(std::move(store));
  if (!enqueued) co_return std::unexpected(no_such_integration());
  announce(known, *enqueued);
  std::expected<EnqueuedJobs, Refusal> answer = std::move(*enqueued);
  co_return answer;
}

asio::awaitable<std::expected<Nothing, Refusal>> InitialCollection::replace_credentials(IntegrationId integration,
                                                                                        Credentials credentials,
                                                                                        std::string who) {
  auto read = [integration](Store& store) { return store.integration(integration); };
  const auto known = co_await pool_.run(std::move(read));
  if (!known) co_return std::unexpected(no_such_integration());
  const auto connector = connectors_.find(known->source);
  if (connector == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(known->source));
  }
  if (const auto wrong = connector->second->malformed(known->account_id, credentials)) {
    co_return std::unexpected(invalid(wrong->field, wrong->message, wrong->code));
  }
  const auto account = co_await verify(*connector->second, known->account_id, credentials);
  if (!account) co_return std::unexpected(account.error());
  NewCredentials fresh{.sealed_credentials = seal_credentials(secrets_, credentials, integration),
                       .account_name = account->name,
                       .currency = account->currency,
                       .time_zone = account->time_zone,
                       .scopes = account->scopes,
                       .credentials_expire_at = account->credentials_expire_at};
  auto store = [integration, fresh = std::move(fresh), who = std::move(who)](Store& home) {
    return home.replace_credentials(integration, fresh, who);
  };
  const Outcome outcome = co_await pool_.run(std::move(store));
  if (outcome == Outcome::not_found) co_return std::unexpected(no_such_integration());
  announce(*known, {});
  co_return Nothing{};
}

asio::awaitable<std::expected<Nothing, Refusal>> InitialCollection::set_attribution(IntegrationId integration,
                                                                                    std::vector<std::string> windows,
                                                                                    std::string who) {
  auto read = [integration](Store& store) { return store.integration(integration); };
  const auto known = co_await pool_.run(std::move(read));
  if (!known) co_return std::unexpected(no_such_integration());
  const auto connector = connectors_.find(known->source);
  if (connector == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(known->source));
  }
  auto attribution = attribution_of(*connector->second, windows);
  if (!attribution) co_return std::unexpected(attribution.error());
  auto store = [integration, attribution = std::move(*attribution), who = std::move(who)](Store& home) {
    return home.set_attribution(integration, attribution, who);
  };
  const Outcome outcome = co_await pool_.run(std::move(store));
  if (outcome == Outcome::not_found) co_return std::unexpected(no_such_integration());
  co_return Nothing{};
}

asio::awaitable<std::optional<Credentials>> InitialCollection::stored_credentials(IntegrationId integration) {
  auto read = [integration](Store& store) { return store.credentials(integration); };
  const auto sealed = co_await pool_.run(std::move(read));
  if (!sealed) co_return std::nullopt;
  co_return open_credentials(secrets_, sealed->sealed, integration);
}

asio::awaitable<std::expected<std::vector<ListedAccount>, Refusal>> InitialCollection::accounts(
    Source source, Credentials credentials) {
  const auto connector = connectors_.find(source);
  if (connector == connectors_.end()) {
    co_return std::unexpected(can_not_collect_from(source));
  }
  auto listed = co_await connector->second->accounts(std::move(credentials));
  if (!listed) co_return std::unexpected(refusal_of(listed.error()));
  std::expected<std::vector<ListedAccount>, Refusal> answer = std::move(*listed);
  co_return answer;
}

asio::awaitable<std::expected<VerifiedAccount, Refusal>> InitialCollection::verify(Connector& connector,
                                                                                   std::string account_id,
                                                                                   Credentials credentials) {
  // Keyed by a hash, so that no secret stays in memory for ten minutes.
  const auto key =
      hash_api_token(std::string(to_string(connector.source())) + '\n' + account_id + '\n' + as_json(credentials));
  const Instant now = clock_.now();
  std::erase_if(verdicts_, [now](const auto& entry) { return entry.second.until <= now; });
  if (const auto known = verdicts_.find(key); known != verdicts_.end()) co_return known->second.account;
  const auto account = co_await connector.verify(std::move(account_id), std::move(credentials));
  if (!account) co_return std::unexpected(refusal_of(account.error()));
  verdicts_[key] = GoodVerdict{clock_.now() + verdict_holds, *account};
  co_return *account;
}

std::expected<std::vector<PlannedJob>, Refusal> InitialCollection::plan(const Connector& connector,
                                                                        const std::string& time_zone,
                                                                        const RangeRequest& request,
                                                                        const std::string& prefix) const {
  const Day today = day_in_zone(clock_.now(), time_zone);
  const Day earliest = connector.earliest_day(today);
  if (request.since > request.until) {
    return std::unexpected(
        invalid(prefix + "since", "since " + request.since.to_string() + " is after until " + request.until.to_string(),
                "wrong_order"));
  }
  if (request.until > today) {
    return std::unexpected(invalid(prefix + "until",
                                   request.until.to_string() + " is in the future: today is " + today.to_string() +
                                       " in the account's time zone, " + time_zone,
                                   "in_future"));
  }
  if (request.since < earliest) {
    auto refusal = invalid(prefix + "since",
                           "the platform keeps no figures before " + earliest.to_string() +
                               ", the earliest day that works in the account's time zone, " + time_zone,
                           "too_old");
    refusal.earliest = earliest;
    return std::unexpected(refusal);
  }
  std::vector<PlannedJob> jobs;
  for (const auto type : all_types) {
    const auto rule = connector.plan(type);
    const bool named = std::ranges::find(request.types, type) != request.types.end();
    if (named && !rule.supported) {
      return std::unexpected(invalid(
          prefix + "types", std::string(to_string(connector.source())) + " has no " + std::string(to_string(type)),
          "not_offered"));
    }
    if (!rule.supported || (!request.types.empty() && !named)) continue;
    PlannedJob job{.type = type,
                   .mode = request.mode,
                   .range = {request.since, request.until},
                   .newest_first = request.newest_first};
    job.chunks =
        rule.has_days ? plan_chunks(job.range, rule.chunks, request.newest_first) : std::vector<DayRange>{job.range};
    jobs.push_back(std::move(job));
  }
  return jobs;
}

void InitialCollection::announce(const IntegrationRecord& integration, const EnqueuedJobs& enqueued) {
  enqueued.told ? wake_here_() : wake_();
  events_.publish(
      {.kind = Event::Kind::integration, .id = integration.id.to_string(), .advertiser = integration.advertiser});
  for (const auto& job : enqueued.jobs) {
    events_.publish(
        {.kind = Event::Kind::job, .id = job.id.to_string(), .job = job.id, .advertiser = integration.advertiser});
  }
}

}  // namespace adfill
