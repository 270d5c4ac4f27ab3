#include "platform/meta/meta_token.h"

#include "net/secrets.h"
#include "platform/json_text.h"
#include "platform/meta/meta_ids.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

// Tokens of an app that can't be asked about still share a scope when they are the same: a hash stands for the token.
MetaToken untold(const MetaCalls& calls) {
  MetaToken token;
  token.app_scope = "meta:app:token-" + hash_api_token(calls.token()).substr(0, 16);
  return token;
}

bool ends_all(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::transient:
    case Failure::Kind::outage:
    case Failure::Kind::throttled:
      return true;
    default:
      return failure.code == "190" || failure.code.starts_with("190/");
  }
}

// Unix seconds; 0 is never, and what is no time tells nothing.
std::optional<Instant> read_instant(simdjson::dom::object object, std::string_view name) {
  constexpr std::int64_t latest = 253'402'300'799;  // the end of the year 9999
  std::int64_t seconds = 0;
  if (object[name].get_int64().get(seconds) != SUCCESS || seconds <= 0 || seconds > latest) return std::nullopt;
  return Instant(std::chrono::seconds(seconds));
}

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

Result<MetaToken> read_token(const HttpAnswer& answer, const MetaCalls& calls) {
  simdjson::dom::parser parser;
  simdjson::dom::object data;
  auto token = untold(calls);
  if (parser.parse(answer.body)["data"].get_object().get(data) != SUCCESS) return token;
  // Told with HTTP 200, inside of `data`: what is wrong with the token.
  if (const auto error = read_meta_error(simdjson::to_string(data))) {
    auto failure =
        told_failure(*error, answer.headers, calls.scopes(), calls.context().clock.now(), calls.on_unknown());
    failure.message = scrub(std::move(failure.message), calls.token());
    if (failure.kind == Failure::Kind::credentials) return std::unexpected(std::move(failure));
  }
  const auto app = field_text(data, "app_id").value_or("");
  if (is_object_id(app)) token.app_scope = "meta:app:" + app;
  token.expires_at = earlier(read_instant(data, "expires_at"), read_instant(data, "data_access_expires_at"));
  simdjson::dom::array scopes;
  if (data["scopes"].get_array().get(scopes) == SUCCESS) {
    token.is_told = true;
    for (const auto scope : scopes) {
      std::string_view name;
      if (scope.get_string().get(name) == SUCCESS) token.permissions.push_back(shortened(name, 60));
    }
  }
  return token;
}

}  // namespace

awaitable<Result<MetaToken>> look_at_token(const MetaCalls& calls) {
  // A GET by its `method` parameter, which Meta's PHP SDK always used: the token then stands in the body, not in a URL.
  Query form{{"input_token", calls.token()}, {"method", "GET"}};
  const auto answer = co_await calls.post("debug_token", std::move(form));
  if (answer) co_return read_token(*answer, calls);
  if (ends_all(answer.error())) co_return std::unexpected(answer.error());
  co_return untold(calls);
}

}  // namespace adfill
