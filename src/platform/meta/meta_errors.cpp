#include "platform/meta/meta_errors.h"

#include "platform/json_text.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using Kind = Failure::Kind;

constexpr std::int64_t no_code = 0;

constexpr std::string_view compare_secret =
    "Compare the app secret with the one in the app's dashboard (Settings, Basic); it has to be the secret of the app "
    "that the token belongs to";

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
  if (words.contains("reduce the amount of data"))
    return MetaMeaning{Kind::too_large, MetaQuota::none, "please reduce the amount of data"};
  if (code == 100 && words.contains("cannot include") && words.contains("in summary param")) {
    // airbytehq/airbyte, singer-io/tap-facebook
    return MetaMeaning{Kind::transient, MetaQuota::none, "a fault of Meta's when a finished report is read"};
  }
  if (code == 100 && words.contains("appsecret_proof")) {
    return MetaMeaning{Kind::credentials, MetaQuota::none, "the app secret is missing or wrong", compare_secret};
  }
  const auto as_row = [](std::int64_t alike) {
    const auto* row = find_meta_error(alike, 0);
    return MetaMeaning{row->kind, row->quota, row->words, row->advice};
  };
  if (code == 100 && words.contains("missing permissions")) return as_row(200);
  if (code == 2500 && words.contains("access token")) return as_row(190);
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

namespace {

MetaMeaning meaning_of_code(const MetaError& error, int http_status) {
  const auto unknown = [&] {
    MetaMeaning meaning;
    meaning.kind = error.is_transient || may_pass(http_status) ? Kind::transient : Kind::permanent;
    if (http_status == 401) meaning.kind = Kind::credentials;
    meaning.words = "an error that adfill does not know";
    meaning.is_known = false;
    return meaning;
  };
  if (!error.code) return meaning_of_words(no_code, error.message).value_or(unknown());
  const auto subcode = error.subcode.value_or(0);
  const auto* row = find_meta_error(*error.code, subcode);
  const bool has_own_row = row && subcode != 0 && row->subcode == subcode;
  if (!has_own_row) {
    if (const auto by_words = meaning_of_words(*error.code, error.message)) return *by_words;
  }
  if (!row) return unknown();
  MetaMeaning meaning{row->kind, row->quota, row->words, row->advice};
  // Meta says itself that what it calls invalid here may pass: tried again.
  if (!has_own_row && meaning.kind == Kind::permanent && error.is_transient) meaning.kind = Kind::transient;
  return meaning;
}

}  // namespace

MetaMeaning meaning_of(const MetaError& error, int http_status) {
  auto meaning = meaning_of_code(error, http_status);
  constexpr int too_many = 429;
  if (http_status == too_many && meaning.kind != Kind::throttled) {
    meaning.kind = Kind::throttled;
    meaning.quota = MetaQuota::app;
  }
  return meaning;
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
  message = shortened(message, 600);
  if (!meaning.advice.empty()) {
    if (!message.ends_with('.')) message += '.';
    message.append(" ").append(meaning.advice);
  }
  Failure failure(meaning.kind, std::move(message));
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
