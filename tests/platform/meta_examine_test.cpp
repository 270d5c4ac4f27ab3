#include "simulated_meta.h"

#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;

namespace {

std::string good_ones(const Examination& found) {
  std::string names;
  for (const auto& check : found.checks) {
    if (check.good) names += (names.empty() ? "" : " ") + check.name;
  }
  return names;
}

Examination examine(SimulatedMeta& meta) {
  return meta.run(meta.connector->examine("act_123", meta.credentials));
}

}  // namespace

TEST_CASE("what a token may do is found out by a call each, with the tier and when it expires") {
  SimulatedMeta meta(SimulatorSettings{.ads = 2, .token_days = 60});
  const auto begun = meta.clock.now();
  const auto found = examine(meta);
  CHECK(good_ones(found) == "token account figures creatives accounts");
  CHECK(found.tier == "full");
  CHECK(found.credentials_expire_at == begun + std::chrono::days(60));
  CHECK(found.checks[0].detail.contains("ads_read"));
}

TEST_CASE("a permission that is missing is told by name, with what to do, and the other checks go on") {
  SimulatedMeta meta(SimulatorSettings{.ads = 2});
  meta.arm(R"({"kind":"error","count":1000,"code":200,"status":403,"on":"insights"})");
  auto found = examine(meta);
  CHECK(good_ones(found) == "token account creatives accounts");
  CHECK(found.checks[2].detail.contains("In Business settings"));

  meta.arm(R"({"kind":"clear"})");
  meta.credentials.fields["access_token"] = "expiredToken";
  found = examine(meta);
  CHECK(good_ones(found).empty());
  CHECK(found.checks[0].detail.contains("Make a new access token"));
}

TEST_CASE("the accounts of a token are listed, with what is needed to add them") {
  SimulatedMeta meta(SimulatorSettings{.ads = 1, .currency = "JPY", .time_zone = "Asia/Tokyo"});
  for (const auto* id : {"act_5", "act_6"}) CHECK(meta.run(meta.connector->verify(id, meta.credentials)));
  const auto listed = meta.run(meta.connector->accounts(meta.credentials));
  REQUIRE(listed);
  REQUIRE(listed->size() == 2);
  CHECK((*listed)[0].account_id == "act_5");
  CHECK((*listed)[1].currency == "JPY");
  CHECK((*listed)[1].time_zone == "Asia/Tokyo");
  CHECK((*listed)[1].status == "active");

  meta.credentials.fields["access_token"] = "revokedToken";
  const auto refused = meta.run(meta.connector->accounts(meta.credentials));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::Kind::credentials);
}
