#include "core/text_patch.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <vector>

namespace adfill {

namespace {

// Two forms: "=", then place and text of each piece that differs, where both texts have as many pieces; "~", then how
// much both have in common at the beginning and at the end, then what is between. In canonical JSON, and in any text
// that adfill keeps, U+001F does not stand; where it does the second form is taken, which may hold it.
constexpr char separator = '\x1f';

bool is_number_part(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// Runs of digits, and what is between them.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    while (end < text.size() && is_number_part(text[end]) == is_number_part(text[begin])) ++end;
    pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

std::string replace_middle(std::string_view newer, std::string_view older) {
  const std::size_t shorter = std::min(newer.size(), older.size());
  std::size_t front = 0;
  while (front < shorter && newer[front] == older[front]) ++front;
  std::size_t back = 0;
  while (back < shorter - front && newer[newer.size() - 1 - back] == older[older.size() - 1 - back]) ++back;
  return "~" + std::to_string(front) + separator + std::to_string(back) + separator +
         std::string(older.substr(front, older.size() - front - back));
}

// Takes the text up to the next separator off the front of `rest`.
std::string_view take(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

std::optional<std::size_t> take_number(std::string_view& rest) {
  const auto text = take(rest);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> apply_pieces(std::string_view newer, std::string_view rest) {
  auto pieces = pieces_of(newer);
  while (!rest.empty()) {
    const auto place = take_number(rest);
    if (!place || *place >= pieces.size()) return std::nullopt;
    pieces[*place] = take(rest);
  }
  std::string older;
  for (const auto piece : pieces) older += piece;
  return older;
}

std::optional<std::string> apply_middle(std::string_view newer, std::string_view rest) {
  const auto front = take_number(rest);
  const auto back = take_number(rest);
  if (!front || !back || *front > newer.size() || *back > newer.size() - *front) return std::nullopt;
  std::string older(newer.substr(0, *front));
  older += rest;
  return older += newer.substr(newer.size() - *back);
}

}  // namespace

std::string make_patch(std::string_view newer, std::string_view older) {
  const auto now = pieces_of(newer);
  const auto then = pieces_of(older);
  const bool alike = now.size() == then.size() && older.find(separator) == std::string_view::npos;
  std::string middle = replace_middle(newer, older);
  if (!alike) return middle;
  std::string patch = "=";
  for (std::size_t place = 0; place < now.size(); ++place) {
    if (now[place] == then[place]) continue;
    if (patch.size() > 1) patch += separator;
    patch += std::to_string(place) + separator;
    patch += then[place];
  }
  return patch.size() < middle.size() ? patch : middle;
}

std::optional<std::string> apply_patch(std::string_view newer, std::string_view patch) {
  if (patch.starts_with('=')) return apply_pieces(newer, patch.substr(1));
  if (patch.starts_with('~')) return apply_middle(newer, patch.substr(1));
  return std::nullopt;
}

}  // namespace adfill
