#include "core/id.h"

#include "core/random.h"

namespace adfill {

namespace {

constexpr std::size_t text_size = 36;

bool is_dash_place(std::size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

std::optional<std::uint8_t> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  return std::nullopt;
}

// The version and the variant, in the bits where readers look for them (RFC 9562, 4).
void mark(Uuid& uuid, unsigned version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | (version << 4U));
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);
}

}  // namespace

Uuid Uuid::draw(Random& random) {
  Uuid uuid;
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t drawn = random.draw();
    for (std::size_t index = 0; index < 8; ++index) {
      uuid.bytes[half * 8 + index] = static_cast<std::uint8_t>(drawn >> (8 * index));
    }
  }
  mark(uuid, 4);
  return uuid;
}

Uuid Uuid::draw(Random& random, Instant now) {
  Uuid uuid = draw(random);
  const auto micros = static_cast<std::uint64_t>(micros_since_epoch(now));
  const std::uint64_t milliseconds = micros / 1000;
  for (std::size_t index = 0; index < 6; ++index) {
    uuid.bytes[index] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - index)));
  }
  const std::uint64_t fraction = micros % 1000 * 4096 / 1000;  // of the millisecond, in 12 bits
  uuid.bytes[6] = static_cast<std::uint8_t>(fraction >> 8U);
  uuid.bytes[7] = static_cast<std::uint8_t>(fraction);
  mark(uuid, 7);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  Uuid uuid;
  std::size_t digit = 0;
  for (std::size_t place = 0; place < text_size; ++place) {
    if (is_dash_place(place)) {
      if (text[place] != '-') return std::nullopt;
      continue;
    }
    const auto value = hex_value(text[place]);
    if (!value) return std::nullopt;
    auto& byte = uuid.bytes[digit / 2];
    byte = static_cast<std::uint8_t>((byte << 4U) | *value);
    ++digit;
  }
  return uuid;
}

std::string Uuid::to_string() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(text_size);
  for (const auto byte : bytes) {
    if (is_dash_place(text.size())) text += '-';
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

}  // namespace adfill
