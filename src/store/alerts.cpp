#include "store/alerts.h"

#include <array>

namespace adfill {

namespace {

// In the order of the values.
constexpr std::array<std::string_view, 8> kinds{"freshness",  "credentials", "job_failed", "mismatch",
                                                "unparsable", "outage",      "queue",      "metric_fall"};
constexpr std::array<std::string_view, 3> channels{"webhook", "slack", "email"};
constexpr std::array<std::string_view, 2> states{"open", "closed"};

template <class Enum, std::size_t count>
std::optional<Enum> value_of(const std::array<std::string_view, count>& texts, std::string_view text) {
  for (std::size_t index = 0; index < count; ++index) {
    if (texts[index] == text) return static_cast<Enum>(index);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(AlertKind value) {
  return kinds.at(static_cast<std::size_t>(value));
}
std::string_view to_string(ChannelKind value) {
  return channels.at(static_cast<std::size_t>(value));
}
std::string_view to_string(AlertState value) {
  return states.at(static_cast<std::size_t>(value));
}

template <>
std::optional<AlertKind> parse<AlertKind>(std::string_view text) {
  return value_of<AlertKind>(kinds, text);
}
template <>
std::optional<ChannelKind> parse<ChannelKind>(std::string_view text) {
  return value_of<ChannelKind>(channels, text);
}
template <>
std::optional<AlertState> parse<AlertState>(std::string_view text) {
  return value_of<AlertState>(states, text);
}

}  // namespace adfill
