// A broken promise of our own code: always checked, in release too.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace adfill {

class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Throws Bug with the place and `why` it was believed to hold.
inline void must(bool condition, const char* why, std::source_location place = std::source_location::current()) {
  if (!condition) {
    throw Bug(std::string("bug in adfill: ") + why + " (" + place.file_name() + ":" + std::to_string(place.line()) +
              ")");
  }
}

}  // namespace adfill
