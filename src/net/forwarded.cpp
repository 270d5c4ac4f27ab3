#include "net/forwarded.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <optional>
#include <stdexcept>

namespace adfill {
namespace {

namespace ip = boost::asio::ip;
using Bytes = std::vector<unsigned char>;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The parts between commas, from the right.
class PartsFromTheRight {
 public:
  explicit PartsFromTheRight(std::string_view text) : left_(text) {}
  std::optional<std::string_view> next() {
    if (over_) return std::nullopt;
    const auto comma = left_.rfind(',');
    over_ = comma == std::string_view::npos;
    const auto part = over_ ? left_ : left_.substr(comma + 1);
    if (!over_) left_ = left_.substr(0, comma);
    return trimmed(part);
  }

 private:
  std::string_view left_;
  bool over_ = false;
};

// 4 or 16 bytes; an IPv4 address that came over an IPv6 socket is IPv4.
std::optional<Bytes> address_bytes(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return Bytes(bytes.begin(), bytes.end());
  }
  const auto bytes = address.to_v6().to_bytes();
  return Bytes(bytes.begin(), bytes.end());
}

bool same_prefix(const Bytes& one, const Bytes& other, int bits) {
  if (one.size() != other.size()) return false;
  for (std::size_t byte = 0; bits > 0; ++byte, bits -= 8) {
    const auto mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if (((one[byte] ^ other[byte]) & mask) != 0) return false;
  }
  return true;
}

// "1.2.3.4:5678" and "[::1]:5678": some proxies write the port too.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const auto colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  return one_colon ? text.substr(0, colon) : text;
}

}  // namespace

TrustedProxies::TrustedProxies(std::string_view list) {
  if (trimmed(list).empty()) return;
  PartsFromTheRight parts(list);
  while (const auto part = parts.next()) {
    const auto slash = part->find('/');
    auto prefix = address_bytes(part->substr(0, slash));
    int bits = prefix ? static_cast<int>(prefix->size()) * 8 : 0;
    bool good = prefix.has_value();
    if (good && slash != std::string_view::npos) {
      const int most = bits;
      const auto* end = part->data() + part->size();
      const auto read = std::from_chars(part->data() + slash + 1, end, bits);
      good = read.ec == std::errc() && read.ptr == end && bits >= 0 && bits <= most;
    }
    if (!good) throw std::invalid_argument("'" + std::string(*part) + "' is neither an address nor a network");
    networks_.push_back({std::move(*prefix), bits});
  }
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto bytes = address_bytes(address);
  if (!bytes) return false;
  for (const auto& network : networks_) {
    if (same_prefix(*bytes, network.prefix, network.bits)) return true;
  }
  return false;
}

ClientSide client_side(const TrustedProxies& trusted, const std::string& peer, bool encrypted, const Headers& headers) {
  ClientSide client{peer, encrypted};
  if (!trusted.contains(peer)) return client;
  // The proxy nearest to us knows how its own client came.
  if (const auto proto = find_header(headers, "x-forwarded-proto")) {
    client.secure = encrypted || PartsFromTheRight(*proto).next() == "https";
  }
  // A header that came twice is one list.
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (header->first != "x-forwarded-for") continue;
    PartsFromTheRight parts(header->second);
    while (const auto part = parts.next()) {
      const auto address = without_port(*part);
      if (!address_bytes(address)) return client;  // nothing left of it can be believed
      client.address = std::string(address);
      if (!trusted.contains(address)) return client;
    }
  }
  return client;
}

}  // namespace adfill
