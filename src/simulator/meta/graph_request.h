// A call of the Graph API as its parameters, wherever they stood: query, form body or JSON body.
#pragma once

#include "net/http_message.h"
#include "net/http_server.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill::meta {

struct GraphRequest {
  std::string method;
  std::optional<int> version{};     // of /v26.0/…
  std::vector<std::string> path{};  // after the version
  Query parameters{};               // without access_token; nested JSON values as their text
  std::string token{};              // of access_token or the Authorization header; empty: none came
  std::string base{};               // "http://host:port", as the caller knows this server

  // The parameter's last value; nullptr when it did not come.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  // "/v26.0", or nothing when the call named no version.
  [[nodiscard]] std::string version_path() const;
};

// Bodies of GET are swallowed, as the platform does. What is no JSON in a JSON body counts as no parameters.
[[nodiscard]] GraphRequest read_request(const HttpRequest& request);
// A call inside a batch or an ids= question: path and query of `relative_url`, token and host of the outer one.
[[nodiscard]] GraphRequest inner_request(const GraphRequest& outer, const std::string& method,
                                         const std::string& relative_url, const std::string& body);

// A list parameter in any of the accepted spellings: ["age","gender"], age,gender, ['age'].
[[nodiscard]] std::vector<std::string> parse_list(std::string_view text);

// A name of a fields parameter, with the nested ones: creative{id,name}.
struct FieldName {
  std::string name;
  std::vector<FieldName> nested{};
};
[[nodiscard]] std::vector<FieldName> parse_fields(std::string_view text);

// The URL of another page: this call's own URL and parameters with another `after`, token included, as Meta does.
[[nodiscard]] std::string page_url(const GraphRequest& request, const std::string& after);

// limit, 25 unless given; at least 1, at most 5,000, where the platform's own page would end too.
[[nodiscard]] int page_limit(const GraphRequest& request);

}  // namespace adfill::meta
