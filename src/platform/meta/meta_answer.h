// What an answer of Meta's means: good, or which Failure. A 200 may hold an error, an error may come without JSON.
#pragma once

#include "core/failure.h"
#include "net/http_client.h"
#include "platform/meta/meta_usage.h"

#include <functional>
#include <optional>
#include <string>

namespace adfill {

// Told of an error that neither the table nor its words explain.
using OnUnknownError = std::function<void(const Failure&)>;

// nullopt: a good answer whose body looks like JSON. `token` is taken out of what is quoted of the body.
[[nodiscard]] std::optional<Failure> judge_meta_answer(const HttpAnswer& answer, const MetaScopes& scopes,
                                                       const std::string& token, Instant now,
                                                       const OnUnknownError& on_unknown = {});

// An error that did not come as a refusal of the call itself: of a report that failed, of a token that was looked at.
// `headers` of the answer that told it.
[[nodiscard]] Failure told_failure(const MetaError& error, const Headers& headers, const MetaScopes& scopes,
                                   Instant now, const OnUnknownError& on_unknown = {});

// For a body that is not the JSON it should be: transient when it was cut off, else unparsable. `what` names the
// answer.
[[nodiscard]] Failure unreadable(std::string_view what, std::string_view why, std::string_view body);

}  // namespace adfill
