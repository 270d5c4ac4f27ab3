#include "core/text_patch.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace adfill;

TEST_CASE("an older text comes back from a newer one and the patch between them, whatever the two are") {
  CHECK(rc::check([](const std::string& newer, const std::string& older) {
    RC_ASSERT(apply_patch(newer, make_patch(newer, older)) == older);
  }));
  CHECK(rc::check([] {
    const auto text = [] { return *rc::gen::container<std::string>(rc::gen::elementOf(std::string("01.,{\"a\x1f"))); };
    const std::string newer = text();
    const std::string older = text();
    RC_ASSERT(apply_patch(newer, make_patch(newer, older)) == older);
  }));
}

TEST_CASE("numbers that changed in a long text cost a few bytes each") {
  const std::string before =
      R"({"actions":[{"action_type":"link_click","value":"12"},{"action_type":"purchase","value":"3"}]})";
  const std::string after =
      R"({"actions":[{"action_type":"link_click","value":"14"},{"action_type":"purchase","value":"4"}]})";
  const auto patch = make_patch(after, before);
  CHECK(patch.size() <= 12);
  CHECK(apply_patch(after, patch) == before);
}

TEST_CASE("what is no patch of a text is refused") {
  CHECK_FALSE(apply_patch("1a2", ""));
  CHECK_FALSE(apply_patch("1a2",
                          "=9\x1f"
                          "5"));
  CHECK_FALSE(apply_patch("1a2",
                          "~2\x1f"
                          "2\x1fx"));
  CHECK_FALSE(apply_patch("1a2",
                          "~x\x1f"
                          "2\x1fx"));
}
