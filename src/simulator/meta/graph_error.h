// Graph API errors: code and subcode, the HTTP status that comes with them, and the exact body.
#pragma once

#include "net/http_server.h"
#include "simulator/faults.h"

#include <cstdint>
#include <optional>
#include <string>

namespace adfill::meta {

struct GraphError {
  int status = 400;
  int code = 100;
  std::optional<int> subcode{};
  std::string message;
  std::string type = "OAuthException";
  std::optional<bool> is_transient{};
  std::string user_title{};
  std::string user_message{};
  std::string blamed{};  // the parameter named by error_data
};

// "(#100) words", 400.
[[nodiscard]] GraphError invalid_parameter(std::string words);
// 100/33: no such object, or not for this token.
[[nodiscard]] GraphError unknown_object(const std::string& id);
[[nodiscard]] GraphError unknown_field(const std::string& field, const std::string& node);
[[nodiscard]] GraphError bad_token(std::optional<int> subcode, std::string words);
// 17/2446079.
[[nodiscard]] GraphError request_limit_reached();
// 80000 or 80004 with 2446079: the calls of an hour are used up.
[[nodiscard]] GraphError too_many_calls(int code, const std::string& which);
// 4, 403: the app's calls of an hour.
[[nodiscard]] GraphError app_limit_reached();
// 100/1487534: a report of too many rows.
[[nodiscard]] GraphError too_much_data();
// A creative whose post is gone: fails the page that it is on.
[[nodiscard]] GraphError incomplete_creative();
// 1, HTTP 500: a page or a synchronous question that is too large.
[[nodiscard]] GraphError reduce_the_data();
[[nodiscard]] GraphError service_unavailable(int status);
// Any code, as the fault says.
[[nodiscard]] GraphError asked_for(const Fault& fault);

// The answer with its body and WWW-Authenticate. `trace` makes fbtrace_id.
[[nodiscard]] HttpResponse answer_of(const GraphError& error, std::uint64_t trace);

}  // namespace adfill::meta
