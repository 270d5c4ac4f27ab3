#include "platform/meta/meta_calls.h"

#include "net/secrets.h"
#include "net/secrets_hmac.h"

#include <utility>

namespace adfill {
namespace {

std::string field_of(const Credentials& credentials, std::string_view name) {
  const auto found = credentials.fields.find(name);
  return found == credentials.fields.end() ? std::string() : found->second;
}

}  // namespace

MetaCalls::MetaCalls(const PlatformContext& context, const MetaSettings& settings, std::string account_id,
                     const Credentials& credentials, MetaScopes scopes, std::function<void()> alive)
    : context_(context),
      settings_(settings),
      account_id_(std::move(account_id)),
      token_(field_of(credentials, "access_token")),
      scopes_(std::move(scopes)),
      alive_(std::move(alive)) {
  scopes_.retry_base = context.retry_base;
  // HMAC-SHA256 of the token under the app secret, in hex (docs/graph-api/guides/secure-requests).
  const auto app_secret = field_of(credentials, "app_secret");
  if (!app_secret.empty()) proof_ = hmac_sha256_hex(app_secret, token_);
}

PlatformCall MetaCalls::prepare(std::string_view method, const std::string& path, Query parameters) const {
  if (!proof_.empty()) parameters.emplace_back("appsecret_proof", proof_);
  PlatformCall call;
  call.http.method = method;
  call.http.url =
      settings_.base_url + (settings_.base_url.ends_with('/') ? "" : "/") + settings_.api_version + "/" + path;
  call.http.headers = {{"accept", "application/json"}};
  if (method == "POST") {
    call.http.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    call.http.body = encode_query(parameters);
  } else if (!parameters.empty()) {
    call.http.url += "?" + encode_query(parameters);
  }
  place_token(call.http);
  call.scopes = scopes_.all();
  call.source = to_string(Source::meta);
  call.account = scopes_.account;
  call.secret = token_;
  call.judge = [scopes = scopes_, token = token_, tell = on_unknown()](const HttpAnswer& answer, Instant now) {
    return judge_meta_answer(answer, scopes, token, now, tell);
  };
  call.uses = uses_of(scopes_, method, path);
  call.observe = [scopes = scopes_](const HttpAnswer& answer, Governor& governor, Instant now) {
    observe_usage(answer, scopes, governor, now);
  };
  call.learn = [scopes = scopes_](const Failure& failure, Governor& governor, Instant now) {
    learn_refusal(failure, scopes, governor, now);
  };
  call.alive = alive_;
  return call;
}

void MetaCalls::place_token(HttpCall& call) const {
  if (*settings_.token_place != MetaTokenPlace::parameter) {
    call.headers.emplace_back("authorization", "Bearer " + token_);
    return;
  }
  std::erase_if(call.headers, [](const auto& header) { return header.first == "authorization"; });
  const auto parameter = encode_query({{"access_token", token_}});
  if (call.method == "POST") {
    call.body += (call.body.empty() ? "" : "&") + parameter;
  } else {
    call.url += (call.url.contains('?') ? "&" : "?") + parameter;
  }
}

boost::asio::awaitable<Result<HttpAnswer>> MetaCalls::send(PlatformCall call) const {
  auto& place = *settings_.token_place;
  if (place != MetaTokenPlace::unknown || settings_.base_url == MetaSettings().base_url) {
    co_return co_await platform_call(context_, std::move(call));
  }
  PlatformCall again = call;
  auto answer = co_await platform_call(context_, std::move(call));
  if (answer && place == MetaTokenPlace::unknown) place = MetaTokenPlace::header;
  // A subcode says what is wrong with a token that was seen.
  const bool may_be_unseen =
      !answer && answer.error().kind == Failure::Kind::credentials && !answer.error().code.contains('/');
  if (!may_be_unseen || place == MetaTokenPlace::header) co_return answer;
  place = MetaTokenPlace::parameter;
  place_token(again.http);
  auto taken = co_await platform_call(context_, std::move(again));
  if (!taken && taken.error().kind == Failure::Kind::credentials) place = MetaTokenPlace::unknown;
  co_return taken;
}

OnUnknownError MetaCalls::on_unknown() const {
  if (!context_.notices) return {};
  return [notices = context_.notices, token = token_](const Failure& failure) {
    const auto what = failure.code.empty() ? shortened(failure.message, 60) : failure.code;
    notices->once("meta " + what, "an error of Meta's that adfill does not know yet, taken for " +
                                      std::string(to_string(failure.kind)) + ": " + scrub(failure.message, token) +
                                      " [fbtrace_id " + (failure.trace_id.empty() ? "none" : failure.trace_id) + "]");
  };
}

// These are no coroutines: the call with its closures is made outside any frame.
boost::asio::awaitable<Result<HttpAnswer>> MetaCalls::get(std::string path, Query parameters) const {
  return send(prepare("GET", path, std::move(parameters)));
}

boost::asio::awaitable<Result<HttpAnswer>> MetaCalls::get_page(std::string path, Query parameters, bool goes_on) const {
  auto call = prepare("GET", path, std::move(parameters));
  call.shrinkable = true;
  call.keeps_waiting = goes_on;
  return send(std::move(call));
}

boost::asio::awaitable<Result<HttpAnswer>> MetaCalls::post(std::string path, Query parameters) const {
  return send(prepare("POST", path, std::move(parameters)));
}

boost::asio::awaitable<Result<HttpAnswer>> MetaCalls::post_batch(std::string batch, std::size_t reads) const {
  auto call = prepare("POST", "", {{"batch", std::move(batch)}});
  call.uses = uses_of(scopes_, "GET", account_id_);
  for (auto& use : call.uses) use.points *= static_cast<double>(reads);
  return send(std::move(call));
}

std::optional<Failure> MetaCalls::judge_part(const HttpAnswer& part) const {
  auto& governor = context_.governor;
  const auto now = context_.clock.now();
  observe_usage(part, scopes_, governor, now);
  auto failure = judge_meta_answer(part, scopes_, token_, now, on_unknown());
  if (!failure) return std::nullopt;
  failure->message = scrub(std::move(failure->message), token_);
  if (failure->kind != Failure::Kind::throttled) return failure;
  // Closed here: the others of the batch were answered, so that the call as a whole is no refusal.
  governor.count_refusal(failure->scope);
  learn_refusal(*failure, scopes_, governor, now);
  governor.close(failure->scope, failure->resume_at.value_or(now + std::chrono::minutes(1)), failure->message);
  return failure;
}

}  // namespace adfill
