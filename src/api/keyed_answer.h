// Idempotency-Key: a POST that was sent twice with the same key is done once and answered twice, for a day.
#pragma once

#include "api/routing.h"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace adfill {

inline constexpr std::string_view key_header = "idempotency-key";

// Answers a POST that has the header. The same key with another path or body is a 422; while the first one runs, a 409.
// What failed on our side (5xx), or was too much, is forgotten, so that it can be tried again.
[[nodiscard]] boost::asio::awaitable<HttpResponse> answer_keyed(std::shared_ptr<Service> service, RouteHandler handler,
                                                                ApiCall call);

}  // namespace adfill
