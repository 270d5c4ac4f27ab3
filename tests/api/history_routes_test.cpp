#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace adfill;
using namespace adfill::test;

namespace {

// Two weeks of one account, collected; then one of its days is restated and collected again.
struct Restated : World {
  Restated() : integration(add_integration()) {
    collect_all();
    before_at = clock.now();
    before = get(figures()).response.body;
    clock.set(clock.now() + std::chrono::hours(1));
    HttpRequest request;
    request.method = "POST";
    request.path = "/simulator/restate";
    request.body = R"({"account":"act_1","since":"2026-03-10","until":"2026-03-10","factor_percent":150})";
    REQUIRE(run(simulator.answer(std::move(request))).status == 200);
    const auto job = R"({"since":"2026-03-08","until":"2026-03-12","types":["ads"]})";
    REQUIRE(post("/v1/integrations/" + integration + "/initial-collection", job).status() == 202);
    collect_all();
  }
  std::string figures(const std::string& more = "") const {
    return "/v1/performance?group=ad&integration_id=" + integration + more;
  }
  boost::json::array history() {
    return get("/v1/coverage/history?type=ads&integration_id=" + integration).json.at("changes").as_array();
  }
  Answer undo(const std::string& attempt) {
    return post("/v1/coverage/undo", R"({"integration_id":")" + integration + R"(","attempt":")" + attempt + R"("})");
  }
  std::string integration;
  Instant before_at{};
  std::string before;
};

}  // namespace

TEST_CASE("figures are told as they were at an earlier moment, and not from before anything is known") {
  Restated world;
  CHECK(world.get(world.figures()).response.body != world.before);
  const auto then = "&as_of=" + to_rfc3339(world.before_at);
  CHECK(world.get(world.figures(then)).response.body == world.before);
  CHECK(world.get(world.figures("&format=csv" + then)).header("content-type").starts_with("text/csv"));
  CHECK(world.get("/v1/performance?as_of=2026-03-12T00:00:00Z").wrong_fields() ==
        std::vector<std::string>{"integration_id"});
  CHECK(world.get(world.figures("&as_of=yesterday")).wrong_fields() == std::vector<std::string>{"as_of"});

  world.clock.set(world.clock.now() + std::chrono::hours(24 * 40));
  while (world.store->prune({}).more) {
  }
  const auto gone = world.get(world.figures(then));
  CHECK(gone.wrong_fields() == std::vector<std::string>{"as_of"});
  CHECK(gone.response.body.find("2026-03-10") != std::string::npos);
}

TEST_CASE("the history names the commit that moved the number; undone, the figures are those before and stay") {
  Restated world;
  const auto changes = world.history();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].at("date").as_string() == "2026-03-10");
  CHECK(changes[0].at("before").at("cost") != changes[0].at("after").at("cost"));
  CHECK(changes[0].at("rows_changed").as_int64() > 0);
  const std::string attempt = changes[0].at("attempt").as_string().c_str();

  const auto undone = world.undo(attempt);
  CHECK(undone.status() == 200);
  CHECK(boost::json::serialize(undone.json.at("days")) == R"(["2026-03-10"])");
  CHECK(world.get(world.figures()).response.body == world.before);
  const auto days =
      world.get("/v1/coverage?type=ads&integration_id=" + world.integration).json.at("coverage").as_array();
  int pinned = 0;
  for (const auto& day : days) pinned += day.at("pinned_at").is_null() ? 0 : 1;
  CHECK(pinned == 1);
  CHECK(world.undo("3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11").status() == 409);
  CHECK(world.undo("that one").wrong_fields() == std::vector<std::string>{"attempt"});

  const auto release = R"({"integration_id":")" + world.integration + R"(","collection_type":"ads"})";
  CHECK(world.post("/v1/coverage/release", release).json.at("days").as_int64() == 1);
  CHECK(world.post("/v1/coverage/release", release).json.at("days").as_int64() == 0);
}
