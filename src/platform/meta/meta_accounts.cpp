#include "platform/meta/meta_accounts.h"

#include "net/secrets.h"
#include "platform/json_text.h"
#include "platform/meta/meta_pages.h"
#include "platform/meta/meta_token.h"
#include "platform/meta/meta_verify.h"

#include <array>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr int accounts_a_page = 100;
constexpr std::size_t accounts_max = 20'000;  // a token of the largest agencies sees some thousands

// …/reference/ad-account: account_status.
std::string status_words(const std::string& number) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> known{{{"1", "active"},
                                                                                {"2", "disabled"},
                                                                                {"3", "unsettled"},
                                                                                {"7", "pending risk review"},
                                                                                {"8", "pending settlement"},
                                                                                {"9", "in grace period"},
                                                                                {"100", "pending closure"},
                                                                                {"101", "closed"}}};
  for (const auto& [code, words] : known) {
    if (code == number) return std::string(words);
  }
  return number.empty() ? "unknown" : "status " + shortened(number, 10);
}

std::optional<ListedAccount> read_account(simdjson::dom::element element) {
  simdjson::dom::object object;
  if (element.get_object().get(object) != SUCCESS) return std::nullopt;
  const auto id = full_account_id(field_text(object, "account_id").value_or(""));
  if (!id) return std::nullopt;
  ListedAccount account;
  account.account_id = *id;
  account.name = storable(field_text(object, "name").value_or(""));
  account.currency = field_text(object, "currency").value_or("");
  account.time_zone = field_text(object, "timezone_name").value_or("");
  account.status = status_words(field_text(object, "account_status").value_or(""));
  return account;
}

// Appends a page's accounts; true when there is one more page.
Result<bool> read_page(const std::string& body, MetaPages& pages, std::vector<ListedAccount>& accounts) {
  simdjson::dom::parser parser;
  simdjson::dom::object page;
  simdjson::dom::array data;
  if (const auto error = parser.parse(body).get_object().get(page)) {
    return std::unexpected(unreadable("the list of accounts", simdjson::error_message(error), body));
  }
  if (page["data"].get_array().get(data) != SUCCESS)
    return std::unexpected(unreadable("the list of accounts", "it has no \"data\"", body));
  for (const auto element : data) {
    auto account = read_account(element);
    if (!account) return std::unexpected(unreadable("the list of accounts", "one has no account_id", body));
    accounts.push_back(std::move(*account));
  }
  MetaPaging paging;
  simdjson::dom::element told;
  if (page["paging"].get(told) == SUCCESS) {
    const auto read = read_paging(told);
    if (!read) return std::unexpected(unreadable("the list of accounts", "its \"paging\" is odd", body));
    paging = *read;
  }
  return pages.turn(paging, data.size());
}

}  // namespace

awaitable<Result<std::vector<ListedAccount>>> list_accounts(const PlatformContext& context,
                                                            const MetaSettings& settings, Credentials credentials) {
  const auto token = credentials.fields.find("access_token");
  if (token == credentials.fields.end() || token->second.empty())
    co_return std::unexpected(Failure(Failure::Kind::credentials, "credentials.access_token is missing"));
  // These calls count for no ad account: whose token it is stands for one.
  const std::string nobody = "token-" + hash_api_token(token->second).substr(0, 16);
  const MetaScopes own_scope(nobody, {});
  const MetaCalls first(context, settings, nobody, credentials, own_scope);
  const auto about = co_await look_at_token(first);
  if (!about) co_return std::unexpected(about.error());
  const std::vector<std::string> known{about->app_scope};
  const MetaScopes scopes(nobody, known);
  const MetaCalls calls(context, settings, nobody, credentials, scopes);

  Query fields{{"fields", "account_id,name,currency,timezone_name,account_status"}};
  MetaPages pages(calls, "me/adaccounts", std::move(fields), accounts_a_page);
  std::vector<ListedAccount> accounts;
  while (true) {
    const auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    const auto more = read_page(answer->body, pages, accounts);
    if (!more) co_return std::unexpected(more.error());
    if (!*more) co_return accounts;
    if (accounts.size() > accounts_max)
      co_return std::unexpected(Failure(Failure::Kind::permanent, "this token sees more accounts than can be listed"));
  }
}

}  // namespace adfill
