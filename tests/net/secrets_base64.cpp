#include "net/secrets_base64.h"

#include <doctest/doctest.h>

using namespace adfill;

TEST_CASE("bytes come back from their text, and odd texts give none") {
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
    bytes += static_cast<char>(length * 7);
  }
  CHECK(to_base64("any") == "YW55");
  CHECK(to_base64("an") == "YW4=");
  for (const auto* text : {"YW5", "YW55!", "!", "YW4", "YW4=="}) CHECK_FALSE(from_base64(text));
}
