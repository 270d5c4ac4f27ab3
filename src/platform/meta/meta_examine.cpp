#include "platform/meta/meta_examine.h"

#include "platform/meta/meta_token.h"

#include <algorithm>
#include <array>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;

struct Question {
  const char* name;
  const char* path;  // behind the account's id; "me/adaccounts" as it stands
  const char* fields;
  const char* good;
};

// Small questions of the kinds that collecting asks. Insights without a range: the last 30 days.
constexpr std::array<Question, 4> questions{{
    {"account", "", "name,currency,timezone_name", "the account can be read"},
    {"figures", "/insights", "impressions,spend", "figures can be read (ads_read)"},
    {"creatives", "/ads", "id,creative{id}", "ads and creatives can be read"},
    {"accounts", "me/adaccounts", "account_id", "the token's accounts can be listed"},
}};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string about_token(const MetaToken& token) {
  if (!token.is_told) return "Meta does not tell what it may do; the calls below show it";
  const bool reads = std::ranges::any_of(token.permissions, [](const std::string& permission) {
    return permission == "ads_read" || permission == "ads_management";
  });
  auto words = "has " + (token.permissions.empty() ? "no permission" : joined(token.permissions));
  if (!reads) words += "; ads_read is missing: add it and make a new access token";
  return words + (token.expires_at ? ", expires " + to_rfc3339(*token.expires_at) : ", does not expire");
}

awaitable<Examination::Check> ask(const MetaCalls& calls, Question question) {
  const std::string behind = question.path;
  auto path = behind.starts_with("me/") ? behind : calls.account_id() + behind;
  Query parameters{{"fields", question.fields}};
  if (!behind.empty()) parameters.emplace_back("limit", "1");
  const auto answer = co_await calls.get(std::move(path), std::move(parameters));
  Examination::Check check;
  check.name = question.name;
  check.good = answer.has_value();
  check.detail = answer ? std::string(question.good) : answer.error().message;
  co_return check;
}

}  // namespace

awaitable<Examination> examine_account(const PlatformContext& context, const MetaSettings& settings,
                                       std::string account_id, Credentials credentials) {
  Examination found;
  const MetaScopes own_scope(account_id, {});
  const MetaCalls first(context, settings, account_id, credentials, own_scope);
  const auto token = co_await look_at_token(first);
  found.checks.push_back({"token", token.has_value(), token ? about_token(*token) : token.error().message});
  found.checks.back().refused = !token && token.error().kind == Failure::Kind::credentials;
  if (!token) co_return found;
  found.credentials_expire_at = token->expires_at;

  const std::vector<std::string> known{token->app_scope};
  const MetaScopes scopes(account_id, known);
  const MetaCalls calls(context, settings, account_id, credentials, scopes);
  for (const auto& question : questions) {
    auto check = co_await ask(calls, question);
    found.checks.push_back(std::move(check));
  }
  const auto seen = context.governor.scopes().find(token->app_scope);
  if (seen != context.governor.scopes().end()) found.tier = seen->second.tier;
  co_return found;
}

}  // namespace adfill
