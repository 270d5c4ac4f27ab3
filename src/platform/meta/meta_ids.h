// What ids of Meta's look like: they stand in paths, so nothing else is put there.
#pragma once

#include <algorithm>
#include <string_view>

namespace adfill {

// All digits, as the ids of accounts, apps, campaigns and ads are.
[[nodiscard]] inline bool is_object_id(std::string_view text) {
  return !text.empty() && text.size() <= 30 &&
         std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

// Meta's reports have digits too; a server in its place may name them otherwise.
[[nodiscard]] inline bool is_report_id(std::string_view text) {
  const auto is_plain = [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
           letter == '_' || letter == '-';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, is_plain);
}

}  // namespace adfill
