#include "api/performance_filter.h"
#include "api/world.h"
#include "core/money.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;

namespace {

// Two weeks of one account, collected.
struct Collected : World {
  Collected() : integration(add_integration()) { collect_all(); }
  std::string integration;
};

std::int64_t cost_of(const boost::json::value& row) {
  return parse_micros(row.at("cost").as_string().c_str()).value().value;
}

}  // namespace

TEST_CASE("what was collected equals the platform's totals, as exact decimals") {
  Collected world;
  const auto answer =
      world.get("/v1/performance?since=2026-03-01&until=2026-03-14&integration_id=" + world.integration);
  REQUIRE(answer.status() == 200);
  const auto& rows = answer.json.at("rows").as_array();
  REQUIRE(rows.size() == 1);
  HttpRequest request;
  request.method = "GET";
  request.path = "/simulator/truth";
  request.query = "account=act_1&since=2026-03-01&until=2026-03-14&type=ads";
  const auto truth = world.run(world.simulator.answer(std::move(request)));
  const auto impressions = "\"impressions\":" + boost::json::serialize(rows[0].at("impressions")) + ",";
  CHECK_MESSAGE(truth.body.find(impressions) != std::string::npos, truth.body);
  CHECK(rows[0].at("currency").as_string() == "KRW");
}

TEST_CASE("figures of every group add up to the same") {
  Collected world;
  const auto total = cost_of(world.get("/v1/performance").json.at("rows").at(0));
  for (const auto* group : {"day", "source", "campaign", "ad"}) {
    CAPTURE(group);
    std::int64_t sum = 0;
    const auto answer = world.get(std::string("/v1/performance?group=") + group);
    for (const auto& row : answer.json.at("rows").as_array()) sum += cost_of(row);
    CHECK(sum == total);
  }
  const auto days = world.get("/v1/performance?group=day").json.at("rows").as_array();
  CHECK(days.size() == 14);
  CHECK(days[0].at("day").as_string() == "2026-03-01");
  CHECK(world.get("/v1/performance?group=ad").json.at("rows").at(0).as_object().contains("ad_name"));
  CHECK(world.get("/v1/performance?type=demographics&group=age").json.at("rows").at(0).as_object().contains("age"));
}

TEST_CASE("CSV has the columns of the JSON answer, in its order") {
  Collected world;
  const auto answer = world.get("/v1/performance?group=day&format=csv");
  CHECK(answer.header("content-type").starts_with("text/csv"));
  CHECK(answer.response.body.starts_with(
      "day,currency,rows,impressions,clicks,cost,conversions,conversion_value\r\n2026-03-01,KRW,"));
  CHECK(std::count(answer.response.body.begin(), answer.response.body.end(), '\n') == 15);
}

TEST_CASE("a name that a spreadsheet would run as a formula is written as text, a negative number stays one") {
  PerformanceRecord row;
  row.key = "-5";
  row.name = "=HYPERLINK(\"http://evil.test\")";
  row.currency = "KRW";
  row.metrics.cost = Micros{-1'500'000};
  const auto line = csv_line(row, PerformanceGroup::campaign);
  CHECK(line.starts_with("'-5,\"'=HYPERLINK(\"\"http://evil.test\"\")\",KRW,0,0,0,-1.5"));
}

TEST_CASE("each collected day has its receipt") {
  Collected world;
  const auto answer = world.get("/v1/coverage?type=ads&integration_id=" + world.integration);
  REQUIRE(answer.status() == 200);
  const auto& days = answer.json.at("coverage").as_array();
  REQUIRE(days.size() == 14);
  for (const auto& day : days) {
    CHECK(day.at("asked").is_int64());
    CHECK(day.at("stored").at("cost").is_string());
    CHECK(day.at("difference").at("impressions").as_int64() == 0);
    CHECK((day.at("state").as_string() == "fresh" || day.at("state").as_string() == "moving"));
  }
  CHECK(answer.json.at("next_cursor").is_null());
}

TEST_CASE("coverage pages by cursor where fewer days are asked for") {
  Collected world;
  const auto all =
      world.get("/v1/coverage?type=ads&integration_id=" + world.integration).json.at("coverage").as_array();
  boost::json::array walked;
  std::string cursor;
  do {
    const auto page = world.get("/v1/coverage?type=ads&limit=5&integration_id=" + world.integration +
                                (cursor.empty() ? "" : "&cursor=" + cursor));
    REQUIRE(page.status() == 200);
    for (const auto& day : page.json.at("coverage").as_array()) walked.push_back(day);
    cursor = page.json.at("next_cursor").is_null() ? "" : std::string(page.json.at("next_cursor").as_string());
    REQUIRE(walked.size() <= all.size());
  } while (!cursor.empty());
  CHECK(walked == all);
  CHECK(world.get("/v1/coverage?type=ads&cursor=a1-1&limit=0&integration_id=" + world.integration).wrong_fields() ==
        std::vector<std::string>{"cursor", "limit"});
}

TEST_CASE("coverage asks for an integration and a type") {
  World world;
  CHECK(world.get("/v1/coverage").wrong_fields() == std::vector<std::string>{"integration_id", "type"});
  CHECK(world.get("/v1/coverage?integration_id=7&type=figures").wrong_fields() ==
        std::vector<std::string>{"integration_id", "type"});
  CHECK(world.get("/v1/coverage?type=ads&integration_id=3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11").status() == 404);
  CHECK(world.get("/v1/performance?group=weekday").wrong_fields() == std::vector<std::string>{"group"});
  CHECK(world.get("/v1/performance?since=2026-03-02&until=2026-03-01").status() == 422);
}
