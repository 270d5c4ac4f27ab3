// Exact amounts: int64 micros (millionths). Money and fractional counts are never held in a float. An amount that does
// not fit is an error, never a wrapped or rounded number.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

enum class NumberError { malformed, overflow, too_precise };

struct Micros {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(const Micros&, const Micros&) = default;
};

// Reads a decimal number, with a sign and an exponent if it has them ("5339.5", "-0.01", "1e3"). More than six decimals
// that are not zero: too_precise.
[[nodiscard]] std::expected<Micros, NumberError> parse_micros(std::string_view text);
// The same, but digits past the sixth decimal are rounded half away from zero: for modelled conversion counts, not for
// cost.
[[nodiscard]] std::expected<Micros, NumberError> parse_micros_rounded(std::string_view text);
// Reads a whole number ("48211"; "48211.0" too, since platforms differ); a fraction is too_precise.
[[nodiscard]] std::expected<std::int64_t, NumberError> parse_count(std::string_view text);

// Shortest exact decimal, at least `decimals` places: 5339500000 -> "5339.5" or, with 2, "5339.50".
[[nodiscard]] std::string to_decimal(Micros amount, int decimals = 0);

// nullopt when the sum does not fit.
[[nodiscard]] std::optional<std::int64_t> checked_add(std::int64_t left, std::int64_t right);
[[nodiscard]] std::optional<Micros> checked_add(Micros left, Micros right);

}  // namespace adfill
