#include "simulator/platform.h"

using namespace adfill;
using namespace adfill::test;

namespace {

constexpr std::string_view question =
    R"({"level":"ad","time_increment":1,"fields":"impressions,clicks,spend","time_range":{"since":"2025-10-01","until":"2025-12-31"}})";
constexpr std::string_view odd_days =
    R"({"level":"ad","time_increment":1,"fields":"impressions,clicks,spend","time_range":{"since":"2025-10-02","until":"2025-12-31"}})";

std::string start(Platform& platform, std::string_view body = question) {
  const auto answer = platform.send("/v26.0/act_1/insights?access_token=t", std::string(body));
  return std::string(answer.at("report_run_id").as_string());
}

json::value poll(Platform& platform, const std::string& id, const std::string& version = "v26.0") {
  return platform.read("/" + version + "/" + id + "?access_token=t");
}

}  // namespace

TEST_CASE("a report grows, completes, and has the rows of its question") {
  SimulatorSettings settings;
  settings.report_ms = 1000;
  Platform platform(settings);
  const auto id = start(platform);
  std::int64_t last = 0;
  bool early = false;
  json::value run = poll(platform, id);
  CHECK(text_at(run, "async_status") == "Job Not Started");
  CHECK(text_at(run, "account_id") == "1");
  CHECK(text_at(run, "date_start") == "2025-10-01");
  CHECK(platform.get("/v26.0/" + id + "/insights?access_token=t").body == R"({"data":[]})");
  for (int turn = 0; turn < 30 && text_at(run, "async_status") != "Job Completed"; ++turn) {
    platform.clock.instant += std::chrono::milliseconds(50);
    run = poll(platform, id);
    CHECK(run.at("async_percent_completion").as_int64() >= last);
    last = run.at("async_percent_completion").as_int64();
    early = early || (last == 100 && text_at(run, "async_status") == "Job Running");
  }
  CHECK(early);
  CHECK(last == 100);
  CHECK(run.as_object().contains("time_completed"));
  const auto sums = platform.sum_of("/v26.0/" + id + "/insights?access_token=t&limit=500");
  const auto live = platform.sum_of(
      "/v26.0/act_1/insights?access_token=t&limit=500&level=ad&time_increment=1&"
      "fields=impressions,clicks,spend&time_range=" +
      first_quarter);
  CHECK(sums.rows > 0);
  CHECK(sums == live);
}

TEST_CASE("a report that is not known or older than 30 days does not exist") {
  Platform platform;
  const auto id = start(platform);
  CHECK(Platform::error_of(platform.get("/v26.0/6000000000000001?access_token=t")) == "400 100/33");
  platform.clock.instant += std::chrono::days(31);
  CHECK(Platform::error_of(platform.get("/v26.0/" + id + "?access_token=t")) == "400 100/33");
}

TEST_CASE("a report that was made to fail says why from version 25 on") {
  Platform platform;
  platform.send("/simulator/fault", R"({"kind":"report_failed"})");
  const auto id = start(platform);
  platform.clock.instant += std::chrono::seconds(1);
  const auto run = poll(platform, id);
  CHECK(text_at(run, "async_status") == "Job Failed");
  CHECK(run.at("error_code").as_int64() == 2);
  CHECK_FALSE(poll(platform, id, "v24.0").as_object().contains("error_code"));
  const auto again = start(platform);
  platform.clock.instant += std::chrono::seconds(1);
  CHECK(text_at(poll(platform, again), "async_status") == "Job Completed");
}

TEST_CASE("a stuck report stays at 0 %, for ever or for the time given") {
  Platform platform;
  platform.send("/simulator/fault", R"({"kind":"stuck","seconds":60})");
  const auto passing = start(platform);
  platform.send("/simulator/fault", R"({"kind":"stuck"})");
  const auto lasting = start(platform);
  platform.clock.instant += std::chrono::seconds(59);
  CHECK(poll(platform, passing).at("async_percent_completion").as_int64() == 0);
  platform.clock.instant += std::chrono::hours(5);
  CHECK(text_at(poll(platform, passing), "async_status") == "Job Completed");
  CHECK(text_at(poll(platform, lasting), "async_status") == "Job Not Started");
}

TEST_CASE("a question over the row budget is refused at once, in its run, or as too much data to answer directly") {
  SimulatorSettings settings;
  settings.row_budget = 500;
  Platform platform(settings);
  CHECK(Platform::error_of(platform.post("/v26.0/act_1/insights?access_token=t", std::string(question))) ==
        "400 100/1487534");
  const auto id = start(platform, odd_days);
  platform.clock.instant += std::chrono::seconds(1);
  const auto run = poll(platform, id);
  CHECK(text_at(run, "async_status") == "Job Failed");
  CHECK(run.at("error_subcode").as_int64() == 1487534);
  const auto direct = "/v26.0/act_1/insights?access_token=t&level=ad&time_increment=1&time_range=";
  CHECK(Platform::error_of(platform.get(direct + first_quarter)) == "500 1");
  CHECK(platform.get(direct + range("2025-10-01", "2025-10-05")).status == 200);
}
