#include "core/time_zone.h"

#include <doctest/doctest.h>

using namespace adfill;

namespace {

Day day_at(std::string_view text, std::string_view zone) {
  const auto instant = parse_rfc3339(text);
  REQUIRE(instant);
  return day_in_zone(*instant, zone);
}

}  // namespace

TEST_CASE("the names of the IANA database are time zones and nothing else is") {
  CHECK(is_time_zone("Asia/Seoul"));
  CHECK(is_time_zone("America/Los_Angeles"));
  CHECK(is_time_zone("UTC"));
  CHECK_FALSE(is_time_zone(""));
  CHECK_FALSE(is_time_zone("Asia/Atlantis"));
  CHECK_FALSE(is_time_zone("asia/seoul"));
  CHECK_FALSE(is_time_zone("../../etc/passwd"));
}

TEST_CASE("accounts ahead of UTC are in tomorrow first") {
  CHECK(day_at("2026-03-01T14:59:59Z", "Asia/Seoul") == Day(2026, 3, 1));
  CHECK(day_at("2026-03-01T15:00:00Z", "Asia/Seoul") == Day(2026, 3, 2));
}

TEST_CASE("a zone half an hour off has its midnight at half past") {
  CHECK(day_at("2026-03-01T18:29:59.999Z", "Asia/Kolkata") == Day(2026, 3, 1));
  CHECK(day_at("2026-03-01T18:30:00Z", "Asia/Kolkata") == Day(2026, 3, 2));
}

TEST_CASE("midnight moves by an hour with daylight saving time") {
  // New York: five hours behind until 2026-03-08, four from then to 2026-11-01.
  CHECK(day_at("2026-03-08T04:59:59Z", "America/New_York") == Day(2026, 3, 7));
  CHECK(day_at("2026-03-08T05:00:00Z", "America/New_York") == Day(2026, 3, 8));
  CHECK(day_at("2026-03-09T03:59:59Z", "America/New_York") == Day(2026, 3, 8));
  CHECK(day_at("2026-03-09T04:00:00Z", "America/New_York") == Day(2026, 3, 9));
  CHECK(day_at("2026-11-02T04:59:59Z", "America/New_York") == Day(2026, 11, 1));
  CHECK(day_at("2026-11-02T05:00:00Z", "America/New_York") == Day(2026, 11, 2));
}

TEST_CASE("a zone that skipped a day skips it here too") {
  // Samoa went from 2011-12-29 to 2011-12-31.
  CHECK(day_at("2011-12-30T09:59:59Z", "Pacific/Apia") == Day(2011, 12, 29));
  CHECK(day_at("2011-12-30T10:00:00Z", "Pacific/Apia") == Day(2011, 12, 31));
}
