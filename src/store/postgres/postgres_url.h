// What of the database's URL is adfill's own word, which libpq doesn't know.
#pragma once

#include <optional>
#include <string>

namespace adfill::postgres {

// "prepared_statements=on|off", taken out of the URL; nullopt: it doesn't say. Throws StoreUnavailable when it says
// something else.
[[nodiscard]] std::optional<bool> take_prepared_statements(std::string& url);

}  // namespace adfill::postgres
