// One line of adfill doctor.
#pragma once

#include <string>
#include <string_view>

namespace adfill {

struct Finding {
  enum class State { ok, warning, failed };
  std::string name;
  State state;
  std::string detail;  // what was found, and what to do
};

[[nodiscard]] std::string_view to_string(Finding::State state);

}  // namespace adfill
