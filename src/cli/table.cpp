#include "table.h"

#include <algorithm>

namespace adfill {

namespace {

// Columns a terminal gives to UTF-8 text: one a code point, two for those of East Asian scripts (U+1100 to U+11FF,
// U+2E80 and on, where lead bytes begin at E1 84 and E2 BA). Near enough for names of accounts.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool wide = (byte == 0xE1 && next >= 0x84 && next <= 0x87) || (byte == 0xE2 && next >= 0xBA) || byte >= 0xE3;
    width += wide ? 2 : 1;
  }
  return width;
}

}  // namespace

std::string padded(const std::string& text, std::size_t width, bool right) {
  const auto own = width_of(text);
  const std::string filler(own < width ? width - own : 0, ' ');
  return right ? filler + text : text + filler;
}

std::string table_text(const std::vector<TableRow>& rows, const std::vector<std::size_t>& right) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = std::find(right.begin(), right.end(), i) != right.end();
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], number);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string grouped(const std::string& decimal) {
  const auto point = decimal.find('.');
  auto text = decimal.substr(0, point);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (auto place = text.size(); place > first + 3;) {
    place -= 3;
    text.insert(place, ",");
  }
  return point == std::string::npos ? text : text + decimal.substr(point);
}

}  // namespace adfill
