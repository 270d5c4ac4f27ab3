#include "core/currency.h"

#include <doctest/doctest.h>

using namespace adfill;

TEST_CASE("a currency is a code that is in use, not any three letters") {
  for (const auto* code : {"KRW", "USD", "EUR", "JPY", "VND", "BHD", "AED", "ZWG"}) CHECK(is_currency(code));
  for (const auto* code : {"", "KR", "KRWX", "krw", "XYZ", "AAA", "RWU", "D A", "   "}) CHECK_FALSE(is_currency(code));
}
