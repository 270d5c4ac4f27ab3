// ETags: a name for exactly these bytes, so that who has them is told so instead of getting them again.
#pragma once

#include "net/http_server.h"

#include <string>
#include <string_view>

namespace adfill {

[[nodiscard]] std::string entity_tag(std::string_view bytes);
// Whether If-None-Match of the request names it.
[[nodiscard]] bool client_has(const HttpRequest& request, const std::string& etag);

}  // namespace adfill
