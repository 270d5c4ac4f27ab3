// A source of random numbers that is passed in, so that a run can be repeated from its seed. Not for secrets: see
// net/secrets.h.
#pragma once

#include <cstdint>
#include <random>

namespace adfill {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint64_t draw() { return engine_(); }
  // A whole number in [0, bound), near enough to uniform for jitter and simulation. Requires: bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  // In [0, 1).
  [[nodiscard]] double fraction() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace adfill
