// What somebody may have meant by a word that is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The one among `words` that takes the fewest letters put in, left out or replaced, or neighbours swapped: at most two,
// and fewer than half of its own. Empty where none is so near.
[[nodiscard]] std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

}  // namespace adfill
