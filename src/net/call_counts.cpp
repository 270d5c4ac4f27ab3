#include "net/call_counts.h"

#include <algorithm>

namespace adfill {

namespace {

constexpr std::size_t longest_code = 9;
constexpr int first_error = 400;
constexpr std::string_view status_prefix = "http_";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// As opposed to our own words, of which there are few.
bool is_platforms_choice(std::string_view code) {
  return code.starts_with(status_prefix) || (!code.empty() && is_digit(code.front()));
}

}  // namespace

void CallCounts::count(const std::string& source, std::string_view code) {
  auto found = counts_.find({source, std::string(code)});
  if (found == counts_.end() && is_platforms_choice(code)) {
    auto& chosen = chosen_[source];
    if (chosen == most_codes) {
      code = "other";
    } else {
      ++chosen;
    }
  }
  if (found == counts_.end()) found = counts_.try_emplace({source, std::string(code)}).first;
  ++found->second;
}

std::string call_code(int status, const std::optional<Failure>& failure) {
  if (!failure) return "ok";
  auto code = failure->code.substr(0, failure->code.find('/'));  // without the subcode
  if (!code.empty() && code.size() <= longest_code && std::ranges::all_of(code, is_digit)) return code;
  if (status >= first_error) return std::string(status_prefix) + std::to_string(status);
  return std::string(to_string(failure->kind));
}

}  // namespace adfill
