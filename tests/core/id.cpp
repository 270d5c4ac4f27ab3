#include "core/id.h"

#include "core/random.h"

#include <doctest/doctest.h>

#include <array>
#include <set>

using namespace adfill;

TEST_CASE("a drawn id is a version 4 UUID and is read back from its own text") {
  Random random(7);
  std::set<std::string> seen;
  for (int turn = 0; turn < 1000; ++turn) {
    const auto id = ChunkId::draw(random);
    const std::string text = id.to_string();
    REQUIRE(text.size() == 36);
    CHECK(text[14] == '4');
    CHECK(std::string_view("89ab").find(text[19]) != std::string_view::npos);
    CHECK(ChunkId::parse(text) == id);
    seen.insert(text);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("an id that is drawn at a time is a version 7 UUID that stands behind those of earlier microseconds") {
  Random random(7);
  const Instant start = instant_from_micros(1'772'337'906'789'000);
  const std::string text = ChunkId::draw(random, start).to_string();
  CHECK(text.substr(0, 18) == "019ca792-4465-7000");
  CHECK(std::string_view("89ab").find(text[19]) != std::string_view::npos);
  CHECK(ChunkId::parse(text).has_value());
  ChunkId before;
  for (int micros = 0; micros < 3000; ++micros) {
    const auto id = ChunkId::draw(random, start + Duration(micros));
    CHECK(before < id);
    CHECK(id != ChunkId::draw(random, start + Duration(micros)));
    before = id;
  }
}

TEST_CASE("the same seed draws the same ids") {
  Random first(42);
  Random second(42);
  CHECK(JobId::draw(first) == JobId::draw(second));
}

TEST_CASE("a UUID is read in either case and in no other form") {
  const auto id = Uuid::parse("0123ABCD-89ef-4abc-8DEF-0123456789aB");
  REQUIRE(id);
  CHECK(id->to_string() == "0123abcd-89ef-4abc-8def-0123456789ab");
  constexpr std::array texts{"",
                             "0123abcd89ef4abc8def0123456789ab",
                             "{0123abcd-89ef-4abc-8def-0123456789ab}",
                             "0123abcd-89ef-4abc-8def-0123456789a",
                             "0123abcd-89ef-4abc-8def-0123456789abc",
                             "0123abcg-89ef-4abc-8def-0123456789ab",
                             "0123abcd-89ef-4abc-8def-0123456789a ",
                             "0123abcd089ef-4abc-8def-0123456789ab",
                             "0123abc--89ef-4abc-8def-0123456789ab"};
  for (const auto* text : texts) {
    CAPTURE(text);
    CHECK_FALSE(Uuid::parse(text));
  }
}
