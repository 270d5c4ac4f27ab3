#include "collect/account_offers.h"

#include "collect/sealed_credentials.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <map>
#include <optional>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration look_every = std::chrono::minutes(10);
// At once, so that integrations with the same credentials come together; of the rest the next look takes care.
constexpr int at_once = 20'000;

// Of each advertiser that has the credentials what they see.
std::vector<SeenAccounts> seen_by(Source source, const std::vector<DueListing>& integrations,
                                  const std::vector<ListedAccount>& listed) {
  std::vector<OfferedAccount> accounts;
  for (const auto& account : listed) {
    if (account.status == "closed") continue;
    accounts.push_back({account.account_id, account.name, account.currency, account.time_zone, account.status});
  }
  std::map<AdvertiserId, SeenAccounts> by_advertiser;
  for (const auto& integration : integrations) {
    auto& seen = by_advertiser[integration.advertiser];
    if (seen.through.empty()) seen = {integration.advertiser, source, {}, accounts};
    seen.through.push_back(integration.integration);
  }
  std::vector<SeenAccounts> all;
  all.reserve(by_advertiser.size());
  for (auto& [advertiser, seen] : by_advertiser) all.push_back(std::move(seen));
  return all;
}

}  // namespace

// Integrations with the same credentials.
struct AccountOffers::Group {
  Source source = Source::meta;
  Credentials credentials{};
  std::vector<DueListing> integrations{};
};

AccountOffers::AccountOffers(StorePool& pool, const Connectors& connectors, const SecretBox& secrets, Clock& clock)
    : pool_(pool), connectors_(connectors), secrets_(secrets), clock_(clock) {}

asio::awaitable<void> AccountOffers::run() {
  bool told = false;  // a store that stays away is one line of the log
  while (true) {
    try {
      co_await look();
      told = false;
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("cannot look for new accounts: {}", thrown.what());
    } catch (const std::exception& thrown) {
      if (!std::exchange(told, true)) spdlog::error("cannot look for new accounts: {}", thrown.what());
    }
    co_await clock_.sleep_until(clock_.now() + look_every);
  }
}

asio::awaitable<int> AccountOffers::look() {
  auto take = [](Store& store) { return store.take_listings(at_once); };
  const auto due = co_await pool_.run(std::move(take));
  auto groups = grouped(due);
  for (auto& group : groups) co_await ask(std::move(group));
  co_return static_cast<int>(groups.size());
}

std::vector<AccountOffers::Group> AccountOffers::grouped(const std::vector<DueListing>& due) const {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;  // by a hash, as everywhere where secrets are compared
  for (const auto& one : due) {
    auto credentials = open_credentials(secrets_, one.sealed_credentials, one.integration);
    if (!credentials) continue;
    const auto key = hash_api_token(std::string(to_string(one.source)) + '\n' + as_json(*credentials));
    const auto [place, is_new] = places.emplace(key, groups.size());
    if (is_new) groups.push_back({one.source, std::move(*credentials), {}});
    groups[place->second].integrations.push_back(one);
  }
  return groups;
}

// A failure is told in the log alone: collecting meets it too, and says what to do.
asio::awaitable<void> AccountOffers::ask(Group group) {
  const auto found = connectors_.find(group.source);
  if (found == connectors_.end()) co_return;
  const auto listed = co_await found->second->accounts(std::move(group.credentials));
  if (!listed) {
    spdlog::info("the accounts of a token of {} were not listed: {}", to_string(group.source), listed.error().message);
    co_return;
  }
  auto seen = seen_by(group.source, group.integrations, *listed);
  auto keep = [seen = std::move(seen)](Store& store) {
    for (const auto& one : seen) store.note_accounts(one);
  };
  co_await pool_.run(std::move(keep));
}

}  // namespace adfill
