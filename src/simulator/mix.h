// Deterministic randomness: the same key gives the same number, everywhere and for ever. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace adfill {

// A well mixed number of two others (the finaliser of SplitMix64).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  std::uint64_t value = left + 0x9e3779b97f4a7c15ULL * (right + 1);
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t left, std::string_view text) {
  for (const char letter : text) left = mix(left, static_cast<unsigned char>(letter));
  return left;
}

// A number in [low, high], from `bits` that were mixed before.
[[nodiscard]] constexpr std::int64_t between(std::uint64_t bits, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(high - low + 1));
}

}  // namespace adfill
