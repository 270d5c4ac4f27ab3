#include "core/log_line.h"

#include <doctest/doctest.h>

#include <string>

using namespace adfill;

namespace {

const Instant at = *parse_rfc3339("2026-03-09T16:30:00.123Z");

std::string line(LogFormat format, const std::string& message, const LogFields& fields = {}) {
  return log_line(format, {.at = at, .level = "warn", .message = message, .fields = fields});
}

}  // namespace

TEST_CASE("a line of the log is text for people or an object for programs") {
  const LogFields fields{{"chunk_id", "c1"}, {"attempt_id", "a1"}};
  CHECK(line(LogFormat::text, "a name \"in quotes\" and C:\\", fields) ==
        "2026-03-09T16:30:00.123Z warn a name \"in quotes\" and C:\\ chunk_id=c1 attempt_id=a1\n");
  CHECK(line(LogFormat::json, "a name \"in quotes\" and C:\\", fields) ==
        R"({"time":"2026-03-09T16:30:00.123Z","level":"warn","message":"a name \"in quotes\" and C:\\",)"
        R"("chunk_id":"c1","attempt_id":"a1"})"
        "\n");
}

TEST_CASE("a name with line breaks and controls stays within its line") {
  const std::string hostile =
      "a\nb\r\t\x1b[31m\x7f \xC2\x85 \xE2\x80\xA8 {\"level\":\"error\"} \xED\x95\x9C\xEA\xB5\xAD";
  const std::string cleaned = R"(a\nb\u000d\t\u001b[31m\u007f \u0085 \u2028 )";
  CHECK(line(LogFormat::text, hostile) ==
        "2026-03-09T16:30:00.123Z warn " + cleaned + "{\"level\":\"error\"} \xED\x95\x9C\xEA\xB5\xAD\n");
  CHECK(line(LogFormat::json, "x", {{"name", hostile}}) ==
        R"({"time":"2026-03-09T16:30:00.123Z","level":"warn","message":"x","name":")" + cleaned +
            "{\\\"level\\\":\\\"error\\\"} \xED\x95\x9C\xEA\xB5\xAD\"}\n");
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one") {
  const std::string bad = "\xEF\xBF\xBD";
  const auto cleaned = [](const std::string& text) {
    const auto whole = line(LogFormat::text, text);
    return whole.substr(30, whole.size() - 31);
  };
  CHECK(cleaned("\xFF|\xC0\xAF|\x80") == bad + "|" + bad + bad + "|" + bad);
  CHECK(cleaned("\xED\xA0\x80") == bad + bad + bad);            // a surrogate
  CHECK(cleaned("\xE0\x80\xAF") == bad + bad + bad);            // longer than it need be
  CHECK(cleaned("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // past the last character
  CHECK(cleaned("\xE2\x82") == bad + bad);                      // cut off
  CHECK(cleaned("\xE2\x82\xAC \xF0\x9F\x98\x80") == "\xE2\x82\xAC \xF0\x9F\x98\x80");
}
