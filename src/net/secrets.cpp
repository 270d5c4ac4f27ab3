#include "net/secrets.h"

#include "core/must.h"
#include "net/http_message.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <vector>

namespace adfill {

namespace {

constexpr unsigned char seal_version = 1;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_file_limit = 4096;
constexpr std::size_t shortest_scrubbed = 6;  // shorter texts would blot out innocent words

static_assert(std::tuple_size_v<SecretBox::Key> == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void ready() {
  static const bool initialised = sodium_init() >= 0;
  must(initialised, "libsodium finds the system's secure source");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64(const unsigned char* data, std::size_t size, int variant) {
  std::string text(sodium_base64_encoded_len(size, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), data, size, variant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text, int variant) {
  std::vector<unsigned char> data(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (sodium_base642bin(data.data(), data.size(), text.data(), text.size(), nullptr, &size, nullptr, variant) != 0) {
    return std::nullopt;
  }
  data.resize(size);
  return data;
}

std::string random_base64url() {
  std::array<unsigned char, 32> drawn{};
  randombytes_buf(drawn.data(), drawn.size());
  return to_base64(drawn.data(), drawn.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

// Closes its file at the end of its scope.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& file, int flags, mode_t mode = 0)
      : number_(::open(file.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::string key_file_error(const std::filesystem::path& file, const std::string& why) {
  return "key file " + file.string() + ": " + why;
}

std::unexpected<std::string> system_error_of(const std::filesystem::path& file) {
  return std::unexpected(key_file_error(file, std::error_code(errno, std::generic_category()).message()));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::expected<SecretBox::Key, std::string> read_key(const Descriptor& file, const std::filesystem::path& path) {
  std::string text(key_file_limit, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.number(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error_of(path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  const auto key = parse_secret_key(std::string_view(text).substr(0, size));
  sodium_memzero(text.data(), text.size());
  if (!key) return std::unexpected(key_file_error(path, key.error()));
  return *key;
}

// Written beside and linked into place: link() fails where a file has appeared meanwhile, rename() would replace a key
// that another process seals with already.
std::expected<void, std::string> make_key_file(const std::filesystem::path& file) {
  auto beside = file;
  beside += "." + random_base64url();
  SecretBox::Key key{};
  randombytes_buf(key.data(), key.size());
  std::string text = to_base64(key.data(), key.size(), sodium_base64_VARIANT_ORIGINAL) + '\n';
  sodium_memzero(key.data(), key.size());

  const Descriptor made(beside, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
  if (!made.is_open()) return system_error_of(file);
  const bool written = write_all(made.number(), text) && ::fsync(made.number()) == 0;
  sodium_memzero(text.data(), text.size());
  const bool placed = written && (::link(beside.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  ::unlink(beside.c_str());
  if (!placed) {
    errno = error;
    return system_error_of(file);
  }
  // Without this a power cut may take the key, and what was sealed with it stays.
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor directory(folder, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.number()) != 0) return system_error_of(folder);
  return {};
}

void replace_all(std::string& text, std::string_view found, std::string_view replacement) {
  for (auto place = text.find(found); place != std::string::npos;
       place = text.find(found, place + replacement.size())) {
    text.replace(place, found.size(), replacement);
  }
}

// Blots out what follows each `name` up to the end of a query's value: in a URL, in JSON, in a sentence.
void blot_values(std::string& text, std::string_view name, std::string_view replacement) {
  constexpr std::string_view ends = "&#\"'\\<>,;)} \t\r\n";
  for (auto place = text.find(name); place != std::string::npos; place = text.find(name, place)) {
    place += name.size();
    const auto end = std::min(text.find_first_of(ends, place), text.size());
    if (end == place) continue;
    text.replace(place, end - place, replacement);
    place += replacement.size();
  }
}

}  // namespace

SecretBox::SecretBox(const Key& key) : key_(key) {
  ready();
}

std::string SecretBox::seal(std::string_view secret, std::string_view context) const {
  std::vector<unsigned char> sealed(1 + nonce_size + secret.size() + tag_size);
  sealed[0] = seal_version;
  unsigned char* const nonce = sealed.data() + 1;
  randombytes_buf(nonce, nonce_size);
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_size, &size, bytes_of(secret), secret.size(),
                                             bytes_of(context), context.size(), nullptr, nonce, key_.data());
  must(size == secret.size() + tag_size, "a sealed text is as long as the secret and its tag");
  return to_base64(sealed.data(), sealed.size(), sodium_base64_VARIANT_ORIGINAL);
}

std::optional<std::string> SecretBox::open(std::string_view sealed, std::string_view context) const {
  const auto data = from_base64(sealed, sodium_base64_VARIANT_ORIGINAL);
  if (!data || data->size() < 1 + nonce_size + tag_size || data->front() != seal_version) return std::nullopt;
  const unsigned char* const nonce = data->data() + 1;
  const std::size_t size = data->size() - 1 - nonce_size;
  std::string secret(size - tag_size, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(secret.data()),
                                                                nullptr, nullptr, nonce + nonce_size, size,
                                                                bytes_of(context), context.size(), nonce, key_.data());
  if (opened != 0) return std::nullopt;
  return secret;
}

std::string SecretBox::fingerprint(std::string_view text) const {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(text), text.size(), key_.data(), key_.size());
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();  // the terminating zero
  return hex;
}

std::expected<SecretBox::Key, std::string> parse_secret_key(std::string_view base64) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = std::min(base64.find_first_not_of(blank), base64.size());
  base64.remove_prefix(first);
  base64 = base64.substr(0, base64.find_last_not_of(blank) + 1);
  for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                            sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    const auto data = from_base64(base64, variant);
    if (!data) continue;
    SecretBox::Key key{};
    if (data->size() != key.size()) {
      return std::unexpected("the secret key has " + std::to_string(data->size()) + " bytes, it needs " +
                             std::to_string(key.size()) + "; make one with: openssl rand -base64 32");
    }
    std::copy(data->begin(), data->end(), key.begin());
    return key;
  }
  return std::unexpected("the secret key is not base64; make one with: openssl rand -base64 32");
}

std::expected<SecretBox::Key, std::string> load_secret_key(const std::filesystem::path& file, bool may_create) {
  ready();
  {
    const Descriptor existing(file, O_RDONLY);
    if (existing.is_open()) return read_key(existing, file);
    if (errno != ENOENT) return system_error_of(file);
  }
  if (!may_create) return std::unexpected(key_file_error(file, "it does not exist"));
  if (const auto made = make_key_file(file); !made) return std::unexpected(made.error());
  const Descriptor made(file, O_RDONLY);
  if (!made.is_open()) return system_error_of(file);
  return read_key(made, file);
}

std::string make_api_token() {
  ready();
  return "adf_" + random_base64url();
}

std::string hash_api_token(std::string_view token) {
  ready();
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(token), token.size(), nullptr, 0);
  std::string text(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  text.pop_back();
  return text;
}

std::uint64_t secure_seed() {
  ready();
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

std::string scrub(std::string text, std::string_view secret) {
  constexpr std::string_view replacement = "[secret]";
  if (secret.size() >= shortest_scrubbed) {
    replace_all(text, secret, replacement);
    const std::string encoded = percent_encode(secret);
    if (encoded != secret) replace_all(text, encoded, replacement);
  }
  blot_values(text, "access_token=", replacement);
  blot_values(text, "access_token%3D", replacement);
  return text;
}

}  // namespace adfill
