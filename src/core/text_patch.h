// What it takes to make an older text from a newer one: for texts that are alike but for some numbers in them, such as
// the details of a row before and after a restatement. A few bytes a number.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

[[nodiscard]] std::string make_patch(std::string_view newer, std::string_view older);
// The older text. nullopt: it is no patch of this text.
[[nodiscard]] std::optional<std::string> apply_patch(std::string_view newer, std::string_view patch);

}  // namespace adfill
