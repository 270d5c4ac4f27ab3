#include "store/import_accounts.h"

#include "core/time_zone.h"

#include <algorithm>
#include <expected>
#include <map>

namespace adfill {

namespace {

constexpr const char* who = "import";
constexpr std::size_t letters_of_currency = 3;

// By id. A name that several have is told apart by the id: whose figures are whose must not hang on a name.
using AdvertiserNames = std::map<std::string, std::string>;

AdvertiserNames unique_names(AdvertiserNames names) {
  std::map<std::string, int> uses;
  for (const auto& [id, name] : names) ++uses[name];
  for (auto& [id, name] : names) {
    if (uses[name] > 1) name += " " + id;
  }
  return names;
}

std::expected<NewIntegration, std::string> described(const ReplacedIntegration& old, const AdvertiserNames& names,
                                                     const ImportRules& rules) {
  NewIntegration integration;
  const auto source = parse<Source>(old.source.value_or(""));
  if (!source) return std::unexpected("adfill has no source '" + old.source.value_or("NULL") + "'");
  if (old.account.value_or("").empty()) return std::unexpected("it has no account id");
  const auto name = names.find(old.advertiser);
  integration.advertiser_name = name == names.end() ? old.advertiser : name->second;
  if (integration.advertiser_name.empty()) return std::unexpected("it has no advertiser");
  integration.source = *source;
  integration.account_id = *old.account;
  integration.account_name = old.account_name.value_or("");
  integration.currency = old.currency.value_or("").size() == letters_of_currency ? *old.currency : rules.currency;
  integration.time_zone = old.time_zone && is_time_zone(*old.time_zone) ? *old.time_zone : rules.time_zone;
  integration.id = IntegrationId::parse(old.id).value_or(IntegrationId{rules.new_uuid()});
  return integration;
}

void complete(NewIntegration& integration, const PreparedAccount& prepared) {
  integration.account_id = prepared.account_id;
  if (!prepared.account_name.empty()) integration.account_name = prepared.account_name;
  if (!prepared.currency.empty()) integration.currency = prepared.currency;
  if (!prepared.time_zone.empty()) integration.time_zone = prepared.time_zone;
  integration.sealed_credentials = prepared.sealed_credentials;
  integration.scopes = prepared.scopes;
  integration.schedules = prepared.schedules;
  integration.credentials_expire_at = prepared.credentials_expire_at;
}

ImportAccount account_of(const IntegrationRecord& record) {
  return {record.id, record.advertiser, record.source, record.account_id, record.currency, record.time_zone};
}

struct Moved {
  ImportAccount account;
  bool added = false;
};

// Nothing of it is there; what a dry run would note.
Moved plan(const NewIntegration& integration, const PreparedAccount& prepared, ImportReport& report) {
  Moved planned{{}, true};
  planned.account.account_id = integration.account_id;
  planned.account.source = integration.source;
  planned.account.currency = integration.currency;
  planned.account.time_zone = integration.time_zone;
  if (!prepared.no_credentials.empty()) {
    report.notes.push_back("integrations: " + integration.account_id + " of " + integration.advertiser_name +
                           " will need credentials: " + prepared.no_credentials + ".");
  }
  return planned;
}

// It waits for whom it waits, and the report says so.
void hold_back(const IntegrationRecord& record, const PreparedAccount& prepared, const ImportTarget& to,
               ImportReport& report) {
  const std::string account =
      "integrations: " + record.account_id + " of " + record.advertiser_name + " (" + record.id.to_string() + ") ";
  if (!prepared.can_collect) {
    (void)to.store->pause(record.id, true, who);
    report.notes.push_back(account + "is paused: adfill can't collect from " + std::string(to_string(record.source)) +
                           " yet. Its figures stay as they moved in.");
    return;
  }
  if (prepared.no_credentials.empty()) return;
  to.side->need_credentials(record.id, "It moved in without credentials: " + prepared.no_credentials +
                                           ". Give it new ones with adfill integration update.");
  const auto now = to.store->integration(record.id);
  if (!now || now->status != IntegrationStatus::needs_auth) return;  // it has got new ones since
  report.notes.push_back(account + "needs credentials, " + prepared.no_credentials + ". adfill integration update " +
                         record.id.to_string() + " --token-file FILE sets it going.");
}

Moved move_in(NewIntegration& integration, const ReplacedIntegration& old, const ImportTarget& to,
              const ImportRules& rules, ImportReport& report) {
  const bool is_new = to.store == nullptr || !to.store->integration(integration.id);
  const auto prepared = rules.prepare(integration, old, is_new);
  complete(integration, prepared);
  if (to.store == nullptr) return plan(integration, prepared, report);
  IntegrationId id = integration.id;
  bool added = false;
  if (is_new) {
    const auto made = to.store->add_integration(integration, {}, who);
    added = made.has_value();
    if (!added) id = made.error().id;
  }
  const auto record = to.store->integration(id);
  if (!record) throw ImportRefused("Integration " + id.to_string() + " was removed meanwhile. Run it again.");
  // An account that was added to adfill under an id of its own has credentials of its own.
  if (id == integration.id) hold_back(*record, prepared, to, report);
  return {account_of(*record), added};
}

}  // namespace

std::vector<const MovedAccount*> MovedAccounts::of(const ReplacedOwner& owner) const {
  std::vector<const MovedAccount*> found;
  for (const MovedAccount& account : accounts_) {
    const bool same_source = !owner.source || *owner.source == account.old.source;
    if (same_source && account.old.advertiser == owner.advertiser) found.push_back(&account);
  }
  return found;
}

const MovedAccount* MovedAccounts::find(const ReplacedOwner& owner, const ReplacedText& integration,
                                        const ReplacedText& account) const {
  const auto owned = of(owner);
  const auto is_named = [&](const MovedAccount* one) {
    if (integration) return one->old.id == *integration;
    return one->old.account == *account || one->target.account_id == *account;
  };
  if (!integration && !account) return owned.size() == 1 ? owned.front() : nullptr;
  const auto found = std::ranges::find_if(owned, is_named);
  return found == owned.end() ? nullptr : *found;
}

MovedAccounts import_accounts(ReplacedDatabase& from, const ImportTarget& to, const ImportRules& rules,
                              bool with_advertisers, ImportReport& report) {
  const auto names = with_advertisers ? unique_names(from.advertiser_names()) : AdvertiserNames();
  ImportCount count{"integrations"};
  std::vector<MovedAccount> accounts;
  for (ReplacedIntegration& old : from.integrations()) {
    ++count.found;
    auto integration = described(old, names, rules);
    if (!integration) {
      ++count.left_out;
      report.notes.push_back("integrations: " + old.id + " was left out, " + integration.error() + ".");
      continue;
    }
    const Moved moved = move_in(*integration, old, to, rules, report);
    ++(moved.added ? count.copied : count.there);
    old.access_token.reset();
    old.app_secret.reset();
    accounts.push_back({std::move(old), moved.account});
  }
  rules.progress({count.what, count.found, count.found});
  report.counts.push_back(std::move(count));
  return MovedAccounts(std::move(accounts));
}

}  // namespace adfill
