#include "store/postgres/round_start.h"

#include <doctest/doctest.h>

namespace adfill::postgres {

namespace {

using std::chrono::milliseconds;

struct Looks {
  RoundStart round{};
  RoundStart::Clock::time_point now{std::chrono::hours(1)};

  // Looks at the start as often as that; true where the last one was slow.
  bool look(milliseconds took, int times = 1) {
    bool slow = false;
    for (int time = 0; time < times; ++time) slow = round.looked_at_start(took, now += took);
    return slow;
  }
};

}  // namespace

TEST_CASE("claims begin at the living part of the round while its start is slow to walk over") {
  Looks looks;
  looks.round.alive_from(7);
  CHECK_FALSE(looks.look(milliseconds(1), 5));
  CHECK(looks.round.from(looks.now) == RoundStart::start);
  CHECK(looks.look(milliseconds(5), 2));  // a busy machine
  CHECK(looks.round.from(looks.now) == RoundStart::start);
  CHECK(looks.look(milliseconds(5)));
  CHECK(looks.round.from(looks.now) == 7);
  CHECK(looks.round.from(looks.now + milliseconds(149)) == 7);
  CHECK(looks.round.from(looks.now + milliseconds(150)) == RoundStart::start);
  CHECK_FALSE(looks.look(milliseconds(1)));
  CHECK(looks.round.from(looks.now) == RoundStart::start);
}

TEST_CASE("where the living part has too little the start is looked at, unless that has just taken long") {
  Looks looks;
  looks.look(milliseconds(50), 3);
  CHECK(looks.round.may_look_at_start(looks.now));
  looks.look(milliseconds(500));
  CHECK_FALSE(looks.round.may_look_at_start(looks.now));
  CHECK(looks.round.may_look_at_start(looks.now + milliseconds(2000)));
}

}  // namespace adfill::postgres
