#include "core/money.h"

#include "core/must.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <limits>
#include <utility>

using namespace adfill;

namespace {

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

// Whole range, and its ends more often than chance would have them.
std::int64_t any_amount() {
  const auto near_an_end = rc::gen::map(rc::gen::inRange<std::int64_t>(0, 3'000'000), [](std::int64_t step) {
    return step % 2 == 0 ? highest - step : lowest + step;
  });
  return *rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                      [](std::uint64_t bits) {
                                        // arbitrary() alone stays small; spread over all magnitudes.
                                        return static_cast<std::int64_t>(bits * 0x9E3779B97F4A7C15U);
                                      }),
                         near_an_end, rc::gen::inRange<std::int64_t>(-2'000'000, 2'000'000));
}

void check_error(std::string_view text, NumberError error) {
  CAPTURE(text);
  const auto amount = parse_micros(text);
  REQUIRE_FALSE(amount.has_value());
  CHECK(amount.error() == error);
}

}  // namespace

TEST_CASE("every amount is read back from its own text") {
  CHECK(rc::check([] {
    const Micros amount{any_amount()};
    for (const int decimals : {0, 2, 6}) RC_ASSERT((parse_micros(to_decimal(amount, decimals)) == amount));
    RC_ASSERT((parse_micros_rounded(to_decimal(amount)) == amount));
  }));
  for (const auto value : {lowest, lowest + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, highest}) {
    CHECK(parse_micros(to_decimal(Micros{value})) == Micros{value});
  }
}

TEST_CASE("every whole number is read back from its own text") {
  CHECK(rc::check([] {
    const std::int64_t count = any_amount();
    RC_ASSERT((parse_count(std::to_string(count)) == count));
    RC_ASSERT((parse_count(std::to_string(count) + ".000") == count));
  }));
}

TEST_CASE("an amount is read with sign, decimals and exponent") {
  const std::array<std::pair<std::string_view, std::int64_t>, 20> table{{
      {"0", 0},
      {"-0", 0},
      {"0.000000", 0},
      {"5339.5", 5'339'500'000},
      {"-0.01", -10'000},
      {"+7", 7'000'000},
      {"1e3", 1'000'000'000},
      {"1E3", 1'000'000'000},
      {"1.5e+2", 150'000'000},
      {"15e-1", 1'500'000},
      {"1e-6", 1},
      {"0.0000010", 1},
      {"0.00000100000000000000000000000000", 1},
      {"0e99", 0},
      {"0e999999999999999999999999", 0},
      {"10000000e-13", 1},
      {"000000000000000000000000000012.5", 12'500'000},
      {"0.000000000000000000000000012e24", 12'000},
      {"9223372036854.775807", highest},
      {"-9223372036854.775808", lowest},
  }};
  for (const auto& [text, micros] : table) {
    CAPTURE(text);
    CHECK(parse_micros(text) == Micros{micros});
  }
}

TEST_CASE("an amount that does not fit is an error, never a wrapped number") {
  for (const auto* text : {"9223372036854.775808", "-9223372036854.775809", "9223372036855", "18446744073709.551616",
                           "1e13", "1e99", "-1e99", "1e999999999999999999999999", "99999999999999999999999999"}) {
    check_error(text, NumberError::overflow);
  }
}

TEST_CASE("an amount finer than a millionth is an error where it must be exact") {
  for (const auto* text : {"0.0000001", "1.2345678", "1e-7", "-1e-99", "1e-999999999999999999999999"}) {
    check_error(text, NumberError::too_precise);
  }
}

TEST_CASE("a text that is no number is malformed") {
  for (const auto* text : {"",      "+",     "-",   ".",    "1.",  ".5",   "--1", "+-1",  " 1",    "1 ",
                           "1,000", "1.2.3", "NaN", "nan",  "inf", "e5",   "1e",  "1e+",  "1e1.5", "0x10",
                           "1_0",   "$1",    "٣",   "１２", "1\n", "1.e3", "-.1", "null", "true",  "1e--3"}) {
    check_error(text, NumberError::malformed);
    CHECK(parse_count(text).error() == NumberError::malformed);
    CHECK(parse_micros_rounded(text).error() == NumberError::malformed);
  }
  check_error(std::string_view("1\0", 2), NumberError::malformed);
}

TEST_CASE("modelled counts are rounded half away from zero past the sixth decimal") {
  CHECK(parse_micros_rounded("0.0000005") == Micros{1});
  CHECK(parse_micros_rounded("0.00000049999") == Micros{0});
  CHECK(parse_micros_rounded("-0.0000005") == Micros{-1});
  CHECK(parse_micros_rounded("1.2345675") == Micros{1'234'568});
  CHECK(parse_micros_rounded("0.99999999") == Micros{1'000'000});
  CHECK(parse_micros_rounded("9e-8") == Micros{0});
  CHECK(parse_micros_rounded("9223372036854.7758074") == Micros{highest});
  CHECK(parse_micros_rounded("9223372036854.7758075").error() == NumberError::overflow);
  CHECK(parse_micros_rounded("-9223372036854.7758084") == Micros{lowest});
}

TEST_CASE("a count is whole, however the platform writes it") {
  CHECK(parse_count("48211") == 48'211);
  CHECK(parse_count("48211.0") == 48'211);
  CHECK(parse_count("4.8211e4") == 48'211);
  CHECK(parse_count("-3") == -3);
  CHECK(parse_count("48211.5").error() == NumberError::too_precise);
  CHECK(parse_count("9223372036854775807") == highest);
  CHECK(parse_count("9223372036854775808").error() == NumberError::overflow);
}

TEST_CASE("an amount is written as its shortest exact decimal of at least so many places") {
  CHECK(to_decimal(Micros{5'339'500'000}) == "5339.5");
  CHECK(to_decimal(Micros{5'339'500'000}, 2) == "5339.50");
  CHECK(to_decimal(Micros{5'339'123'456}, 2) == "5339.123456");
  CHECK(to_decimal(Micros{0}) == "0");
  CHECK(to_decimal(Micros{0}, 2) == "0.00");
  CHECK(to_decimal(Micros{-1}) == "-0.000001");
  CHECK(to_decimal(Micros{-10'000}) == "-0.01");
  CHECK(to_decimal(Micros{100'000'000}) == "100");
  CHECK(to_decimal(Micros{highest}) == "9223372036854.775807");
  CHECK(to_decimal(Micros{lowest}) == "-9223372036854.775808");
  CHECK_THROWS_AS((void)to_decimal(Micros{1}, 7), Bug);
}

TEST_CASE("a sum that does not fit is no sum") {
  CHECK(checked_add(highest - 1, std::int64_t{1}) == highest);
  CHECK_FALSE(checked_add(highest, std::int64_t{1}));
  CHECK_FALSE(checked_add(lowest, std::int64_t{-1}));
  CHECK(checked_add(highest, lowest) == -1);
  CHECK(checked_add(Micros{2}, Micros{3}) == Micros{5});
  CHECK_FALSE(checked_add(Micros{lowest}, Micros{-1}));
}
