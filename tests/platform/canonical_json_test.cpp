#include "meta_world.h"
#include "platform/meta/meta_creatives.h"
#include "platform/meta/meta_rows.h"

#include <doctest/doctest.h>

// Seen through what Meta's parsers keep of a value that they don't know: simdjson stays inside the room.
using namespace adfill;
using namespace adfill::test;

namespace {

// The text of `details`, which hold "zzz" alone.
std::optional<std::string> kept(const std::string& details) {
  const std::string begin = R"({"zzz":)";
  if (!details.starts_with(begin)) return std::nullopt;
  return details.substr(begin.size(), details.size() - begin.size() - 1);
}

// As insights are read: walked once, front to back.
std::optional<std::string> by_walking(const std::string& text) {
  auto body = page_of(R"({"ad_id":"1","zzz":)" + text + R"(,"date_start":"2026-08-01","date_stop":"2026-08-01"})");
  const auto page = parse_insights<AdRow>(body, {.account_number = "77", .currency = "KRW", .range = august(1, 1)});
  return page ? kept(page->rows.at(0).details) : std::nullopt;
}

// As creatives are read: from a tree.
std::optional<std::string> by_tree(const std::string& text) {
  const auto page = parse_ads(page_of(R"({"id":"1","creative":{"zzz":)" + text + "}}"));
  return page ? kept(page->rows.at(0).details) : std::nullopt;
}

}  // namespace

TEST_CASE("canonical JSON has sorted keys, no white space and its numbers as they were written") {
  const std::string text = R"( {"b" : [ 1.50 , -2e3, true,null ] , "a":{"d":"x","c":{}},"e":12345678901234567890123} )";
  CHECK(by_walking(text) == R"({"a":{"c":{},"d":"x"},"b":[1.50,-2e3,true,null],"e":12345678901234567890123})");
  CHECK(by_tree(R"({"b":[3,true,null],"a":{"d":"x","c":[]}})") == R"({"a":{"c":[],"d":"x"},"b":[3,true,null]})");
}

TEST_CASE("canonical JSON escapes what has to be, and nothing else") {
  CHECK(by_walking(R"({"a":"q\" s\\ n\n t\t u\u0001 한 \ud83d\ude00 \/"})") ==
        "{\"a\":\"q\\\" s\\\\ n\\n t\\t u\\u0001 한 😀 /\"}");
  CHECK(by_walking(R"({"a":"x\u0000y"})") == "{\"a\":\"x\xEF\xBF\xBDy\"}");
}

TEST_CASE("a list of objects that all have an action_type is sorted by it, every other list is left as it is") {
  CHECK(by_walking(R"({"x":[{"action_type":"b","v":1},{"v":2,"action_type":"a"}],"y":[3,1,2]})") ==
        R"({"x":[{"action_type":"a","v":2},{"action_type":"b","v":1}],"y":[3,1,2]})");
  CHECK(by_walking(R"([{"action_type":"b"},{"u":"a"}])") == R"([{"action_type":"b"},{"u":"a"}])");
  CHECK(by_walking(R"([{"t":"b"},{"t":"a"}])") == R"([{"t":"b"},{"t":"a"}])");
}

TEST_CASE("a key that comes twice, deep nesting and what is no JSON have no canonical form") {
  CHECK_FALSE(by_walking(R"({"a":1,"a":1})"));
  CHECK_FALSE(by_walking(R"({"x":{"b":1,"a":2,"b":3}})"));
  CHECK_FALSE(by_tree(R"({"x":{"b":1,"a":2,"b":3}})"));
  CHECK_FALSE(by_walking(std::string(500, '[') + std::string(500, ']')));
  CHECK_FALSE(by_tree(std::string(500, '[') + std::string(500, ']')));
  for (const auto* text :
       {R"({"a":01})", R"({"a":tru})", R"({"a":1.})", R"({"a":-})", R"({"a":1e})", R"({"a" 1})", R"({"a":"\ud800"})"}) {
    CHECK_MESSAGE(!by_walking(text), text);
  }
}
