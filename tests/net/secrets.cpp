#include "net/secrets.h"

#include <doctest/doctest.h>
#include <sodium.h>
#include <stdlib.h>

#include <fstream>
#include <set>
#include <thread>
#include <vector>

using namespace adfill;
namespace fs = std::filesystem;

namespace {

const SecretBox::Key key{1, 2, 3};
const std::string integration = "7f0c1a52-2f63-4c11-9a3c-0d6a3f4b5c6d";

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "adfill-secrets-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string flip_bit(const std::string& sealed, std::size_t byte) {
  std::vector<unsigned char> data(sealed.size());
  std::size_t size = 0;
  REQUIRE(sodium_base642bin(data.data(), data.size(), sealed.data(), sealed.size(), nullptr, &size, nullptr,
                            sodium_base64_VARIANT_ORIGINAL) == 0);
  data[byte % size] ^= 1U;
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), data.data(), size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("a sealed secret is opened by its key and context") {
  const SecretBox box(key);
  for (const std::string& secret :
       {std::string(), std::string("EAAB-token"), std::string(10'000, 'x'), std::string("\0\xff", 2)}) {
    const auto sealed = box.seal(secret, integration);
    CHECK(sealed.find("EAAB") == std::string::npos);
    CHECK(box.open(sealed, integration) == secret);
    CHECK(SecretBox(key).open(sealed, integration) == secret);
  }
}

TEST_CASE("the same secret is sealed differently each time") {
  const SecretBox box(key);
  CHECK(box.seal("EAAB-token", integration) != box.seal("EAAB-token", integration));
}

TEST_CASE("a sealed secret is not opened for another context or by another key") {
  const SecretBox box(key);
  const auto sealed = box.seal("EAAB-token", integration);
  CHECK_FALSE(box.open(sealed, "another"));
  CHECK_FALSE(box.open(sealed, ""));
  auto other = key;
  other.back() ^= 1U;
  CHECK_FALSE(SecretBox(other).open(sealed, integration));
}

TEST_CASE("a sealed secret with any bit changed is not opened") {
  const SecretBox box(key);
  const auto sealed = box.seal("EAAB-token", integration);
  constexpr std::size_t sealed_bytes = 1 + 24 + 10 + 16;
  for (std::size_t byte = 0; byte < sealed_bytes; ++byte) CHECK_FALSE(box.open(flip_bit(sealed, byte), integration));
}

TEST_CASE("a text that was never sealed is not opened") {
  const SecretBox box(key);
  for (const auto* text :
       {"", "AQ==", "EAAB-token", "not base64 at all!", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    CHECK_FALSE(box.open(text, integration));
  }
}

TEST_CASE("a secret key is 32 bytes in base64, and what is wrong is said without showing it") {
  const auto parsed = parse_secret_key("AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  REQUIRE(parsed);
  CHECK(*parsed == key);
  CHECK(parse_secret_key(" AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n") == key);

  const auto short_key = parse_secret_key("c2VjcmV0");
  REQUIRE_FALSE(short_key);
  CHECK(short_key.error().find("6 bytes") != std::string::npos);
  CHECK(short_key.error().find("c2VjcmV0") == std::string::npos);
  const auto no_base64 = parse_secret_key("hunter2!");
  REQUIRE_FALSE(no_base64);
  CHECK(no_base64.error().find("hunter2") == std::string::npos);
  CHECK_FALSE(parse_secret_key(""));
}

TEST_CASE("a key file is made readable for its owner alone and read again") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "adfill.key";
  const auto made = load_secret_key(file, true);
  REQUIRE(made);
  CHECK(*made != SecretBox::Key{});
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(load_secret_key(file, true) == made);
  CHECK(load_secret_key(file, false) == made);
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("processes that make a key file at once all get the one that stayed") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "adfill.key";
  std::vector<std::optional<SecretBox::Key>> keys(8);
  std::vector<std::thread> threads;
  for (auto& mine : keys) {
    threads.emplace_back([&file, &mine] {
      const auto loaded = load_secret_key(file, true);
      if (loaded) mine = *loaded;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& mine : keys) {
    REQUIRE(mine);
    CHECK(*mine == *keys.front());
  }
}

TEST_CASE("a key file that is missing, broken or out of reach is named in the error") {
  const TemporaryFolder folder;
  const auto missing = load_secret_key(folder.path() / "none.key", false);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().find("none.key") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.path() / "none.key"));

  const auto broken = folder.path() / "broken.key";
  std::ofstream(broken) << "hunter2";
  const auto loaded = load_secret_key(broken, true);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().find("broken.key") != std::string::npos);
  CHECK(loaded.error().find("hunter2") == std::string::npos);

  CHECK_FALSE(load_secret_key(folder.path() / "no-folder" / "a.key", true));
}

TEST_CASE("an API token is drawn anew each time and stored as its hash") {
  std::set<std::string> tokens;
  for (int turn = 0; turn < 100; ++turn) {
    const auto token = make_api_token();
    CHECK(token.size() == 47);
    CHECK(token.starts_with("adf_"));
    CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    tokens.insert(token);
  }
  CHECK(tokens.size() == 100);
  // BLAKE2b-256 of "abc".
  CHECK(hash_api_token("abc") == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(secure_seed() != secure_seed());
}

TEST_CASE("secrets are scrubbed from what is said about a call") {
  CHECK(scrub("token EAABxyz was refused, EAABxyz", "EAABxyz") == "token [secret] was refused, [secret]");
  CHECK(scrub("no secret here", "EAABxyz") == "no secret here");
  CHECK(scrub("a short one stays: id 12345", "12345") == "a short one stays: id 12345");
  CHECK(scrub("key 123|abc as 123%7Cabc", "123|abc") == "key [secret] as [secret]");
  CHECK(scrub("my secret", "secret") == "my [secret]");
  CHECK(scrub("", "EAABxyz").empty());
}

TEST_CASE("access_token values are scrubbed whoever they belong to") {
  CHECK(scrub("GET /me?access_token=abc&fields=id", "") == "GET /me?access_token=[secret]&fields=id");
  CHECK(scrub(R"({"next":"https://x/y?access_token=abc"})", "") == R"({"next":"https://x/y?access_token=[secret]"})");
  CHECK(scrub(R"({"next":"https:\/\/x?access_token=abc\u0026after=1"})", "") ==
        R"({"next":"https:\/\/x?access_token=[secret]\u0026after=1"})");
  CHECK(scrub("access_token=a access_token=b", "") == "access_token=[secret] access_token=[secret]");
  CHECK(scrub("redirect=%3Faccess_token%3Dabc&x=1", "") == "redirect=%3Faccess_token%3D[secret]&x=1");
  CHECK(scrub("access_token=", "") == "access_token=");
  const auto twice = scrub(scrub("access_token=abc&x", ""), "");
  CHECK(twice == "access_token=[secret]&x");
}
