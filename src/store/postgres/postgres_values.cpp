#include "store/postgres/postgres_values.h"

namespace adfill::postgres {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace

std::string without_nul(std::string_view text) {
  std::string clean(text);
  for (auto at = clean.find('\0'); at != std::string::npos; at = clean.find('\0', at)) {
    clean.replace(at, 1, replacement_character);
  }
  return clean;
}

std::optional<Instant> parse_timestamp(std::string_view text) {
  constexpr std::size_t date_length = 10;
  constexpr std::size_t offset_length = 3;
  if (text.size() <= date_length + offset_length || text[date_length] != ' ') return std::nullopt;
  std::string rfc3339(text);
  rfc3339[date_length] = 'T';
  const char sign = text[text.size() - offset_length];
  if (sign == '+' || sign == '-') rfc3339 += ":00";
  return parse_rfc3339(rfc3339);
}

// Before the next value: without the closing brace, with a comma where it is not the first.
void ArrayText::open() {
  text_.pop_back();
  if (text_.size() > 1) text_ += ',';
}

void ArrayText::add_plain(std::string_view text) {
  open();
  text_ += text;
  text_ += '}';
}

void ArrayText::add_quoted(std::string_view text) {
  open();
  text_ += '"';
  for (const char c : text) {
    if (c == '\0') {
      text_ += replacement_character;
      continue;
    }
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += "\"}";
}

}  // namespace adfill::postgres
