// Who a request really comes from, when it came through proxies. Pure.
#pragma once

#include "net/http_message.h"

#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The networks whose X-Forwarded-For and X-Forwarded-Proto are believed; anybody else can write these headers too.
class TrustedProxies {
 public:
  // Addresses and networks with commas between, such as "127.0.0.1, 10.0.0.0/8, fd00::/8"; empty trusts nobody. Throws
  // std::invalid_argument that names the part which is neither.
  explicit TrustedProxies(std::string_view list = "127.0.0.0/8, ::1");

  // What is no address is trusted by nobody.
  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  struct Network {
    std::vector<unsigned char> prefix;  // 4 or 16 bytes
    int bits;
  };
  std::vector<Network> networks_{};
};

struct ClientSide {
  std::string address;
  bool secure;  // the client's own connection is encrypted
};

// `peer` is who connected, `encrypted` how. Proxies append the address they see to X-Forwarded-For, so it is read from
// the right, up to the first address that is no trusted proxy's.
[[nodiscard]] ClientSide client_side(const TrustedProxies& trusted, const std::string& peer, bool encrypted,
                                     const Headers& headers);

}  // namespace adfill
