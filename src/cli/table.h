// Columns for people: as wide as their widest cell.
#pragma once

#include <string>
#include <vector>

namespace adfill {

using TableRow = std::vector<std::string>;

// The first row is the header. `right` names the columns of numbers.
[[nodiscard]] std::string table_text(const std::vector<TableRow>& rows, const std::vector<std::size_t>& right = {});

// 1234567 -> 1,234,567; decimals stay: "-5339.50" -> "-5,339.50".
[[nodiscard]] std::string grouped(const std::string& decimal);

// `text` filled with spaces to `width` columns of a terminal; Hangul and the like take two.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width, bool right = false);

}  // namespace adfill
