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

bool knows_group(CollectionType type, PerformanceGroup group) {
  switch (group) {
    case PerformanceGroup::total:
    case PerformanceGroup::day:
    case PerformanceGroup::source:
      return type != CollectionType::creatives;
    case PerformanceGroup::campaign:
    case PerformanceGroup::ad:
      return type == CollectionType::ads;
    case PerformanceGroup::gender:
    case PerformanceGroup::age:
      return type == CollectionType::demographics;
  }
  return false;
}

}  // namespace adfill
