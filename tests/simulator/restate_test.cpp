#include "simulator/platform.h"

using namespace adfill;
using namespace adfill::test;

namespace {

const std::string days = "account=act_1&since=2026-03-01&until=2026-03-05&type=";

Sums listed(Platform& platform) {
  return platform.sum_of(
      "/v26.0/act_1/insights?access_token=t&fields=impressions,clicks,spend&level=ad&time_increment=1&limit=500"
      "&time_range=" +
      range("2026-03-01", "2026-03-05") + every_status);
}

}  // namespace

TEST_CASE("restated figures change in rows and truth alike, on their days alone") {
  Platform platform;
  const auto before = platform.truth(days + "ads");
  const auto elsewhere = platform.truth("account=act_1&since=2026-02-01&until=2026-02-28");

  const auto answer = platform.send(
      "/simulator/restate", R"({"account":"act_1","since":"2026-03-01","until":"2026-03-05","factor_percent":150})");

  const auto after = platform.truth(days + "ads");
  CHECK(after.impressions > before.impressions * 14 / 10);
  CHECK(listed(platform) == after);
  CHECK(platform.truth("account=act_1&since=2026-02-01&until=2026-02-28") == elsewhere);
  CHECK(answer.at("before").at("impressions").as_int64() == before.impressions);
  CHECK(answer.at("after").at("impressions").as_int64() == after.impressions);
}

TEST_CASE("removed ads vanish from the list, and from the account's total unless that is to keep them") {
  for (const bool keep : {false, true}) {
    Platform platform;
    const auto before = platform.truth(days + "ads");
    const auto account_before = platform.truth(days + "account");

    const auto answer = platform.send("/simulator/restate",
                                      R"({"account":"act_1","since":"2026-03-01","until":"2026-03-05","remove_ads":3,)"
                                      R"("keep_in_account_total":)" +
                                          std::string(keep ? "true}" : "false}"));

    CHECK(answer.at("removed_ads").as_array().size() == 3);
    const auto after = platform.truth(days + "ads");
    const auto account_after = platform.truth(days + "account");
    CHECK(after.rows < before.rows);
    CHECK(after.impressions < before.impressions);
    CHECK(listed(platform) == after);
    CHECK((account_after == account_before) == keep);
    auto demographics = platform.truth(days + "demographics");
    demographics.rows = account_after.rows;
    CHECK(demographics == account_after);
    platform.send("/simulator/restate", R"({"account":"act_1","clear":true})");
    CHECK(platform.truth(days + "ads") == before);
  }
}

TEST_CASE("what can't be restated or asked is refused with the reason") {
  Platform platform;
  CHECK(platform.post("/simulator/restate", "nonsense").status == 400);
  CHECK(platform.post("/simulator/restate", R"({"account":"act_1"})").status == 400);
  CHECK(platform.post("/simulator/restate", R"({"account":"x","factor_percent":50})").status == 400);
  CHECK(platform.post("/simulator/restate", R"({"account":"1","since":"2026-02-30","factor_percent":50})").status ==
        400);
  CHECK(platform.get("/simulator/truth?account=x").status == 400);
  CHECK(platform.get("/simulator/truth?account=1&type=x").status == 400);
  CHECK(platform.get("/simulator/nothing").status == 404);
}

TEST_CASE("purchases alone can be restated, and come back when it is cleared") {
  Platform platform;
  const auto before = platform.truth(days + "ads");
  const auto answer = platform.send(
      "/simulator/restate",
      R"({"account":"act_1","since":"2026-03-01","until":"2026-03-05","factor_percent":0,"only":"purchases"})");
  CHECK(answer.at("before").at("conversions").as_int64() > 0);
  CHECK(answer.at("after").at("conversions").as_int64() == 0);
  CHECK(answer.at("account_after").at("conversions").as_int64() == 0);
  const auto after = platform.truth(days + "ads");
  CHECK(after.impressions == before.impressions);
  CHECK(after.clicks == before.clicks);
  platform.send("/simulator/restate", R"({"account":"act_1","clear":true})");
  CHECK(platform.truth(days + "ads") == before);
}
