#include "store/postgres/postgres_values.h"

#include "core/must.h"
#include "store/postgres/network_order.h"

#include <algorithm>
#include <cstddef>

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

// array_send's form: how many dimensions (one), whether there are NULLs (no), the elements' type, how many they are,
// the first one's number; then each with its length. All in network order.
// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
void Array::add_id(const Uuid& id) {
  constexpr std::int32_t type_of_uuid = 2950;
  constexpr std::ptrdiff_t place_of_count = 12;
  if (ids_ == 0) {
    must(empty(), "an array's values are all of one kind");
    data_.clear();
    for (const std::int32_t number : {1, 0, type_of_uuid, 0, 1}) append_in_network_order(data_, number);
  }
  append_in_network_order(data_, static_cast<std::int32_t>(id.bytes.size()));
  data_.append(id.bytes.begin(), id.bytes.end());
  std::ranges::copy(in_network_order(++ids_), data_.begin() + place_of_count);
}

// Before the next value: without the closing brace, with a comma where it is not the first.
void Array::open() {
  must(ids_ == 0, "an array's values are all of one kind");
  data_.pop_back();
  if (data_.size() > 1) data_ += ',';
}

void Array::add_plain(std::string_view text) {
  open();
  data_ += text;
  data_ += '}';
}

void Array::add_quoted(std::string_view text) {
  open();
  data_ += '"';
  for (const char c : text) {
    if (c == '\0') {
      data_ += replacement_character;
      continue;
    }
    if (c == '"' || c == '\\') data_ += '\\';
    data_ += c;
  }
  data_ += "\"}";
}

}  // namespace adfill::postgres
