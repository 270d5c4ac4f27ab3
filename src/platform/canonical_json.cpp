#include "platform/canonical_json.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace adfill {
namespace {

constexpr int depth_max = 32;  // Meta's deepest, asset feeds, have eight

enum class Shape { object, array, string, literal, broken };

Shape shape_of(simdjson::ondemand::value& value) {
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return Shape::broken;
  switch (type) {
    case simdjson::ondemand::json_type::object:
      return Shape::object;
    case simdjson::ondemand::json_type::array:
      return Shape::array;
    case simdjson::ondemand::json_type::string:
      return Shape::string;
    case simdjson::ondemand::json_type::number:
    case simdjson::ondemand::json_type::boolean:
    case simdjson::ondemand::json_type::null:
      return Shape::literal;
  }
  return Shape::broken;
}

Shape shape_of(simdjson::dom::element value) {
  if (value.is_object()) return Shape::object;
  if (value.is_array()) return Shape::array;
  return value.is_string() ? Shape::string : Shape::literal;
}

std::optional<std::string_view> string_text(simdjson::dom::element value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<std::string> literal_text(simdjson::dom::element value) {
  if (value.is_null()) return "null";
  bool truth = false;
  if (value.get_bool().get(truth) == simdjson::SUCCESS) return truth ? "true" : "false";
  return scalar_text(value);
}

bool is_plain(char character) {
  return static_cast<unsigned char>(character) >= 0x20 && character != '"' && character != '\\';
}

// True when none of eight bytes has to be escaped. Each term has the high bit of a byte set where that byte is found; a
// byte behind a found one may be marked wrongly, which only sends the eight through the slow path.
bool are_plain(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t highs = 0x8080808080808080ULL;
  const auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word & highs; };
  const auto below_space = (bytes - ones * 0x20) & ~bytes & highs;
  return (below_space | has_zero(bytes ^ (ones * '"')) | has_zero(bytes ^ (ones * '\\'))) == 0;
}

// How much of the text can be copied as it is.
std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  for (std::uint64_t bytes = 0; length + sizeof bytes <= text.size(); length += sizeof bytes) {
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if (!are_plain(bytes)) break;
  }
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

void append_escaped(std::string& text, char character) {
  switch (character) {
    case '"':
      text += "\\\"";
      return;
    case '\\':
      text += "\\\\";
      return;
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    case '\0':
      text += "\xEF\xBF\xBD";
      return;  // PostgreSQL's jsonb refuses \u0000
    default:
      break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(character);
  text += "\\u00";
  text += hex[byte >> 4U];
  text += hex[byte & 15U];
}

void append_quoted(std::string& text, std::string_view value) {
  text += '"';
  while (!value.empty()) {
    const auto plain = plain_length(value);
    text.append(value.substr(0, plain));
    if (plain == value.size()) break;
    append_escaped(text, value[plain]);
    value.remove_prefix(plain + 1);
  }
  text += '"';
}

// The first eight bytes as a number that sorts as they do.
std::uint64_t prefix_of(std::string_view name) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, name.data(), std::min(name.size(), sizeof bytes));
  return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
}

// By their bytes. Nearly always the first one decides.
bool by_name(const CanonicalJson::FlatField& left, const CanonicalJson::FlatField& right) {
  if (left.name.empty() || right.name.empty() || left.name.front() == right.name.front()) return left.name < right.name;
  return static_cast<unsigned char>(left.name.front()) < static_cast<unsigned char>(right.name.front());
}
bool not_by_name(const CanonicalJson::FlatField& left, const CanonicalJson::FlatField& right) {
  return !by_name(left, right);
}

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

void CanonicalJson::begin_value() {
  if (levels_.empty() || levels_.back().is_object) return;
  if (parts_.size() > levels_.back().first_part) text_ += ',';
  parts_.push_back(Part{.begin = text_.size(), .name = {}});
}

void CanonicalJson::begin(bool is_object) {
  begin_value();
  text_ += is_object ? '{' : '[';
  levels_.push_back(Level{.first_part = parts_.size(), .is_object = is_object});
}

void CanonicalJson::begin_object() {
  begin(true);
}
void CanonicalJson::begin_array() {
  begin(false);
}

void CanonicalJson::key(std::string_view name) {
  if (parts_.size() > levels_.back().first_part) text_ += ',';
  parts_.push_back(Part{.begin = text_.size(), .name = name});
  append_quoted(text_, name);
  text_ += ':';
}

void CanonicalJson::string(std::string_view text) {
  begin_value();
  if (!levels_.empty() && levels_.back().is_object && !set_key_.empty() && parts_.back().name == set_key_) {
    levels_.back().has_set_text = true;
    levels_.back().set_text = text;
  }
  append_quoted(text_, text);
}

void CanonicalJson::literal(std::string_view text) {
  begin_value();
  text_ += text;
}

// A part ends before the comma of the next one.
std::string_view CanonicalJson::part_text(std::size_t index, std::size_t end) const {
  const auto stop = index + 1 < parts_.size() ? parts_[index + 1].begin - 1 : end;
  return std::string_view(text_).substr(parts_[index].begin, stop - parts_[index].begin);
}

// Writes the parts from `first_part` on again, by name and then by text. False when two have one name.
bool CanonicalJson::put_in_order(std::size_t first_part) {
  const auto begin = parts_[first_part].begin;
  order_.clear();
  for (std::size_t index = first_part; index < parts_.size(); ++index) {
    const auto name = parts_[index].name;
    order_.push_back(Ordered{.prefix = prefix_of(name), .name = name, .text = part_text(index, text_.size())});
  }
  std::ranges::sort(order_);
  sorted_.clear();
  bool unique = true;
  for (std::size_t index = 0; index < order_.size(); ++index) {
    if (index > 0) {
      sorted_ += ',';
      unique = unique && order_[index - 1].name != order_[index].name;
    }
    sorted_ += order_[index].text;
  }
  text_.replace(begin, std::string::npos, sorted_);
  return unique;
}

bool CanonicalJson::end_object() {
  const auto level = levels_.back();
  const auto begin = parts_.begin() + static_cast<std::ptrdiff_t>(level.first_part);
  const auto out_of_order = [](const Part& left, const Part& right) { return left.name >= right.name; };
  const bool in_order = std::adjacent_find(begin, parts_.end(), out_of_order) == parts_.end();
  const bool unique = in_order || put_in_order(level.first_part);
  parts_.resize(level.first_part);
  levels_.pop_back();
  text_ += '}';
  if (!levels_.empty() && !levels_.back().is_object) {
    parts_.back().name = level.set_text;
    parts_.back().in_set = level.has_set_text;
  }
  return unique;
}

bool CanonicalJson::flat_object(std::span<FlatField> fields, std::string_view set_text) {
  if (std::ranges::adjacent_find(fields, not_by_name) != fields.end()) {
    std::ranges::sort(fields, by_name);
    if (std::ranges::adjacent_find(fields, not_by_name) != fields.end()) return false;
  }
  begin_value();
  if (!levels_.empty() && !levels_.back().is_object) {
    parts_.back().name = set_text;
    parts_.back().in_set = true;
  }
  std::size_t size = 2;
  for (const auto& field : fields) size += field.name.size() + field.token.size() + 4;
  const auto begin = text_.size();
  text_.resize(begin + size);
  char* out = put(text_.data() + begin, "{");
  for (const auto& field : fields) {
    out = put(out, "\"");
    out = put(out, field.name);
    out = put(out, "\":");
    out = put(out, field.token);
    out = put(out, ",");
  }
  text_.resize(static_cast<std::size_t>(out - text_.data()) - (fields.empty() ? 0 : 1));
  text_ += '}';
  return true;
}

void CanonicalJson::end_array() {
  const auto first_part = levels_.back().first_part;
  const auto begin = parts_.begin() + static_cast<std::ptrdiff_t>(first_part);
  const bool is_set =
      parts_.end() - begin > 1 && std::all_of(begin, parts_.end(), [](const Part& part) { return part.in_set; });
  if (is_set) std::ignore = put_in_order(first_part);  // an action type may come twice
  parts_.resize(first_part);
  levels_.pop_back();
  text_ += ']';
}

bool CanonicalJson::write_object(simdjson::ondemand::object object, int depth) {
  begin_object();
  for (auto next : object) {
    simdjson::ondemand::field field;
    if (std::move(next).get(field) != simdjson::SUCCESS) return false;
    const auto name = key_text(field);
    if (!name) return false;
    key(*name);
    if (!write(field.value(), depth + 1)) return false;
  }
  return end_object();
}

bool CanonicalJson::write_object(simdjson::dom::object object, int depth) {
  begin_object();
  for (const auto field : object) {
    const auto text = string_text(field.value);
    if (leave_out_ != nullptr && text && leave_out_(field.key, *text)) continue;
    key(field.key);
    if (!write(field.value, depth + 1)) return false;
  }
  return end_object();
}

template <class Array>
bool CanonicalJson::write_array(Array array, int depth) {
  begin_array();
  for (auto next : array) {
    if constexpr (std::is_same_v<Array, simdjson::ondemand::array>) {
      simdjson::ondemand::value element;
      if (std::move(next).get(element) != simdjson::SUCCESS) return false;
      if (!write(element, depth + 1)) return false;
    } else {
      if (!write(next, depth + 1)) return false;
    }
  }
  end_array();
  return true;
}

template <class Value>
bool CanonicalJson::write(Value value, int depth) {
  if (depth > depth_max) return false;
  switch (shape_of(value)) {
    case Shape::object: {
      auto object = value.get_object();
      return object.error() == simdjson::SUCCESS && write_object(std::move(object).value_unsafe(), depth);
    }
    case Shape::array: {
      auto array = value.get_array();
      return array.error() == simdjson::SUCCESS && write_array(std::move(array).value_unsafe(), depth);
    }
    case Shape::string: {
      const auto text = string_text(value);
      if (text) string(*text);
      return text.has_value();
    }
    case Shape::literal: {
      const auto text = literal_text(value);
      if (text) literal(*text);
      return text.has_value();
    }
    case Shape::broken:
      break;
  }
  return false;
}

bool CanonicalJson::value(simdjson::ondemand::value value) {
  return write(value, 0);
}
bool CanonicalJson::value(simdjson::dom::element value) {
  return write(value, 0);
}

std::string CanonicalJson::take() {
  parts_.clear();
  levels_.clear();
  std::string taken = text_;
  text_.clear();
  return taken;
}

}  // namespace adfill
