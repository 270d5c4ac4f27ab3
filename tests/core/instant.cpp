#include "core/instant.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>

using namespace adfill;

TEST_CASE("an instant is written in UTC with milliseconds") {
  CHECK(to_rfc3339(instant_from_micros(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(instant_from_micros(1'772'337'906'789'123)) == "2026-03-01T04:05:06.789Z");
  CHECK(to_rfc3339(instant_from_micros(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("an instant is read with Z or an offset, with or without a fraction") {
  const Instant expected = instant_from_micros(1'772'337'906'000'000);
  CHECK(parse_rfc3339("2026-03-01T04:05:06Z") == expected);
  CHECK(parse_rfc3339("2026-03-01t04:05:06z") == expected);
  CHECK(parse_rfc3339("2026-03-01T13:05:06+09:00") == expected);
  CHECK(parse_rfc3339("2026-03-01T09:35:06+05:30") == expected);
  CHECK(parse_rfc3339("2026-02-28T20:05:06-08:00") == expected);
  CHECK(parse_rfc3339("2026-03-01T04:05:06-00:00") == expected);
  CHECK(parse_rfc3339("2026-03-01T04:05:06.5Z") == expected + std::chrono::milliseconds(500));
  CHECK(parse_rfc3339("2026-03-01T04:05:06.123456789Z") == expected + Duration(123'456));
  CHECK(parse_rfc3339("2026-03-01T04:04:60Z") == expected - std::chrono::seconds(6));
}

TEST_CASE("a text that is no RFC 3339 instant is refused") {
  constexpr std::array texts{"",
                             "2026-03-01",
                             "2026-03-01T04:05:06",
                             "2026-03-01 04:05:06Z",
                             "2026-03-01T04:05Z",
                             "2026-03-01T24:00:00Z",
                             "2026-03-01T04:60:00Z",
                             "2026-03-01T04:05:61Z",
                             "2026-03-01T04:05:06.Z",
                             "2026-03-01T04:05:06+0000",
                             "2026-03-01T04:05:06+24:00",
                             "2026-03-01T04:05:06+09",
                             "2026-03-01T4:05:06Z",
                             "2026-02-29T04:05:06Z",
                             "2026-03-01T04:05:06ZZ",
                             "2026-03-01T04:05:06Z "};
  for (const auto* text : texts) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("an instant to the millisecond is read back from its own text") {
  CHECK(rc::check([] {
    // Years 1 to 9999.
    const auto millis = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'799'999);
    const Instant instant{std::chrono::milliseconds(millis)};
    RC_ASSERT((parse_rfc3339(to_rfc3339(instant)) == instant));
  }));
}

TEST_CASE("decimal seconds become a duration to the nearest microsecond") {
  CHECK(from_seconds(0.05) == Duration(50'000));
  CHECK(from_seconds(1.1) == Duration(1'100'000));
  CHECK(from_seconds(1800) == std::chrono::minutes(30));
  CHECK(from_seconds(0) == Duration(0));
}
