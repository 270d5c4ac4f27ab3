// The hash of a row and of a day's rows, as the receipt of the day keeps it: a row that was changed, added or removed
// past adfill shows by it, in whatever column. Both homes give the same for the same figures. Not a defence: whoever
// can forge rows can write receipts.
#pragma once

#include "core/rows.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace adfill {

// Eight bytes at a time.
[[nodiscard]] std::int64_t hash_of(std::string_view text);

// Of all that is kept of a row beside its day: `details_hash` stands for its details, `absent` says that the platform
// no longer reports it.
[[nodiscard]] std::uint64_t row_hash(const AdRow& row, std::string_view currency, std::int64_t details_hash,
                                     bool absent);
[[nodiscard]] std::uint64_t row_hash(const DemographicRow& row, std::string_view currency, std::int64_t details_hash,
                                     bool absent);

// A sum, so that the order of rows means nothing.
class DayHash {
 public:
  void add(std::uint64_t hash_of_row) { sum_ += hash_of_row; }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(sum_); }
  friend bool operator==(const DayHash&, const DayHash&) = default;

 private:
  std::uint64_t sum_ = 0;
};

// For people: 16 hexadecimal digits.
[[nodiscard]] std::string hash_text(std::int64_t hash);

}  // namespace adfill
