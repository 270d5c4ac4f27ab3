// Texts of others are as long as they like; what is kept of them is not.
#pragma once

#include <cstddef>
#include <string>

namespace adfill {

// At most `bytes` of it, with "…" at the end of what was cut; never half a character. Requires: UTF-8; bytes >= 3.
[[nodiscard]] std::string cut_text(std::string text, std::size_t bytes);

}  // namespace adfill
