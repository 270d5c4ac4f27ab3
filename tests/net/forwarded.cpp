#include "net/forwarded.h"

#include <doctest/doctest.h>

#include <stdexcept>

namespace {

using namespace adfill;

TEST_CASE("who is no trusted proxy is not believed about the client") {
  const TrustedProxies trusted("10.0.0.0/8");
  const Headers claims{{"x-forwarded-for", "203.0.113.9"}, {"x-forwarded-proto", "https"}};
  const auto client = client_side(trusted, "198.51.100.7", false, claims);
  CHECK(client.address == "198.51.100.7");
  CHECK_FALSE(client.secure);
}

TEST_CASE("a trusted proxy tells the client's address and how it came") {
  const TrustedProxies trusted("10.0.0.0/8");
  const auto client =
      client_side(trusted, "10.1.2.3", false, {{"x-forwarded-for", "203.0.113.9"}, {"x-forwarded-proto", "https"}});
  CHECK(client.address == "203.0.113.9");
  CHECK(client.secure);
}

TEST_CASE("of a chain the rightmost address that is no proxy's counts, whatever a client wrote before it") {
  const TrustedProxies trusted("10.0.0.0/8, fd00::/8");
  const Headers chain{{"x-forwarded-for", "1.1.1.1, 203.0.113.9:4711"}, {"x-forwarded-for", "[fd00::7]:80 , 10.9.9.9"}};
  CHECK(client_side(trusted, "10.1.2.3", false, chain).address == "203.0.113.9");
}

TEST_CASE("an X-Forwarded-For of garbage names the last address that could be read") {
  const TrustedProxies trusted;
  CHECK(client_side(trusted, "127.0.0.1", false, {{"x-forwarded-for", "203.0.113.9, ,"}}).address == "127.0.0.1");
  CHECK(client_side(trusted, "127.0.0.1", false, {{"x-forwarded-for", "unknown"}}).address == "127.0.0.1");
  CHECK(client_side(trusted, "127.0.0.1", false, {{"x-forwarded-for", "203.0.113.9, 127.0.0.2"}}).address ==
        "203.0.113.9");
}

TEST_CASE("an own TLS connection is secure, whatever a header says") {
  CHECK(client_side(TrustedProxies(), "127.0.0.1", true, {{"x-forwarded-proto", "http"}}).secure);
}

TEST_CASE("networks are compared by their bits, IPv4 within IPv6 as IPv4") {
  const TrustedProxies trusted("192.0.2.128/25, ::1");
  CHECK(trusted.contains("192.0.2.200"));
  CHECK(trusted.contains("::ffff:192.0.2.200"));
  CHECK_FALSE(trusted.contains("192.0.2.100"));
  CHECK(trusted.contains("::1"));
  CHECK_FALSE(trusted.contains("::2"));
  CHECK_FALSE(trusted.contains("localhost"));
  CHECK_FALSE(TrustedProxies("").contains("127.0.0.1"));
}

TEST_CASE("what is neither an address nor a network is named") {
  CHECK_THROWS_WITH_AS(TrustedProxies("10.0.0.0/8, proxy"), "'proxy' is neither an address nor a network",
                       std::invalid_argument);
  CHECK_THROWS_AS(TrustedProxies("10.0.0.0/33"), std::invalid_argument);
  CHECK_THROWS_AS(TrustedProxies("10.0.0.0/"), std::invalid_argument);
  CHECK_THROWS_AS(TrustedProxies(",10.0.0.1"), std::invalid_argument);
}

}  // namespace
