// What adfill doctor says about how `adfill serve` would listen: its certificate, its address.
#pragma once

#include "finding.h"
#include "net/http_client.h"
#include "settings.h"

#include <boost/asio/io_context.hpp>

#include <optional>

namespace adfill {

// nullopt: no certificate is set.
[[nodiscard]] std::optional<Finding> check_tls(const Settings& settings);
// Free, taken by an adfill that runs, or by something else.
[[nodiscard]] Finding check_listen(boost::asio::io_context& loop, HttpClient& http, const Settings& settings);

}  // namespace adfill
