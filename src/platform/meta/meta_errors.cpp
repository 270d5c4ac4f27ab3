#include "platform/meta/meta_errors.h"

#include "platform/json_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace adfill {
namespace {

using Kind = Failure::Kind;

constexpr std::int64_t any = -1;

struct Rule {
  std::int64_t code;
  std::int64_t subcode;  // 0: none, or one that is not listed for this code
  MetaMeaning meaning;
};

constexpr MetaMeaning transient(std::string_view words) {
  return {Kind::transient, MetaQuota::none, words};
}
constexpr MetaMeaning too_large(std::string_view words) {
  return {Kind::too_large, MetaQuota::none, words};
}
constexpr MetaMeaning refused(std::string_view words) {
  return {Kind::credentials, MetaQuota::none, words};
}
constexpr MetaMeaning wrong(std::string_view words) {
  return {Kind::permanent, MetaQuota::none, words};
}
constexpr MetaMeaning throttled(MetaQuota quota, std::string_view words) {
  return {Kind::throttled, quota, words};
}

// Sources: [I] documentation/ads-commerce/marketing-api/insights/error-codes and …/insights/best-practices; [E]
// …/error-reference; [G] docs/graph-api/guides/error-handling; [R] …/overview/rate-limiting and
// docs/graph-api/overview/rate-limiting; [A] …/reference/ad-account and …/reference/ad-campaign/insights; [C] met by
// others' collectors.
constexpr auto rules = std::to_array<Rule>({
    {1, 0, transient("unknown error")},                                                  // [G]
    {1, 2853001, refused("the profile is not linked to its page")},                      // [C]
    {2, 0, transient("service temporarily unavailable")},                                // [G]
    {2, 1504038, too_large("the request timed out")},                                    // [I]
    {2, 1504041, wrong("these breakdowns can't be had for these metrics")},              // [I]
    {2, 1504042, wrong("these custom metrics can't be asked for")},                      // [I]
    {-3, 1504045, too_large("the report is too large")},                                 // [I]
    {-2, 0, transient("generating the report failed")},                                  // [I] 2490547
    {-3, 0, transient("generating the report failed")},                                  // [G] negative: internal
    {3, 0, refused("the app lacks a capability or permission")},                         // [G]
    {4, 0, throttled(MetaQuota::app, "the app has made too many calls")},                // [R] also 1504022, 1504039
    {10, 0, refused("the app has no permission for this")},                              // [G]
    {17, 0, throttled(MetaQuota::account_score, "too many calls for this ad account")},  // [R] 2446079
    {32, 0, throttled(MetaQuota::account, "page request limit reached")},                // [R]
    {100, 0, wrong("invalid parameter")},                                                // [G]
    // Gone, or not to be seen with this token: a person has to look, and a token that sees it sets the work going
    // again.
    {100, 33, refused("the object does not exist or this token can't see it")},           // [C]
    {100, 1487534, too_large("the data per call limit is exceeded")},                     // [I]
    {100, 1504018, too_large("the request timed out")},                                   // [I]
    {100, 3191001, refused("no permission for these insights")},                          // [I]
    {100, 2446289, wrong("an ad creative is incomplete: its post is not available")},     // [C] airbytehq/airbyte#65944
    {102, 0, refused("the session is invalid")},                                          // [G]
    {104, 0, refused("incorrect signature: is the app secret right?")},                   // [C]
    {105, 0, wrong("too many parameters")},                                               // [E]
    {190, 0, refused("the access token is invalid or has expired")},                      // [G] every subcode
    {194, 0, wrong("a parameter is missing")},                                            // [E]
    {341, 0, throttled(MetaQuota::app, "application limit reached")},                     // [G]
    {368, 0, throttled(MetaQuota::blocked, "temporarily blocked for policies")},          // [G]
    {506, 0, wrong("duplicate post")},                                                    // [G]
    {613, 0, throttled(MetaQuota::account_score, "calls have exceeded the rate limit")},  // [R] also 1487742
    {613, 1996, throttled(MetaQuota::app, "inconsistent request volume")},                // [R]
    {803, 0, wrong("no such object")},                                                    // [C]
    {960, 0, transient("the request was aborted")},                                       // [C]
    {1150, 0, transient("unknown error")},                                                // [A]
    {2500, 0, wrong("the request can't be parsed")},                                      // [A]
    {2607, 0, wrong("the currency is invalid")},                                          // [E]
    {2615, 0, wrong("the account can't be updated")},                                     // [E]
    {2635, 0, wrong("this API version is no longer served: set a newer one")},            // [A]
    {2642, 0, transient("the cursor is no longer valid")},                                // [E] the listing begins anew
    {2654, 0, wrong("the audience is invalid")},                                          // [E]
    {3001, 0, wrong("invalid query")},                                                    // [C]
    {3018, 0, {Kind::out_of_range, MetaQuota::none, "older than Meta keeps"}},            // [A]
    {80000, 0, throttled(MetaQuota::account, "too many insights calls for this account")},  // [R]
    {80001, 0, throttled(MetaQuota::account, "too many page calls")},                       // [R]
    {80002, 0, throttled(MetaQuota::account, "too many Instagram calls")},                  // [R]
    {80003, 0, throttled(MetaQuota::account, "too many audience calls")},                   // [R]
    {80004, 0, throttled(MetaQuota::account, "too many calls for this ad account")},        // [R]
    {80005, 0, throttled(MetaQuota::account, "too many lead calls")},                       // [R]
    {80006, 0, throttled(MetaQuota::account, "too many messenger calls")},                  // [R]
    {80008, 0, throttled(MetaQuota::account, "too many WhatsApp calls")},                   // [R]
    {80009, 0, throttled(MetaQuota::account, "too many catalog calls")},                    // [R]
    {80014, 0, throttled(MetaQuota::account, "too many catalog batch calls")},              // [R]
    {1404078, 0, throttled(MetaQuota::blocked, "temporarily blocked from this action")},    // [C]
    {1815694, 0, refused("the user has no permission for this")},                           // [C]
    {2859015, 0, throttled(MetaQuota::blocked, "temporarily blocked from this action")},    // [C]
    {3910001, 0, transient("the account has trouble, try later")},                          // [C]
});

const Rule* find_rule(std::int64_t code, std::int64_t subcode) {
  const auto* found =
      std::ranges::find_if(rules, [&](const Rule& rule) { return rule.code == code && rule.subcode == subcode; });
  return found == rules.end() ? nullptr : found;
}

// Lower case, with the curly apostrophe made straight: the message below comes with both.
std::string plain_words(std::string_view message) {
  std::string words;
  for (std::size_t index = 0; index < message.size(); ++index) {
    const bool is_curly = message.substr(index).starts_with("\xE2\x80\x99");
    words += is_curly ? '\'' : message[index];
    if (is_curly) index += 2;
  }
  return lower_case(std::move(words));
}

// What only words tell apart. Should Meta change them, these are taken for what their code says alone.
std::optional<MetaMeaning> meaning_of_words(std::int64_t code, std::string_view message) {
  const auto words = plain_words(message);
  if (words.contains("reduce the amount of data")) return too_large("please reduce the amount of data");
  if (code == 100 && words.contains("cannot include") && words.contains("in summary param")) {
    return transient("a fault of Meta's when a finished report is read");  // airbytehq/airbyte, singer-io/tap-facebook
  }
  if (code == 100 && (words.contains("appsecret_proof") || words.contains("missing permissions"))) {
    return refused("the app secret or a permission is missing or wrong");
  }
  if (code == 2500 && words.contains("access token")) return refused("an access token is needed");
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(simdjson::dom::element value) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS || text.empty() || text.size() > 18) return std::nullopt;
  const bool negative = text.starts_with('-');
  for (const char digit : text.substr(negative ? 1 : 0)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  return negative ? -number : number;
}

std::string code_text(const MetaError& error) {
  if (!error.code) return "";
  return std::to_string(*error.code) + (error.subcode ? "/" + std::to_string(*error.subcode) : "");
}

}  // namespace

std::optional<MetaError> read_meta_error(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  if (root["error"].get_object().get(object) != simdjson::SUCCESS) return std::nullopt;

  MetaError error;
  simdjson::dom::element number;
  if (object["code"].get(number) == simdjson::SUCCESS) error.code = whole_number(number);
  if (object["error_subcode"].get(number) == simdjson::SUCCESS) error.subcode = whole_number(number);
  // debug_token's own spelling.
  if (!error.subcode && object["subcode"].get(number) == simdjson::SUCCESS) error.subcode = whole_number(number);
  error.message = field_text(object, "message").value_or("");
  error.user_message = field_text(object, "error_user_msg").value_or("");
  error.trace_id = field_text(object, "fbtrace_id").value_or("");
  bool is_transient = false;
  if (object["is_transient"].get_bool().get(is_transient) == simdjson::SUCCESS) error.is_transient = is_transient;
  return error;
}

bool may_pass(int http_status) {
  constexpr int not_implemented = 501;
  return http_status == 408 || (http_status >= 500 && http_status != not_implemented);
}

MetaMeaning meaning_of(const MetaError& error, int http_status) {
  const MetaMeaning unknown{error.is_transient || may_pass(http_status) ? Kind::transient : Kind::permanent,
                            MetaQuota::none, "an error that adfill does not know"};
  if (!error.code) return meaning_of_words(any, error.message).value_or(unknown);
  if (const auto* exact = find_rule(*error.code, error.subcode.value_or(0))) {
    if (error.subcode.value_or(0) != 0) return exact->meaning;
  }
  if (const auto by_words = meaning_of_words(*error.code, error.message)) return *by_words;
  if (const auto* rule = find_rule(*error.code, 0)) {
    // Meta says itself that what it calls invalid here may pass: tried again.
    if (rule->meaning.kind == Kind::permanent && error.is_transient) return transient(rule->meaning.words);
    return rule->meaning;
  }
  if (*error.code >= 200 && *error.code <= 299) return refused("a permission is missing or was taken back");  // [G]
  return unknown;
}

Failure to_failure(const MetaError& error, const MetaMeaning& meaning) {
  const auto code = code_text(error);
  std::string_view words = error.message;
  // Meta begins many of its messages with the code itself.
  if (error.code && words.starts_with("(#" + std::to_string(*error.code) + ")")) {
    words.remove_prefix(words.find(')') + 1);
    words.remove_prefix(std::min(words.find_first_not_of(' '), words.size()));
  }
  std::string message = code.empty() ? std::string() : "(#" + code + ") ";
  message += words.empty() ? meaning.words : words;
  if (!error.user_message.empty() && error.user_message != words) message += " (" + error.user_message + ")";
  Failure failure(meaning.kind, shortened(message, 600));
  failure.code = code;
  failure.trace_id = shortened(error.trace_id, 100);
  return failure;
}

std::string shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace adfill
