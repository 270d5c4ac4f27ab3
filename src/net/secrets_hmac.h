// Signatures that platforms ask for: HMAC-SHA256 (RFC 2104, FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace adfill {

// In lower-case hex, 64 characters. A key of any length.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view message);

}  // namespace adfill
