#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;

namespace {

std::string id_of_ads_job(World& world) {
  const auto answer = world.get("/v1/jobs");
  for (const auto& job : answer.json.at("jobs").as_array()) {
    if (job.at("collection_type").as_string() == "ads") return job.at("id").as_string().c_str();
  }
  return {};
}

}  // namespace

TEST_CASE("a job reads with its chunks, every field of the contract there") {
  World world;
  const auto integration = world.add_integration();
  const auto answer = world.get("/v1/jobs/" + id_of_ads_job(world));
  REQUIRE(answer.status() == 200);
  for (const auto* field :
       {"id",           "integration_id",   "advertiser",    "source",     "account_id",    "account_name",
        "mode",         "collection_type",  "status",        "start_date", "end_date",      "newest_first",
        "chunks_total", "chunks_completed", "chunks_failed", "rows",       "error_message", "created_at",
        "started_at",   "completed_at",     "updated_at",    "chunks"}) {
    CHECK_MESSAGE(answer.json.as_object().contains(field), field);
  }
  CHECK(answer.json.at("integration_id").as_string() == integration);
  CHECK(answer.json.at("start_date").as_string() == "2026-03-01");
  CHECK(answer.json.at("mode").as_string() == "initial");
  const auto& chunk = answer.json.at("chunks").at(0).as_object();
  for (const auto* field : {"id",         "chunk_index",  "start_date",    "end_date",   "collection_type",
                            "status",     "retry_count",  "max_retries",   "lost_count", "days_done",
                            "days_total", "rows",         "error_message", "notice",     "last_error_at",
                            "due_at",     "cancelled_at", "created_at",    "started_at", "completed_at",
                            "updated_at"}) {
    CHECK_MESSAGE(chunk.contains(field), field);
  }
  CHECK(chunk.at("days_total").as_int64() == 14);
}

TEST_CASE("jobs are filtered, and paged by cursor without one twice") {
  World world;
  for (const auto* account : {"act_1", "act_2", "act_3"}) (void)world.add_integration(account);
  CHECK(world.get("/v1/jobs?status=pending&mode=initial&integration_id=").json.at("jobs").as_array().size() == 9);
  CHECK(world.get("/v1/jobs?status=failed").json.at("jobs").as_array().empty());
  std::set<std::string> seen;
  std::string target = "/v1/jobs?limit=4";
  int pages = 0;
  while (true) {
    const auto page = world.get(target);
    REQUIRE(page.status() == 200);
    ++pages;
    for (const auto& job : page.json.at("jobs").as_array()) CHECK(seen.insert(job.at("id").as_string().c_str()).second);
    if (page.json.at("next_cursor").is_null()) break;
    target = "/v1/jobs?limit=4&cursor=" + std::string(page.json.at("next_cursor").as_string());
  }
  CHECK(pages == 3);
  CHECK(seen.size() == 9);
}

TEST_CASE("wrong filters are a 422 that names them") {
  World world;
  for (const auto* query :
       {"status=done", "mode=weekly", "integration_id=7", "limit=0", "limit=201", "limit=x", "cursor=1", "sort=id"}) {
    CAPTURE(query);
    CHECK(world.get(std::string("/v1/jobs?") + query).status() == 422);
  }
  CHECK(world.get("/v1/jobs?integration_id=3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11").status() == 404);
}

TEST_CASE("a job is cancelled once; what was cancelled can be tried again") {
  World world;
  (void)world.add_integration();
  const auto where = "/v1/jobs/" + id_of_ads_job(world);
  CHECK(world.post(where + "/retry", "").status() == 409);
  const auto cancelled = world.post(where + "/cancel", "");
  CHECK(cancelled.status() == 200);
  CHECK(cancelled.json.at("status").as_string() == "cancelled");
  CHECK(world.post(where + "/cancel", "").status() == 409);
  const auto again = world.post(where + "/retry", "");
  CHECK(again.status() == 200);
  CHECK(again.json.at("status").as_string() == "pending");
}

TEST_CASE("while another job of the same range is open a retry is refused, and the answer says so") {
  World world;
  const auto integration = world.add_integration();
  const auto where = "/v1/jobs/" + id_of_ads_job(world);
  const std::string chunk = world.get(where).json.at("chunks").at(0).at("id").as_string().c_str();
  CHECK(world.post(where + "/cancel", "").status() == 200);
  CHECK(world
            .post("/v1/integrations/" + integration + "/initial-collection",
                  R"({"since":"2026-03-01","until":"2026-03-14"})")
            .status() == 202);
  for (const auto& target : {where + "/retry", "/v1/chunks/" + chunk + "/retry"}) {
    const auto refused = world.post(target, "");
    CHECK(refused.status() == 409);
    const std::string detail = refused.json.at("detail").as_string().c_str();
    CHECK(detail.find("another job of the same range is open") != std::string::npos);
    CHECK(detail.find("failed") != std::string::npos);
  }
}

TEST_CASE("a chunk is tried again alone, and its job comes back with its chunks") {
  World world;
  (void)world.add_integration();
  const auto where = "/v1/jobs/" + id_of_ads_job(world);
  const std::string chunk = world.get(where).json.at("chunks").at(0).at("id").as_string().c_str();
  CHECK(world.post("/v1/chunks/" + chunk + "/retry", "").status() == 409);
  CHECK(world.post(where + "/cancel", "").status() == 200);
  const auto again = world.post("/v1/chunks/" + chunk + "/retry", "");
  CHECK(again.status() == 200);
  CHECK(again.json.at("chunks").at(0).at("status").as_string() == "pending");
}

TEST_CASE("a path with another method is a 405 that names the right ones") {
  World world;
  const auto answer = world.ask({.method = "DELETE", .target = "/v1/jobs"});
  CHECK(answer.status() == 405);
  CHECK(answer.header("allow") == "GET");
  CHECK(world.ask({.method = "PUT", .target = "/v1/integrations"}).header("allow") == "GET, POST");
  CHECK(world.get("/v1/nothing").status() == 404);
  CHECK(world.get("/v1").status() == 404);
  CHECK(world.get("/v1/jobs/").status() == 404);
}

TEST_CASE("what users do is in the audit log, newest first") {
  World world;
  (void)world.add_integration();
  CHECK(world.post("/v1/jobs/" + id_of_ads_job(world) + "/cancel", "").status() == 200);
  const auto answer = world.get("/v1/audit?limit=1");
  REQUIRE(answer.status() == 200);
  CHECK(answer.json.at("audit").as_array().size() == 1);
  CHECK(answer.json.at("audit").at(0).at("who").as_string() == "admin");
  CHECK(answer.json.at("next_cursor").is_string());
  CHECK(world.get("/v1/audit").json.at("next_cursor").is_null());
}
