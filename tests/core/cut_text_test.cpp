#include "core/cut_text.h"

#include <doctest/doctest.h>

using adfill::cut_text;

TEST_CASE("a text that is too long ends with an ellipsis, in no more bytes than allowed, and with whole characters") {
  CHECK(cut_text("short", 5) == "short");
  CHECK(cut_text("longer", 5) == "lo\xe2\x80\xa6");
  const std::string korean = "\xea\xb4\x91\xea\xb3\xa0\xea\xb4\x91\xea\xb3\xa0";  // four characters of three bytes
  CHECK(cut_text(korean, 12) == korean);
  CHECK(cut_text(korean, 11) == "\xea\xb4\x91\xea\xb3\xa0\xe2\x80\xa6");
  CHECK(cut_text(korean, 8) == "\xea\xb4\x91\xe2\x80\xa6");
  CHECK(cut_text(korean, 3) == "\xe2\x80\xa6");
}
