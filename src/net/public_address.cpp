#include "net/public_address.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace adfill {
namespace {

namespace ip = boost::asio::ip;

struct Network4 {
  std::uint32_t first;
  int bits;
};

// IANA's registry of special-purpose addresses (RFC 6890 and after), multicast and what is reserved.
constexpr auto special = std::to_array<Network4>({{0x00000000, 8},    // this network
                                                  {0x0A000000, 8},    // private
                                                  {0x64400000, 10},   // shared behind carriers
                                                  {0x7F000000, 8},    // this machine
                                                  {0xA9FE0000, 16},   // link-local, metadata services
                                                  {0xAC100000, 12},   // private
                                                  {0xC0000000, 24},   // protocol assignments
                                                  {0xC0000200, 24},   // documentation
                                                  {0xC0A80000, 16},   // private
                                                  {0xC6120000, 15},   // benchmarks
                                                  {0xC6336400, 24},   // documentation
                                                  {0xCB007100, 24},   // documentation
                                                  {0xE0000000, 3}});  // multicast and reserved

bool is_public4(const ip::address_v4& address) {
  const std::uint32_t number = address.to_uint();
  return std::ranges::none_of(special, [number](const Network4& network) {
    return (number ^ network.first) >> static_cast<unsigned>(32 - network.bits) == 0;
  });
}

bool is_public6(const ip::address_v6& address) {
  if (address.is_v4_mapped()) return is_public4(ip::make_address_v4(ip::v4_mapped, address));
  const auto bytes = address.to_bytes();
  const bool is_global = (bytes[0] & 0xE0U) == 0x20U;                                  // 2000::/3
  const bool is_assignment = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02;  // 2001::/23, tunnels among them
  const bool is_documentation = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8;
  const bool is_6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;  // holds a version 4 address
  return is_global && !is_assignment && !is_documentation && !is_6to4;
}

}  // namespace

bool is_public(const ip::address& address) {
  return address.is_v4() ? is_public4(address.to_v4()) : is_public6(address.to_v6());
}

}  // namespace adfill
