#include "platform/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace adfill {
namespace {

using simdjson::ondemand::json_type;

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// A token runs up to the next structural character: its white space is not part of the value.
std::string_view token_of(simdjson::ondemand::value& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && std::string_view(" \t\r\n").contains(token.back())) token.remove_suffix(1);
  return token;
}

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

std::string_view skip_digits(std::string_view text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  return text.substr(static_cast<std::size_t>(end - text.begin()));
}

// JSON's grammar of a number. simdjson hands the token out unread.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return false;
  text = text.front() == '0' ? text.substr(1) : skip_digits(text);
  if (text.starts_with('.')) {
    const auto rest = skip_digits(text.substr(1));
    if (rest.size() + 1 == text.size()) return false;
    text = rest;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const auto rest = skip_digits(text);
    if (rest.size() == text.size()) return false;
    text = rest;
  }
  return text.empty();
}

}  // namespace

std::optional<std::string_view> key_text(simdjson::ondemand::field& field) {
  // Names without escapes, so nearly all, are taken where they stand: simdjson has seen their closing quotation mark.
  const char* begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '"') return std::string_view(begin, static_cast<std::size_t>(end - begin));
  std::string_view name;
  if (field.unescaped_key().get(name) != simdjson::SUCCESS) return std::nullopt;
  return name;
}

bool is_string(simdjson::ondemand::value& value) {
  return value.raw_json_token().starts_with('"');
}

std::optional<std::string_view> string_text(simdjson::ondemand::value& value) {
  const auto token = token_of(value);
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"' && !token.contains('\\')) {
    return token.substr(1, token.size() - 2);
  }
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<std::string_view> plain_token(simdjson::ondemand::value& value) {
  const auto token = token_of(value);
  if (!token.starts_with('"')) return literal_text(value);
  if (token.size() < 2 || token.back() != '"' || token.contains('\\')) return std::nullopt;
  return token;
}

bool is_plain_name(std::string_view name) {
  return std::ranges::none_of(
      name, [](char letter) { return letter == '"' || letter == '\\' || (letter >= 0 && letter < 0x20); });
}

std::optional<std::string_view> literal_text(simdjson::ondemand::value& value) {
  const auto token = token_of(value);
  if (token == "true" || token == "false" || token == "null" || is_number(token)) return token;
  return std::nullopt;
}

std::optional<std::string_view> scalar_text(simdjson::ondemand::value& value) {
  json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return std::nullopt;
  if (type == json_type::string) return string_text(value);
  if (type == json_type::number) return literal_text(value);
  return std::nullopt;
}

std::optional<std::string> scalar_text(simdjson::dom::element value) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return storable(text);
  std::int64_t whole = 0;
  if (value.get_int64().get(whole) == simdjson::SUCCESS) return std::to_string(whole);
  std::uint64_t large = 0;
  if (value.get_uint64().get(large) == simdjson::SUCCESS) return std::to_string(large);
  double fraction = 0;
  if (value.is_double() && value.get_double().get(fraction) == simdjson::SUCCESS) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), fraction).ptr;
    return std::string(digits.data(), end);
  }
  return std::nullopt;
}

std::optional<std::string> field_text(simdjson::dom::object object, std::string_view name) {
  simdjson::dom::element value;
  if (object[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  return scalar_text(value);
}

std::string storable(std::string_view text) {
  std::string stored(text);
  if (!text.contains('\0')) return stored;
  stored.clear();
  for (const char character : text) {
    if (character == '\0') {
      stored += replacement;
    } else {
      stored += character;
    }
  }
  return stored;
}

std::string lower_case(std::string text) {
  for (auto& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

}  // namespace adfill
