// Values as PostgreSQL's texts: what is given to statements, and what comes back. Money goes as exact decimals, times
// in UTC to the millisecond, arrays as one text each.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/money.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace adfill::postgres {

template <class Value>
struct IsOptional : std::false_type {};
template <class Value>
struct IsOptional<std::optional<Value>> : std::true_type {};

// A time that nothing may happen before: rounded up, since the store keeps milliseconds.
[[nodiscard]] inline Instant not_before(Instant instant) {
  return std::chrono::ceil<std::chrono::milliseconds>(instant);
}

// PostgreSQL's texts can't hold U+0000: U+FFFD stands in its place.
[[nodiscard]] std::string without_nul(std::string_view text);

// Reads what a timestamptz looks like under limit_transaction: "2026-03-01 04:05:06.789+00".
[[nodiscard]] std::optional<Instant> parse_timestamp(std::string_view text);

// nullopt is NULL.
template <class Value>
[[nodiscard]] std::optional<std::string> text_of(const Value& value) {
  if constexpr (IsOptional<Value>::value) {
    return value ? text_of(*value) : std::nullopt;
  } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
    return std::nullopt;
  } else if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<Value>) {
    return std::to_string(value);
  } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
    return without_nul(value);
  } else if constexpr (std::is_same_v<Value, Micros>) {
    return to_decimal(value);
  } else if constexpr (std::is_same_v<Value, Asked>) {
    return std::to_string(value.number);
  } else if constexpr (std::is_same_v<Value, Instant>) {
    return to_rfc3339(value);
  } else if constexpr (std::is_enum_v<Value>) {
    return std::string(to_string(value));
  } else {
    return value.to_string();
  }
}

// An array, made value by value, all of one kind. Ids go in PostgreSQL's binary form, which it takes over as it is; a
// text has to be read letter by letter. The parameter's type has to be uuid[] then. All else goes as text:
// "{1,2,NULL}".
class Array {
 public:
  template <class Value>
  void add(const Value& value) {
    if constexpr (requires { value.uuid; }) {
      add_id(value.uuid);
    } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
      add_quoted(value);
    } else {
      add_plain(text_of(value).value_or("NULL"));
    }
  }
  [[nodiscard]] const std::string& data() const { return data_; }  // always whole
  [[nodiscard]] bool is_binary() const { return ids_ > 0; }
  [[nodiscard]] bool empty() const { return ids_ == 0 && data_.size() == 2; }

 private:
  void open();
  void add_id(const Uuid& id);
  void add_plain(std::string_view text);
  void add_quoted(std::string_view text);

  std::string data_ = "{}";
  std::int32_t ids_ = 0;
};

template <class Values>
[[nodiscard]] Array array_of(const Values& values) {
  Array array;
  for (const auto& value : values) array.add(value);
  return array;
}

}  // namespace adfill::postgres
