// HTTP requests and answers as plain values, for the client and the server alike. Header names are lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adfill {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of that header (name in lower case), nullopt if there is none.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

using Query = std::vector<std::pair<std::string, std::string>>;

// Percent-encoding of a query or form (application/x-www-form-urlencoded), both ways. parse_query never fails: what
// is not well encoded stays as it came.
[[nodiscard]] Query parse_query(std::string_view text);
[[nodiscard]] std::string encode_query(const Query& query);
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace adfill
