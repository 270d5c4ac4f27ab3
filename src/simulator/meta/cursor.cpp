#include "simulator/meta/cursor.h"

#include <charconv>

namespace adfill::meta {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view ending = "ZDZD";  // Meta's cursors end like this

std::string encode(std::string_view plain) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char letter : plain) {
    bits = bits << 8U | static_cast<unsigned char>(letter);
    for (held += 8; held >= 6; held -= 6) text += alphabet[bits >> static_cast<unsigned>(held - 6) & 63U];
  }
  if (held > 0) text += alphabet[bits << static_cast<unsigned>(6 - held) & 63U];
  return text;
}

std::string decode(std::string_view text) {
  std::string plain;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char letter : text) {
    const auto value = alphabet.find(letter);
    if (value == std::string_view::npos) return {};
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    if (held += 6; held >= 8) {
      held -= 8;
      plain += static_cast<char>(bits >> static_cast<unsigned>(held) & 255U);
    }
  }
  return plain;
}

}  // namespace

std::string write_cursor(const Cursor& cursor) {
  const auto plain = std::to_string(cursor[0]) + "." + std::to_string(cursor[1]) + "." + std::to_string(cursor[2]);
  return encode(plain).append(ending);
}

std::optional<Cursor> read_cursor(std::string_view text) {
  if (!text.ends_with(ending)) return std::nullopt;
  const auto plain = decode(text.substr(0, text.size() - ending.size()));
  Cursor cursor{};
  const char* at = plain.data();
  const char* const end = plain.data() + plain.size();
  for (std::size_t place = 0; place < cursor.size(); ++place) {
    const auto read = std::from_chars(at, end, cursor.at(place));
    const bool last = place + 1 == cursor.size();
    if (read.ec != std::errc() || cursor.at(place) < 0) return std::nullopt;
    if (last ? read.ptr != end : (read.ptr == end || *read.ptr != '.')) return std::nullopt;
    at = read.ptr + 1;
  }
  return cursor;
}

}  // namespace adfill::meta
