#include "nearest_word.h"

#include <algorithm>
#include <cstddef>

namespace adfill {

namespace {

// Optimal string alignment, kept as a whole table: the words are commands and options.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> steps(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t at = 0; at <= from.size(); ++at) steps[at][0] = at;
  for (std::size_t at = 0; at <= to.size(); ++at) steps[0][at] = at;
  for (std::size_t row = 1; row <= from.size(); ++row) {
    for (std::size_t column = 1; column <= to.size(); ++column) {
      const std::size_t replaced = steps[row - 1][column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
      steps[row][column] = std::min({steps[row - 1][column] + 1, steps[row][column - 1] + 1, replaced});
      const bool swapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
      if (swapped) steps[row][column] = std::min(steps[row][column], steps[row - 2][column - 2] + 1);
    }
  }
  return steps[from.size()][to.size()];
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& words) {
  std::string nearest;
  std::size_t fewest = 3;
  for (const std::string& word : words) {
    const std::size_t steps = distance(typed, word);
    if (steps >= fewest || steps * 2 >= word.size()) continue;
    fewest = steps;
    nearest = word;
  }
  return nearest;
}

}  // namespace adfill
