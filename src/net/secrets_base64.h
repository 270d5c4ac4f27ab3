// Bytes as text: the usual alphabet, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

[[nodiscard]] std::string to_base64(std::string_view bytes);
// nullopt for what to_base64() does not write.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace adfill
