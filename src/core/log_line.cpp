#include "core/log_line.h"

#include <array>
#include <cstddef>

namespace adfill {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// How many bytes the character at `at` has; 0 where none begins (RFC 3629, section 4).
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char lowest = 0x80;  // of the second byte
  unsigned char highest = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) lowest = 0xA0;
    if (lead == 0xED) highest = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) lowest = 0x90;
    if (lead == 0xF4) highest = 0x8F;
  }
  if (length == 0 || at + length > text.size()) return 0;
  if (byte_at(text, at + 1) < lowest || byte_at(text, at + 1) > highest) return 0;
  for (std::size_t next = 2; next < length; ++next) {
    if ((byte_at(text, at + next) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// C0, DEL, and the C1 controls, which some terminals obey; the separators that some readers take for line breaks.
bool is_control(std::string_view character) {
  const auto lead = byte_at(character, 0);
  if (character.size() == 1) return lead < 0x20 || lead == 0x7F;
  if (character.size() == 2) return lead == 0xC2 && byte_at(character, 1) < 0xA0;
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

void append_escaped_control(std::string& line, std::string_view character) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (character == "\n") {
    line += "\\n";
  } else if (character == "\t") {
    line += "\\t";
  } else if (character.size() == 3) {
    line += character == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029";
  } else {
    const auto code = byte_at(character, character.size() - 1);  // of C2 80 to C2 9F, too, the last byte is the code
    line += "\\u00";
    line += digits[code / 16];
    line += digits[code % 16];
  }
}

// One line of the text, as it may stand within JSON's quotes where `quoted`.
void append_clean(std::string& line, std::string_view text, bool quoted) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = character_length(text, at);
    if (length == 0) {
      line += replacement;
      ++at;
      continue;
    }
    const auto character = text.substr(at, length);
    at += length;
    if (is_control(character)) {
      append_escaped_control(line, character);
    } else if (quoted && (character == "\"" || character == "\\")) {
      line += '\\';
      line += character;
    } else {
      line += character;
    }
  }
}

void append_member(std::string& line, std::string_view name, std::string_view value) {
  line += line.size() == 1 ? "\"" : ",\"";
  line += name;
  line += "\":\"";
  append_clean(line, value, true);
  line += '"';
}

}  // namespace

std::string log_line(LogFormat format, const LogEntry& entry) {
  std::string line;
  if (format == LogFormat::json) {
    line += '{';
    append_member(line, "time", to_rfc3339(entry.at));
    append_member(line, "level", entry.level);
    append_member(line, "message", entry.message);
    for (const auto& [name, value] : entry.fields) append_member(line, name, value);
    line += "}\n";
    return line;
  }
  line += to_rfc3339(entry.at);
  line += ' ';
  line += entry.level;
  line += ' ';
  append_clean(line, entry.message, false);
  for (const auto& [name, value] : entry.fields) {
    line += ' ';
    line += name;
    line += '=';
    append_clean(line, value, false);
  }
  line += '\n';
  return line;
}

}  // namespace adfill
