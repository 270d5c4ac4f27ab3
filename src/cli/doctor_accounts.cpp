#include "doctor_accounts.h"

#include "api/json_output.h"
#include "collect/sealed_credentials.h"
#include "process.h"

#include <boost/json/object.hpp>

#include <optional>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr int accounts_at_most = 20;
constexpr Duration soon = std::chrono::days(7);

std::string give_new_ones(IntegrationId integration) {
  return "; give new ones: adfill integration update " + integration.to_string() + " --token-file FILE";
}

// What the credentials' end means now; nullopt while it is far.
std::optional<Finding> about_expiry(const std::string& name, IntegrationId integration, std::optional<Instant> end,
                                    Instant now) {
  if (!end || *end - now > soon) return std::nullopt;
  const auto over = *end <= now;
  return Finding{name, over ? Finding::State::failed : Finding::State::warning,
                 "the credentials " + std::string(over ? "expired" : "expire") + " at " + to_rfc3339(*end) +
                     give_new_ones(integration)};
}

json::object as_json(const IntegrationRecord& integration, const Examination& found) {
  json::array checks;
  for (const auto& check : found.checks) {
    json::object entry;
    entry["name"] = check.name;
    entry["ok"] = check.good;
    entry["detail"] = check.detail;
    checks.push_back(std::move(entry));
  }
  json::object account;
  account["integration_id"] = integration.id.to_string();
  account["account_id"] = integration.account_id;
  account["tier"] = found.tier.empty() ? json::value(nullptr) : json::value(found.tier);
  account["credentials_expire_at"] = to_json(found.credentials_expire_at);
  account["checks"] = std::move(checks);
  return account;
}

void add_account(AccountFindings& all, const IntegrationRecord& integration, const Examination& found, Instant now) {
  const auto name = integration.account_id;
  for (const auto& check : found.checks) {
    all.findings.push_back({name + " " + check.name, check.good ? Finding::State::ok : Finding::State::failed,
                            check.detail + (check.refused ? give_new_ones(integration.id) : "")});
  }
  if (auto expiry = about_expiry(name + " expiry", integration.id, found.credentials_expire_at, now))
    all.findings.push_back(std::move(*expiry));
  if (!found.tier.empty()) {
    const bool limited = found.tier == "limited";
    all.findings.push_back(
        {name + " tier", Finding::State::ok,
         limited ? "limited: 60 points an account in five minutes; ask for Full access in the app's dashboard (it "
                   "needs 500 calls in 15 days)"
                 : found.tier});
  }
  all.accounts.push_back(as_json(integration, found));
}

AccountFindings examine_all(Process& process) {
  AccountFindings all;
  IntegrationFilter filter;
  filter.limit = accounts_at_most + 1;
  auto integrations = process.store().integrations(filter);
  const bool more = integrations.size() > accounts_at_most;
  if (more) integrations.resize(accounts_at_most);
  for (const auto& integration : integrations) {
    const auto connector = process.connectors().find(integration.source);
    const auto sealed = process.store().credentials(integration.id);
    if (connector == process.connectors().end() || !sealed) continue;
    auto credentials = open_credentials(process.secrets(), sealed->sealed, integration.id);
    if (!credentials) {
      all.findings.push_back({integration.account_id, Finding::State::failed,
                              "its credentials can't be opened with this key: give new ones with adfill integration "
                              "update " +
                                  integration.id.to_string() + " --token-file FILE"});
      continue;
    }
    const auto found =
        run_on(process.loop(), connector->second->examine(integration.account_id, std::move(*credentials)));
    add_account(all, integration, found, process.clock().now());
  }
  if (more) {
    all.findings.push_back({"accounts", Finding::State::ok,
                            "the newest " + std::to_string(accounts_at_most) + " were looked at, there are more"});
  }
  return all;
}

}  // namespace

std::string_view to_string(Finding::State state) {
  switch (state) {
    case Finding::State::ok:
      return "ok";
    case Finding::State::warning:
      return "warning";
    case Finding::State::failed:
      return "failed";
  }
  return "failed";
}

AccountFindings check_accounts(const Settings& settings) {
  try {
    Process process(settings, Database::must_exist);
    return examine_all(process);
  } catch (const std::exception& error) {
    AccountFindings none;
    none.findings.push_back({"accounts", Finding::State::failed, error.what()});
    return none;
  }
}

}  // namespace adfill
