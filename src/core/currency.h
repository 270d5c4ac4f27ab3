// Which currency codes there are.
#pragma once

#include <string_view>

namespace adfill {

// ISO 4217, with the ones that were replaced in the last years and still stand on old accounts.
[[nodiscard]] bool is_currency(std::string_view code);

}  // namespace adfill
