// What happens when a user asks for a range: the account is verified, the range is checked, one job a type is planned
// with its chunks and put into the store in one transaction, and the workers are woken. Nothing is collected here.
#pragma once

#include "collect/estimate.h"
#include "collect/events.h"
#include "collect/refusal.h"
#include "collect/store_pool.h"
#include "net/clock.h"
#include "net/secrets.h"
#include "platform/connector.h"
#include "store/store.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

using Connectors = std::map<Source, std::unique_ptr<Connector>>;

// A range as a user asks for it.
struct RangeRequest {
  Day since;
  Day until;
  std::vector<CollectionType> types{};  // empty: all that the source has
  bool newest_first = false;
  JobMode mode = JobMode::initial;
};

struct IntegrationRequest {
  std::string advertiser;
  Source source = Source::meta;
  std::string account_id;
  Credentials credentials{};
  std::vector<std::string>
      attribution{};                      // the windows that conversions are counted in; empty: the source's own choice
  bool keep_thumbnails = false;           // the pictures of creatives themselves
  std::optional<RangeRequest> initial{};  // nullopt: later
};

struct AddedIntegration {
  IntegrationId id;
  std::vector<JobRecord> jobs{};
};

class InitialCollection {
 public:
  // All outlive it. `wake` sets all workers going; `wake_here` (unset: the same) those of this process, where the
  // others have heard already.
  InitialCollection(StorePool& pool, const Connectors& connectors, const SecretBox& secrets, Clock& clock,
                    Random& random, EventHub& events, std::function<void()> wake, std::function<void()> wake_here = {});

  // Verifies (a good verdict for the same account and credentials holds ten minutes), plans, stores.
  boost::asio::awaitable<std::expected<AddedIntegration, Refusal>> add(IntegrationRequest request, std::string who);
  // What adding it would take: verifies and probes the account, stores nothing. Requires: request.initial.
  boost::asio::awaitable<std::expected<Estimate, Refusal>> estimate(IntegrationRequest request);
  // What the same collect() would take: with the stored credentials, and with what is there or under way already.
  // Stores nothing; asks the platform only where something new would run.
  boost::asio::awaitable<std::expected<CollectionEstimate, Refusal>> estimate(IntegrationId integration,
                                                                              RangeRequest request);
  // Enqueues a range for an integration that is there, as it was just read.
  boost::asio::awaitable<std::expected<EnqueuedJobs, Refusal>> collect(IntegrationRecord known, RangeRequest request,
                                                                       std::string who);
  boost::asio::awaitable<std::expected<EnqueuedJobs, Refusal>> collect(IntegrationId integration, RangeRequest request,
                                                                       std::string who);
  // Verifies and stores new credentials; waiting chunks go on.
  boost::asio::awaitable<std::expected<Nothing, Refusal>> replace_credentials(IntegrationId integration,
                                                                              Credentials credentials, std::string who);
  // For what is asked for from now on; no windows: the source's own choice.
  boost::asio::awaitable<std::expected<Nothing, Refusal>> set_attribution(IntegrationId integration,
                                                                          std::vector<std::string> windows,
                                                                          std::string who);
  // What the integration collects with, to be used for another account; nullopt: it is gone, or they can't be opened.
  boost::asio::awaitable<std::optional<Credentials>> stored_credentials(IntegrationId integration);
  // All accounts that the credentials can see, as the platform lists them now.
  boost::asio::awaitable<std::expected<std::vector<ListedAccount>, Refusal>> accounts(Source source,
                                                                                      Credentials credentials);

 private:
  struct GoodVerdict {
    Instant until;
    VerifiedAccount account;
  };
  boost::asio::awaitable<std::expected<VerifiedAccount, Refusal>> verify(Connector& connector, std::string account_id,
                                                                         Credentials credentials);
  [[nodiscard]] std::expected<std::vector<PlannedJob>, Refusal> plan(const Connector& connector,
                                                                     const std::string& time_zone,
                                                                     const RangeRequest& request,
                                                                     const std::string& prefix) const;

  void announce(const IntegrationRecord& integration, const EnqueuedJobs& enqueued);

  StorePool& pool_;
  const Connectors& connectors_;
  const SecretBox& secrets_;
  Clock& clock_;
  Random& random_;
  EventHub& events_;
  std::function<void()> wake_;
  std::function<void()> wake_here_;
  std::map<std::string, GoodVerdict> verdicts_;  // by a hash of source, account and credentials
};

}  // namespace adfill
