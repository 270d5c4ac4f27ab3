#include "platform/meta/meta_answer.h"

#include "net/secrets.h"
#include "platform/json_text.h"

#include <algorithm>
#include <cstring>

namespace adfill {
namespace {

using Kind = Failure::Kind;

constexpr std::string_view white = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
  return text.substr(0, text.find_last_not_of(white) + 1);
}

// The beginning of a body for people: without the token, on one line. The token is taken out before anything is cut, so
// that no half of it stays.
std::string excerpt(std::string_view body, const std::string& token) {
  auto text = scrub(std::string(body.substr(0, 4096)), token);
  for (auto& character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte >= 0x7F) character = ' ';
  }
  return text.empty() ? "nothing" : "\"" + shortened(text, 160) + "\"";
}

// A status without an error of Meta's: from a proxy, an edge, or a fault before Meta's code was reached.
Failure foreign_answer(const HttpAnswer& answer, const MetaScopes& scopes, const std::string& token, Instant now) {
  const auto words = "HTTP " + std::to_string(answer.status) + " with " + excerpt(answer.body, token);
  if (may_pass(answer.status)) return {Kind::transient, words};
  if (answer.status == 401) return {Kind::credentials, words + ". Give the integration a new access token"};
  if (answer.status == 413) return {Kind::too_large, words};
  if (answer.status == 404 || answer.status == 405) return {Kind::permanent, words};  // nothing of Meta's is there
  if (answer.status == 429) {
    Failure failure(Kind::throttled, words);
    failure.scope = scopes.of(MetaQuota::app);
    failure.resume_at = resume_time(answer.headers, scopes, MetaQuota::app, now);
    return failure;
  }
  return {Kind::unparsable, words};
}

Failure refusal(const MetaError& error, const HttpAnswer& answer, const MetaScopes& scopes, Instant now,
                const OnUnknownError& on_unknown) {
  const auto meaning = meaning_of(error, answer.status);
  auto failure = to_failure(error, meaning);
  if (!meaning.is_known && on_unknown) on_unknown(failure);
  if (meaning.kind == Kind::throttled) {
    failure.scope = scopes.of(meaning.quota);
    failure.resume_at = resume_time(answer.headers, scopes, meaning.quota, now);
  }
  return failure;
}

// std::string's own search looks at each quotation mark of a page by itself, and there are a hundred thousand.
bool may_hold_error(std::string_view body) {
  constexpr std::string_view name = "\"error\"";
  return ::memmem(body.data(), body.size(), name.data(), name.size()) != nullptr;
}

// True when brackets or a string are still open at the end.
bool is_cut_off(std::string_view body) {
  long open = 0;
  bool in_string = false;
  for (std::size_t index = 0; index < body.size(); ++index) {
    const char character = body[index];
    if (in_string) {
      if (character == '\\') ++index;
      in_string = character != '"';
    } else if (character == '"') {
      in_string = true;
    } else if (character == '{' || character == '[') {
      ++open;
    } else if (character == '}' || character == ']') {
      --open;
    }
  }
  return in_string || open > 0;
}

}  // namespace

std::optional<Failure> judge_meta_answer(const HttpAnswer& answer, const MetaScopes& scopes, const std::string& token,
                                         Instant now, const OnUnknownError& on_unknown) {
  const bool good = answer.status >= 200 && answer.status < 300;
  // Good pages are megabytes long and read elsewhere: only those that may hold an error are read here.
  if (!good || may_hold_error(answer.body)) {
    if (const auto error = read_meta_error(answer.body)) return refusal(*error, answer, scopes, now, on_unknown);
  }
  if (!good) return foreign_answer(answer, scopes, token, now);

  const auto body = trimmed(answer.body);
  if (!body.starts_with('{') && !body.starts_with('[')) return foreign_answer(answer, scopes, token, now);
  if (!body.ends_with('}') && !body.ends_with(']')) {
    return Failure(Kind::transient, "the answer is cut off after " + std::to_string(body.size()) + " bytes");
  }
  return std::nullopt;
}

Failure told_failure(const MetaError& error, const Headers& headers, const MetaScopes& scopes, Instant now,
                     const OnUnknownError& on_unknown) {
  return refusal(error, HttpAnswer{.status = 200, .headers = headers, .body = {}}, scopes, now, on_unknown);
}

Failure unreadable(std::string_view what, std::string_view why, std::string_view body) {
  if (is_cut_off(body)) {
    return {Kind::transient, std::string(what) + " is cut off after " + std::to_string(body.size()) + " bytes"};
  }
  return {Kind::unparsable, std::string(what) + " can't be read: " + std::string(why)};
}

}  // namespace adfill
