#include "store/postgres/copied_rows.h"

#include "store/postgres/network_order.h"
#include "store/postgres/postgres_values.h"

#include <array>
#include <cstddef>
#include <type_traits>

namespace adfill::postgres {

namespace {

constexpr std::int32_t null_length = -1;
constexpr std::int16_t end_of_rows = -1;
constexpr std::uint64_t micros_a_unit = 1'000'000;
constexpr std::uint64_t numeric_base = 10'000;  // numeric's digits are those of base 10000
constexpr std::size_t most_digits = 6;          // of an int64 in micros: four before the point, two behind it
constexpr std::uint16_t negative = 0x4000;

}  // namespace

// The signature; no flags, no extension of the header.
CopiedRows::CopiedRows(int columns) : columns_(columns), bytes_("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19) {}

template <class Number>
void CopiedRows::append(Number number) {
  append_in_network_order(bytes_, number);
}

void CopiedRows::begin_row() {
  append(static_cast<std::int16_t>(columns_));
}

void CopiedRows::add(std::int64_t value) {
  append(static_cast<std::int32_t>(sizeof value));
  append(value);
}

void CopiedRows::add(std::optional<std::int64_t> value) {
  if (value) return add(*value);
  append(null_length);
}

// How many digits, the power of the base that the first one counts, the sign, how many decimals are shown; the digits.
void CopiedRows::add(Micros value) {
  const auto bits = static_cast<std::uint64_t>(value.value);
  const std::uint64_t amount = value.value < 0 ? 0 - bits : bits;
  const std::uint64_t decimals = amount % micros_a_unit * 100;  // eight of them: two digits
  std::array<std::uint16_t, most_digits> digits{};
  digits[5] = static_cast<std::uint16_t>(decimals % numeric_base);
  digits[4] = static_cast<std::uint16_t>(decimals / numeric_base);
  std::uint64_t whole = amount / micros_a_unit;
  for (std::size_t at = 4; at-- > 0; whole /= numeric_base)
    digits[at] = static_cast<std::uint16_t>(whole % numeric_base);
  std::size_t first = 0;
  while (first < most_digits && digits[first] == 0) ++first;
  const std::size_t count = most_digits - first;
  append(static_cast<std::int32_t>(2 * (4 + count)));
  append(static_cast<std::int16_t>(count));
  append(static_cast<std::int16_t>(count == 0 ? 0 : 3 - static_cast<int>(first)));
  append(value.value < 0 ? negative : std::uint16_t{0});
  append(std::uint16_t{6});
  for (std::size_t at = first; at < most_digits; ++at) append(digits[at]);
}

void CopiedRows::add(Day value) {
  append(std::int32_t{sizeof(std::int32_t)});
  append(std::int32_t{value.number() - Day(2000, 1, 1).number()});
}

void CopiedRows::add(const Uuid& value) {
  append(static_cast<std::int32_t>(value.bytes.size()));
  for (const std::uint8_t byte : value.bytes) bytes_ += static_cast<char>(byte);
}

void CopiedRows::add(std::string_view value) {
  if (value.find('\0') != std::string_view::npos) return add(without_nul(value));
  append(static_cast<std::int32_t>(value.size()));
  bytes_ += value;
}

const std::string& CopiedRows::end() {
  append(end_of_rows);
  return bytes_;
}

}  // namespace adfill::postgres
