#include "simulation/year.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

using namespace adfill;
using namespace adfill::simulation;

TEST_CASE("after a year of restatements, outages, an expired token and ten days off every day is the platform's") {
  spdlog::set_level(spdlog::level::off);
  Year year(1);
  year.add_account();
  REQUIRE(year.wrong_days(CollectionType::ads) == 0);

  int nights = 0;  // until a day that was corrected long after its window was found
  for (int morning = 1; morning <= 365; ++morning) {
    if (morning == 100) year.be_off(10);
    if (morning == 150 || morning == 152) year.lose_network(morning == 150);
    if (morning == 200) year.expire_token();
    if (morning == 203) CHECK(year.integration().status == IntegrationStatus::needs_auth);
    if (morning == 207) year.renew_token();
    if (morning == 300) {
      year.restate_day_of_age(200);
      REQUIRE(year.wrong_days(CollectionType::ads) == 1);
    }
    year.live_morning();
    if (morning >= 300 && morning == 300 + nights && year.wrong_days(CollectionType::ads) > 0) ++nights;
  }

  CHECK(year.wrong_days(CollectionType::ads) == 0);
  CHECK(year.wrong_days(CollectionType::demographics) == 0);
  CHECK(year.integration().status == IntegrationStatus::success);
  const auto calls = static_cast<double>(year.calls()) / 365;
  MESSAGE("calls to the platform a day: ", calls);
  // Two types with days, each at one call a day of the window, would be 56; creatives take calls too.
  CHECK(calls <= 14);
  MESSAGE("nights until a day that was corrected after 200 days was found: ", nights);
  CHECK(nights <= 40);
}
