#include "net/public_address.h"

#include <doctest/doctest.h>

using namespace adfill;

TEST_CASE("only addresses out on the internet are public") {
  for (const auto* text : {"8.8.8.8", "157.240.1.35", "172.15.0.1", "172.32.0.1", "100.63.255.255", "192.167.1.1",
                           "2a03:2880:f12f:83:face:b00c:0:25de", "2606:4700::1111", "::ffff:8.8.8.8"}) {
    CHECK_MESSAGE(is_public(boost::asio::ip::make_address(text)), text);
  }
  for (const auto* text : {"127.0.0.1",
                           "127.9.9.9",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.0.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "100.127.255.255",
                           "192.0.0.8",
                           "198.18.0.1",
                           "198.19.255.255",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "fe80::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:0:7f00:1::",
                           "2001:db8::1"}) {
    CHECK_MESSAGE(!is_public(boost::asio::ip::make_address(text)), text);
  }
}
