// How many calls were made to platforms, by source and what became of them: "ok", the platform's code ("17"), the
// status of an answer without one ("http_502"), or why there was none ("timeout"). For /metrics, so the codes of a
// source are bounded whatever it answers.
#pragma once

#include "core/failure.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adfill {

class CallCounts {
 public:
  // Of those that the platform chooses, codes and statuses; further ones are "other".
  static constexpr std::size_t most_codes = 40;

  void count(const std::string& source, std::string_view code);
  // By source and code.
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, std::int64_t>& all() const { return counts_; }

 private:
  std::map<std::pair<std::string, std::string>, std::int64_t> counts_;
  std::map<std::string, std::size_t, std::less<>> chosen_;  // codes of a source that the platform chose
};

// The word for an answer with that status that was judged so.
[[nodiscard]] std::string call_code(int status, const std::optional<Failure>& failure);

}  // namespace adfill
