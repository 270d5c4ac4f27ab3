#include "store/postgres/plan_age.h"

#include <doctest/doctest.h>

namespace adfill::postgres {

TEST_CASE("plans that were made on small tables are forgotten after a second, then ever more seldom") {
  PlanAge plans;
  PlanAge::Clock::time_point now{std::chrono::hours(1)};
  CHECK_FALSE(plans.forget_now(now));
  for (const auto life : {std::chrono::seconds(1), std::chrono::seconds(4), std::chrono::seconds(16)}) {
    now += life - std::chrono::milliseconds(1);
    CHECK_FALSE(plans.forget_now(now));
    now += std::chrono::milliseconds(1);
    CHECK(plans.forget_now(now));
  }
}

TEST_CASE("plans that were made on large tables are kept for a minute first") {
  PlanAge plans;
  plans.begin_old();
  PlanAge::Clock::time_point now{std::chrono::hours(1)};
  CHECK_FALSE(plans.forget_now(now));
  now += std::chrono::seconds(59);
  CHECK_FALSE(plans.forget_now(now));
  now += std::chrono::seconds(1);
  CHECK(plans.forget_now(now));
}

}  // namespace adfill::postgres
