// Which addresses are out on the internet, where anybody may look: not this machine, not its network, not a cloud's
// metadata service. Pure.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace adfill {

[[nodiscard]] bool is_public(const boost::asio::ip::address& address);

}  // namespace adfill
