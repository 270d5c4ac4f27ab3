// Numbers as PostgreSQL's binary forms have them: the highest byte first.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace adfill::postgres {

template <class Number>
[[nodiscard]] std::array<char, sizeof(Number)> in_network_order(Number number) {
  const auto value = static_cast<std::make_unsigned_t<Number>>(number);
  std::array<char, sizeof value> raw{};
  for (std::size_t at = 0; at < raw.size(); ++at) {
    raw[at] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (raw.size() - 1 - at))));
  }
  return raw;
}

template <class Number>
void append_in_network_order(std::string& bytes, Number number) {
  const auto raw = in_network_order(number);
  bytes.append(raw.data(), raw.size());
}

}  // namespace adfill::postgres
