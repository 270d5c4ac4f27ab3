#include "platform/meta/meta_verify.h"

#include "core/time_zone.h"
#include "net/secrets.h"
#include "platform/json_text.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_report_status.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

// Tokens of an app that can't be asked about still share a scope when they are the same: a hash stands for the token.
std::string scope_of_token(const std::string& token) {
  return "meta:app:token-" + hash_api_token(token).substr(0, 16);
}

// True when the account must not be asked for without knowing the app: the token is over, or the platform has an answer
// and could not give it now, so that the user tries again. Every other refusal of this question (unknown path, no
// permission, not JSON) says nothing about the account and only leaves the app unknown.
bool ends_verification(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::transient:
    case Failure::Kind::outage:
    case Failure::Kind::throttled:
      return true;
    default:
      return failure.code == "190" || failure.code.starts_with("190/");
  }
}

// What debug_token says: the app's scope, or a Failure that ends the verification.
Result<std::string> read_debug_token(const HttpAnswer& answer, const MetaCalls& calls) {
  simdjson::dom::parser parser;
  simdjson::dom::object data;
  if (parser.parse(answer.body)["data"].get_object().get(data) != SUCCESS) return scope_of_token(calls.token());
  // Told with HTTP 200, inside of `data`: what is wrong with the token.
  if (const auto error = read_meta_error(simdjson::to_string(data))) {
    auto failure = told_failure(*error, answer.headers, calls.scopes(), calls.context().clock.now());
    failure.message = scrub(std::move(failure.message), calls.token());
    if (failure.kind == Failure::Kind::credentials) return std::unexpected(std::move(failure));
  }
  const auto app = field_text(data, "app_id").value_or("");
  return is_report_id(app) ? "meta:app:" + app : scope_of_token(calls.token());
}

awaitable<Result<std::string>> find_app_scope(const MetaCalls& calls) {
  // A GET by its `method` parameter, which Meta's PHP SDK always used: the token then stands in the body, not in a URL.
  Query form{{"input_token", calls.token()}, {"method", "GET"}};
  const auto answer = co_await calls.post("debug_token", std::move(form));
  if (answer) co_return read_debug_token(*answer, calls);
  if (ends_verification(answer.error())) co_return std::unexpected(answer.error());
  co_return scope_of_token(calls.token());
}

bool is_currency(std::string_view code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

Result<VerifiedAccount> read_account(const std::string& body, const std::string& asked_for) {
  using Kind = Failure::Kind;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (const auto error = parser.parse(body).get_object().get(object)) {
    return std::unexpected(unreadable("Meta's answer about the account", simdjson::error_message(error), body));
  }
  VerifiedAccount account;
  account.account_id = full_account_id(field_text(object, "account_id").value_or("")).value_or("");
  account.name = field_text(object, "name").value_or("");
  account.currency = field_text(object, "currency").value_or("");
  account.time_zone = field_text(object, "timezone_name").value_or("");
  if (account.account_id != asked_for) {
    return std::unexpected(Failure(Kind::unparsable, "Meta answered about another account than " + asked_for));
  }
  if (!is_currency(account.currency)) {
    return std::unexpected(Failure(Kind::permanent, asked_for + " has a currency that adfill does not know: \"" +
                                                        shortened(account.currency, 20) + "\""));
  }
  if (!is_time_zone(account.time_zone)) {
    return std::unexpected(
        Failure(Kind::permanent, asked_for + " has a time zone that this machine's tzdata does not know: \"" +
                                     shortened(account.time_zone, 40) + "\""));
  }
  return account;
}

}  // namespace

std::optional<std::string> full_account_id(std::string_view account_id) {
  if (account_id.starts_with("act_")) account_id.remove_prefix(4);
  if (!is_report_id(account_id)) return std::nullopt;
  return "act_" + std::string(account_id);
}

awaitable<Result<VerifiedAccount>> verify_account(const PlatformContext& context, const MetaSettings& settings,
                                                  std::string account_id, Credentials credentials) {
  const MetaScopes own_scope(account_id, {});
  const MetaCalls first(context, settings, account_id, credentials, own_scope);
  auto app = co_await find_app_scope(first);
  if (!app) co_return std::unexpected(app.error());

  const std::vector<std::string> known{*app};
  const MetaScopes scopes(account_id, known);
  const MetaCalls calls(context, settings, account_id, credentials, scopes);
  // Only what is needed: one field that the token may not read fails the whole call.
  Query fields{{"fields", "name,account_id,currency,timezone_name"}};
  const auto answer = co_await calls.get(account_id, std::move(fields));
  if (!answer) co_return std::unexpected(answer.error());
  auto account = read_account(answer->body, account_id);
  if (account) account->scopes = scopes.all();
  co_return account;
}

}  // namespace adfill
