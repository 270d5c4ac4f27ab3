#include "core/money.h"

#include "core/must.h"

#include <limits>

namespace adfill {

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

// A decimal number as it was written: digits * 10^exponent. `digits` has no leading zeros, so zero has none at all.
struct Decimal {
  bool negative = false;
  std::string digits{};
  std::int64_t exponent = 0;
};

enum class Rest { refuse, round };

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// Takes a sign off the front; true for a minus.
bool take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// The exponent's value; it stops growing where no number could fit any more, so that no text overflows it.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return 0;
  text.remove_prefix(1);
  const bool negative = take_sign(text);
  const auto digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : digits) {
    if (value < 1'000'000'000'000) value = value * 10 + (digit - '0');
  }
  return negative ? -value : value;
}

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = take_sign(text);
  const auto whole = take_digits(text);
  if (whole.empty()) return std::nullopt;
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  decimal.digits.reserve(whole.size() + fraction.size());
  decimal.digits.append(whole).append(fraction);
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  decimal.exponent = *exponent - static_cast<std::int64_t>(fraction.size());
  return decimal;
}

// digits as a number of at most `limit`; nullopt when it is larger.
std::optional<std::uint64_t> magnitude_of(std::string_view digits, std::uint64_t limit) {
  std::uint64_t value = 0;
  for (const char digit : digits) {
    const auto next = static_cast<std::uint64_t>(digit - '0');
    if (value > (limit - next) / 10) return std::nullopt;
    value = value * 10 + next;
  }
  return value;
}

// The number times 10^places, as a whole number.
std::expected<std::int64_t, NumberError> scale(Decimal decimal, int places, Rest rest) {
  if (decimal.digits.empty()) return 0;
  const std::int64_t shift = decimal.exponent + places;
  bool round_up = false;
  if (shift >= 0) {
    // More than twenty digits fit no int64, however they go on.
    if (shift > 20) return std::unexpected(NumberError::overflow);
    decimal.digits.append(static_cast<std::size_t>(shift), '0');
  } else {
    const auto count = static_cast<std::int64_t>(decimal.digits.size());
    const auto kept = static_cast<std::size_t>(count + shift < 0 ? 0 : count + shift);
    const bool exact = decimal.digits.find_first_not_of('0', kept) == std::string::npos;
    if (!exact && rest == Rest::refuse) return std::unexpected(NumberError::too_precise);
    // Where the cut is left of all digits, the first digit cut off is a zero that was never written.
    round_up = count + shift >= 0 && decimal.digits[kept] >= '5';
    decimal.digits.resize(kept);
  }
  // int64 reaches one further below zero than above.
  const std::uint64_t limit = decimal.negative ? largest + 1 : largest;
  const auto magnitude = magnitude_of(decimal.digits, limit);
  if (!magnitude || (round_up && *magnitude == limit)) return std::unexpected(NumberError::overflow);
  const std::uint64_t value = *magnitude + (round_up ? 1 : 0);
  return static_cast<std::int64_t>(decimal.negative ? 0 - value : value);
}

// As platforms write nearly all of their numbers: digits, a point among them, and no more of either than surely fit.
// nullopt: read it the long way.
std::optional<std::int64_t> read_plain(std::string_view text, int places) {
  constexpr std::size_t longest = 12;  // with six places more it stays below 10^18
  if (text.size() > longest) return std::nullopt;
  std::int64_t value = 0;
  std::size_t whole = 0;
  while (whole < text.size() && is_digit(text[whole])) value = value * 10 + (text[whole++] - '0');
  if (whole == 0) return std::nullopt;
  if (whole < text.size()) {
    const auto fraction = text.substr(whole + 1);
    if (text[whole] != '.' || fraction.empty() || fraction.size() > static_cast<std::size_t>(places))
      return std::nullopt;
    for (const char digit : fraction) {
      if (!is_digit(digit)) return std::nullopt;
      value = value * 10 + (digit - '0');
      --places;
    }
  }
  for (; places > 0; --places) value *= 10;
  return value;
}

std::expected<std::int64_t, NumberError> read_scaled(std::string_view text, int places, Rest rest) {
  if (const auto plain = read_plain(text, places)) return *plain;
  auto decimal = read_decimal(text);
  if (!decimal) return std::unexpected(NumberError::malformed);
  return scale(std::move(*decimal), places, rest);
}

std::expected<Micros, NumberError> read_micros(std::string_view text, Rest rest) {
  const auto value = read_scaled(text, 6, rest);
  if (!value) return std::unexpected(value.error());
  return Micros{*value};
}

}  // namespace

std::expected<Micros, NumberError> parse_micros(std::string_view text) {
  return read_micros(text, Rest::refuse);
}

std::expected<Micros, NumberError> parse_micros_rounded(std::string_view text) {
  return read_micros(text, Rest::round);
}

std::expected<std::int64_t, NumberError> parse_count(std::string_view text) {
  return read_scaled(text, 0, Rest::refuse);
}

std::string to_decimal(Micros amount, int decimals) {
  must(decimals >= 0 && decimals <= 6, "an amount in micros is shown with none to six decimals");
  const bool negative = amount.value < 0;
  const auto bits = static_cast<std::uint64_t>(amount.value);
  const std::uint64_t magnitude = negative ? 0 - bits : bits;
  std::string text = std::to_string(magnitude);
  if (text.size() < 7) text.insert(0, 7 - text.size(), '0');
  const std::size_t whole = text.size() - 6;
  std::size_t kept = 6;
  while (kept > static_cast<std::size_t>(decimals) && text[whole + kept - 1] == '0') --kept;
  text.resize(whole + kept);
  if (kept > 0) text.insert(whole, 1, '.');
  if (negative) text.insert(0, 1, '-');
  return text;
}

std::optional<std::int64_t> checked_add(std::int64_t left, std::int64_t right) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(left, right, &sum)) return std::nullopt;
  return sum;
}

std::optional<Micros> checked_add(Micros left, Micros right) {
  const auto sum = checked_add(left.value, right.value);
  return sum ? std::optional(Micros{*sum}) : std::nullopt;
}

}  // namespace adfill
