#include "platform/meta/meta_verify.h"

#include "core/currency.h"
#include "core/time_zone.h"
#include "platform/json_text.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_ids.h"
#include "platform/meta/meta_token.h"

#include <cstdlib>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

// A zone that tzdata does not know (some copies of Meta's list have names that were renamed long ago) stands for its
// offset of now: the days of half the year may begin an hour off, as the account's own page would not. Empty where the
// offset is not told in whole hours.
std::string fixed_zone(const std::string& body) {
  simdjson::dom::parser parser;
  double hours = 0;
  if (parser.parse(body)["timezone_offset_hours_utc"].get_double().get(hours) != SUCCESS) return "";
  const int whole = static_cast<int>(hours);
  if (whole != hours || whole < -12 || whole > 14) return "";
  // The names count westwards.
  return whole == 0 ? "Etc/GMT" : (whole > 0 ? "Etc/GMT-" : "Etc/GMT+") + std::to_string(std::abs(whole));
}

Result<VerifiedAccount> read_account(const std::string& body, const std::string& asked_for) {
  using Kind = Failure::Kind;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (const auto error = parser.parse(body).get_object().get(object)) {
    return std::unexpected(unreadable("Meta's answer about the account", simdjson::error_message(error), body));
  }
  VerifiedAccount account;
  const auto id = field_text(object, "account_id").value_or(field_text(object, "id").value_or(""));
  account.account_id = full_account_id(id).value_or("");
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
  return account;
}

// Its zone by its offset, asked for only where it is needed.
awaitable<Result<void>> mend_zone(const MetaCalls& calls, VerifiedAccount& account) {
  Query fields{{"fields", "timezone_offset_hours_utc"}};
  const auto answer = co_await calls.get(account.account_id, std::move(fields));
  if (!answer && answer.error().kind != Failure::Kind::permanent) co_return std::unexpected(answer.error());
  auto fixed = answer ? fixed_zone(answer->body) : std::string();
  if (!is_time_zone(fixed)) {
    co_return std::unexpected(Failure(
        Failure::Kind::permanent, account.account_id + " has a time zone that this machine's tzdata does not know: \"" +
                                      shortened(account.time_zone, 40) + "\""));
  }
  account.time_zone = std::move(fixed);
  co_return Result<void>();
}

}  // namespace

std::optional<std::string> full_account_id(std::string_view account_id) {
  if (account_id.starts_with("act_")) account_id.remove_prefix(4);
  if (!is_object_id(account_id)) return std::nullopt;
  return "act_" + std::string(account_id);
}

awaitable<Result<VerifiedAccount>> verify_account(const PlatformContext& context, const MetaSettings& settings,
                                                  std::string account_id, Credentials credentials) {
  const MetaScopes own_scope(account_id, {});
  const MetaCalls first(context, settings, account_id, credentials, own_scope);
  const auto token = co_await look_at_token(first);
  if (!token) co_return std::unexpected(token.error());

  const std::vector<std::string> known{token->app_scope};
  const MetaScopes scopes(account_id, known);
  const MetaCalls calls(context, settings, account_id, credentials, scopes);
  // Only what is needed: one field that the token may not read fails the whole call.
  Query fields{{"fields", "name,account_id,currency,timezone_name"}};
  const auto answer = co_await calls.get(account_id, std::move(fields));
  if (!answer) co_return std::unexpected(answer.error());
  auto account = read_account(answer->body, account_id);
  if (account && !is_time_zone(account->time_zone)) {
    const auto mended = co_await mend_zone(calls, *account);
    if (!mended) co_return std::unexpected(mended.error());
  }
  if (account) {
    account->scopes = scopes.all();
    account->credentials_expire_at = token->expires_at;
  }
  co_return account;
}

}  // namespace adfill
