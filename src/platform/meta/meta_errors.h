// Meta's errors: code and subcode to what they mean for us. Codes decide, not words; the few exceptions are named in
// the source. Codes from Meta's pages on Insights error codes, Graph API error handling and rate limiting, and the
// references of the account and its insights; what these leave open is as other collectors met it
// (docs/platforms/meta.md).
#pragma once

#include "core/failure.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// The error object of an answer, or what a failed report tells of itself.
struct MetaError {
  std::optional<std::int64_t> code{};
  std::optional<std::int64_t> subcode{};
  std::string message{};
  std::string user_message{};  // in the language of the token's owner
  std::string trace_id{};
  bool is_transient = false;
};

// Whose quota a refusal is about, and how long to stay away when no header tells.
enum class MetaQuota {
  none,
  account,        // of the ad account
  account_score,  // of the ad account: points that come back within 60 or 300 s
  app,            // of the app, for all its accounts
  blocked,        // temporarily blocked for its behaviour: the ad account, for long
};

struct MetaMeaning {
  Failure::Kind kind = Failure::Kind::permanent;
  MetaQuota quota = MetaQuota::none;
  std::string_view words{};  // said when Meta says nothing
};

// The error in a JSON text: {"error":{…}}; nullopt when there is none in it.
[[nodiscard]] std::optional<MetaError> read_meta_error(std::string_view json);

// True for a status that says nothing but that it did not work this time: 408 and 5xx, except 501, which is a server
// that does not know what it is asked for.
[[nodiscard]] bool may_pass(int http_status);

[[nodiscard]] MetaMeaning meaning_of(const MetaError& error, int http_status);

// The failure with its kind, code and trace id, its message as "(#190/463) Meta's words". What a throttled one needs
// besides, scope and time, is meta_answer.h's business.
[[nodiscard]] Failure to_failure(const MetaError& error, const MetaMeaning& meaning);

// At most `bytes` of it, cut between characters.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes);

// An object that is not there, that the token can't see, or that is not there yet.
inline constexpr std::string_view unknown_object_code = "100/33";
// A creative whose post or reel is gone: it fails its whole page.
inline constexpr std::string_view incomplete_creative_code = "100/2446289";

}  // namespace adfill
