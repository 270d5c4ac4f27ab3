#include "core/day.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

using adfill::Day;
using adfill::DayRange;

TEST_CASE("every day of four hundred years is read back from its own text") {
  Day day(1800, 1, 1);
  std::string before;
  for (; day <= Day(2199, 12, 31); day = day.plus(1)) {
    const std::string text = day.to_string();
    REQUIRE(text > before);
    REQUIRE(Day::parse(text) == day);
    before = text;
  }
  CHECK(day.number() - Day(1800, 1, 1).number() == 146'097);
}

TEST_CASE("a day's number counts from 1970-01-01") {
  CHECK(Day(1970, 1, 1).number() == 0);
  CHECK(Day(1969, 12, 31).number() == -1);
  CHECK(Day(2000, 3, 1).number() == 11'017);
  CHECK(Day(2024, 2, 29).to_string() == "2024-02-29");
  CHECK(Day(1, 1, 1).to_string() == "0001-01-01");
  CHECK(Day(9999, 12, 31).to_string() == "9999-12-31");
}

TEST_CASE("a leap day exists in leap years only") {
  CHECK(Day::parse("2024-02-29"));
  CHECK(Day::parse("2000-02-29"));
  CHECK_FALSE(Day::parse("2025-02-29"));
  CHECK_FALSE(Day::parse("1900-02-29"));
  CHECK_FALSE(Day::parse("2100-02-29"));
}

TEST_CASE("a text that is no day is refused") {
  constexpr std::array texts{
      "",           "2024-1-01",  "2024-01-1",   "2024-13-01",           "2024-00-10",  "2024-01-00",
      "2024-04-31", "2024/01/01", "20240101",    " 2024-01-01",          "2024-01-01 ", "+024-01-01",
      "2024-+1-01", "0000-01-01", "12024-01-01", "2024-01-01T00:00:00Z", "٢٠٢٤-٠١-٠١",  "yyyy-mm-dd"};
  for (const auto* text : texts) {
    CAPTURE(text);
    CHECK_FALSE(Day::parse(text));
  }
  CHECK_FALSE(Day::parse(std::string_view("2024-01-0\0", 10)));
}

TEST_CASE("a day of another month is that month's last where it has none such") {
  CHECK(Day(2024, 3, 31).plus_months(-1) == Day(2024, 2, 29));
  CHECK(Day(2025, 3, 31).plus_months(-1) == Day(2025, 2, 28));
  CHECK(Day(2024, 1, 31).plus_months(1) == Day(2024, 2, 29));
  CHECK(Day(2024, 2, 29).plus_months(12) == Day(2025, 2, 28));
  CHECK(Day(2026, 3, 15).plus_months(-37) == Day(2023, 2, 15));
  CHECK(Day(2024, 12, 31).plus_months(2) == Day(2025, 2, 28));
  CHECK(Day(2024, 5, 5).plus_months(0) == Day(2024, 5, 5));
}

TEST_CASE("both ends belong to a range of days") {
  const DayRange range{Day(2024, 2, 1), Day(2024, 2, 29)};
  CHECK(range.length() == 29);
  CHECK(range.contains(Day(2024, 2, 1)));
  CHECK(range.contains(Day(2024, 2, 29)));
  CHECK_FALSE(range.contains(Day(2024, 1, 31)));
  CHECK_FALSE(range.contains(Day(2024, 3, 1)));
}
