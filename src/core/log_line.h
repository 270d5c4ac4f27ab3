// A line of the log as text for people or as a JSON object for programs. Pure. Whatever names and words of others it
// holds, it is one line of valid UTF-8 without control characters: U+FFFD stands for what is no character.
#pragma once

#include "core/instant.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adfill {

enum class LogFormat { text, json };

// What a line is about, in order: "chunk_id" and the like, each once. Names are plain ASCII.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

struct LogEntry {
  Instant at;
  std::string_view level;  // "debug", "info", "warn", "error", "critical"
  std::string_view message;
  const LogFields& fields;
};

// With its line break. Text: time, level, message, and the fields as name=value. JSON: an object with time, level and
// message (texts; the time in RFC 3339 and UTC), and each field as a text.
[[nodiscard]] std::string log_line(LogFormat format, const LogEntry& entry);

}  // namespace adfill
