// Rows for COPY ... FROM STDIN (FORMAT binary), https://www.postgresql.org/docs/15/sql-copy.html: what a column's type
// takes in is written as it is sent, so that neither side makes or reads texts of numbers.
#pragma once

#include "core/day.h"
#include "core/id.h"
#include "core/money.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill::postgres {

class CopiedRows {
 public:
  // `columns` of each row.
  explicit CopiedRows(int columns);

  // Room for so many bytes at once.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes_.size() + bytes); }
  // The next row; its columns follow, from left to right.
  void begin_row();
  void add(std::int64_t value);                 // bigint
  void add(std::optional<std::int64_t> value);  // bigint
  void add(Micros value);                       // numeric with six decimals
  void add(Day value);                          // date
  void add(const Uuid& value);                  // uuid
  void add(std::string_view value);             // text; U+FFFD stands for U+0000

  // All rows, with the end that COPY wants to see. Nothing is added afterwards.
  [[nodiscard]] const std::string& end();

 private:
  template <class Number>
  void append(Number number);  // in network byte order

  int columns_;
  std::string bytes_;
};

}  // namespace adfill::postgres
