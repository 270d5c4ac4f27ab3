// From an error of Meta's to what it means for us. Code and subcode decide (meta_error_table.h), not words; the few
// exceptions are named in the source.
#pragma once

#include "core/failure.h"
#include "platform/meta/meta_error_table.h"

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

struct MetaMeaning {
  Failure::Kind kind = Failure::Kind::permanent;
  MetaQuota quota = MetaQuota::none;
  std::string_view words{};   // said when Meta says nothing
  std::string_view advice{};  // what the user has to do
  bool is_known = true;       // false: neither table nor words know it
};

// The error in a JSON text: {"error":{…}}; nullopt when there is none in it.
[[nodiscard]] std::optional<MetaError> read_meta_error(std::string_view json);

// True for a status that says nothing but that it did not work this time: 408 and 5xx, except 501, which is a server
// that does not know what it is asked for.
[[nodiscard]] bool may_pass(int http_status);

[[nodiscard]] MetaMeaning meaning_of(const MetaError& error, int http_status);

// The failure with its kind, code and trace id, its message as "(#190/463) Meta's words. What to do". What a throttled
// one needs besides, scope and time, is meta_answer.h's business.
[[nodiscard]] Failure to_failure(const MetaError& error, const MetaMeaning& meaning);

// At most `bytes` of it, cut between characters.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes);

// An object that is not there, that the token can't see, or that is not there yet.
inline constexpr std::string_view unknown_object_code = "100/33";
// A creative whose post or reel is gone: it fails its whole page.
inline constexpr std::string_view incomplete_creative_code = "100/2446289";

}  // namespace adfill
