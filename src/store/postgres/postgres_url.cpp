#include "store/postgres/postgres_url.h"

#include "store/store.h"

#include <string_view>

namespace adfill::postgres {

std::optional<bool> take_prepared_statements(std::string& url) {
  constexpr std::string_view word = "prepared_statements=";
  auto at = url.find(word);
  if (at == std::string::npos || at == 0 || (url[at - 1] != '?' && url[at - 1] != '&')) return std::nullopt;
  const auto end = url.find('&', at);
  const std::string value = url.substr(at + word.size(), end == std::string::npos ? end : end - at - word.size());
  if (value != "on" && value != "off") {
    throw StoreUnavailable("prepared_statements in the database's URL must be on or off");
  }
  // With the '&' behind it, or else the '?' or '&' before it.
  url.erase(end == std::string::npos ? at - 1 : at, end == std::string::npos ? end : end + 1 - at);
  return value == "on";
}

}  // namespace adfill::postgres
