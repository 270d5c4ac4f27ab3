// Points in time and lengths of time, to the microsecond. Nothing here asks what time it is: see net/clock.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

using Duration = std::chrono::microseconds;
using Instant = std::chrono::sys_time<Duration>;

[[nodiscard]] constexpr std::int64_t micros_since_epoch(Instant instant) {
  return instant.time_since_epoch().count();
}
[[nodiscard]] constexpr Instant instant_from_micros(std::int64_t micros) {
  return Instant(Duration(micros));
}

// Decimal seconds, as settings give them (0.05), to a Duration.
[[nodiscard]] Duration from_seconds(double seconds);

// RFC 3339 in UTC with milliseconds: 2026-03-01T04:05:06.789Z.
[[nodiscard]] std::string to_rfc3339(Instant instant);
// Reads RFC 3339 with Z or a numeric offset, with or without a fraction; nullopt for anything else.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace adfill
