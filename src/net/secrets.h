// Secrets: credentials sealed at rest, API tokens made and hashed. libsodium behind.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// Seals with XChaCha20-Poly1305 under a random nonce; the context is authenticated with the text, so what was sealed
// for one context can't be opened for another. A sealed text is base64 of a version byte, the nonce and the ciphertext.
class SecretBox {
 public:
  using Key = std::array<std::uint8_t, 32>;
  explicit SecretBox(const Key& key);

  // `context` names whose it is (an integration's id).
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view context) const;
  // nullopt when the key or the context is another one, or the text was changed.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed, std::string_view context) const;
  // Tells whether two texts are the same, without giving either away: BLAKE2b-256 under the key, in hex.
  [[nodiscard]] std::string fingerprint(std::string_view text) const;

 private:
  Key key_;
};

// 32 bytes in base64; the error says what is wrong with it, without showing it.
[[nodiscard]] std::expected<SecretBox::Key, std::string> parse_secret_key(std::string_view base64);
// Reads the key file, or makes one (mode 0600) where there is none and `may_create`. The file appears whole or not at
// all; of two processes that make it at once, both get the one that stayed.
[[nodiscard]] std::expected<SecretBox::Key, std::string> load_secret_key(const std::filesystem::path& file,
                                                                         bool may_create);

// A new API token: "adf_" and 43 characters of base64url, from the system's secure source.
[[nodiscard]] std::string make_api_token();
// What is stored of a token: BLAKE2b-256 in hex.
[[nodiscard]] std::string hash_api_token(std::string_view token);
// A seed for Random, from the system's secure source.
[[nodiscard]] std::uint64_t secure_seed();

// `text` with every occurrence of `secret` (if at least 6 characters), as it is and percent-encoded, and every
// access_token=… value replaced by "[secret]".
[[nodiscard]] std::string scrub(std::string text, std::string_view secret);

}  // namespace adfill
