#include "store/records.h"

#include "core/must.h"

namespace adfill {

std::string_view to_string(DayState state) {
  switch (state) {
    case DayState::fresh:
      return "fresh";
    case DayState::moving:
      return "moving";
    case DayState::gap:
      return "gap";
    case DayState::mismatch:
      return "mismatch";
  }
  must(false, "every state of a day has a text");
  return {};
}

}  // namespace adfill
