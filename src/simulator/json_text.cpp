#include "simulator/json_text.h"

#include <array>
#include <charconv>

namespace adfill {

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (byte < 0x20) {
      out.append("\\u00");
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    } else {
      out += letter;
    }
  }
  out += '"';
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

void append_quoted_number(std::string& out, std::int64_t number) {
  out += '"';
  append_number(out, number);
  out += '"';
}

void append_key(std::string& out, std::string_view name) {
  if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
  out += '"';
  out.append(name);
  out.append("\":");
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_key(out, name);
  append_json(out, text);
}

void append_member(std::string& out, std::string_view name, std::int64_t number) {
  append_key(out, name);
  append_number(out, number);
}

std::string json_of(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

}  // namespace adfill
