#include "world.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

const std::string initial_path = "/functions/v1/initial-collection";
const std::string collect_path = "/functions/v1/collect-ad-data";
const std::string worker_path = "/functions/v1/collection-worker";
const std::string scheduler_path = "/functions/v1/scheduler-worker";

std::string body_of(json::object fields, const std::string& integration) {
  fields["integration_id"] = integration;
  return json::serialize(fields);
}

std::string id_of(const json::value& job) {
  return std::string(job.at("id").as_string());
}

std::string status_of(World& world, const std::string& job) {
  return std::string(world.get("/v1/jobs/" + job).json.at("status").as_string());
}

}  // namespace

TEST_CASE("the replaced system's request for a range makes a job of each type, in both spellings, and no second one") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  const auto snake =
      world.post(initial_path, body_of({{"start_date", "2026-01-01"}, {"end_date", "2026-02-28"}}, integration));
  REQUIRE(snake.status() == 202);
  CHECK(snake.json.at("jobs").as_array().size() == 3);
  const auto camel = world.post(
      initial_path, json::serialize(json::object{
                        {"integrationId", integration}, {"startDate", "2026-01-01"}, {"endDate", "2026-02-28"}}));
  CHECK(camel.status() == 202);
  CHECK(camel.json == snake.json);
  world.collect_all();
  for (const auto& job : snake.json.at("jobs").as_array()) CHECK(status_of(world, id_of(job)) == "completed");
}

TEST_CASE("what the replaced system's endpoints can't take is told by the name of its field") {
  World world;
  const auto integration = world.add_integration();
  const auto before = written(*world.store);
  using Fields = std::vector<std::string>;
  CHECK(world.post(initial_path, "{}").wrong_fields() == Fields{"integration_id", "start_date", "end_date"});
  CHECK(world.post(initial_path, body_of({{"startDate", "2026-02-02"}, {"endDate", "2026-02-01"}}, integration))
            .wrong_fields() == Fields{"start_date"});
  CHECK(world
            .post(initial_path,
                  body_of({{"integrationId", integration}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-01"}},
                          integration))
            .wrong_fields() == Fields{"integrationId"});
  CHECK(world
            .post(initial_path,
                  body_of({{"start_date", "2026-02-01"}, {"end_date", "2026-02-01"}, {"types", "ads"}}, integration))
            .wrong_fields() == Fields{"types"});
  CHECK(world.post(initial_path, body_of({{"start_date", "1999-01-01"}, {"end_date", "1999-01-02"}}, integration))
            .wrong_fields() == Fields{"start_date"});
  CHECK(world
            .post(collect_path,
                  body_of({{"collection_type", "all"}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-01"}},
                          integration))
            .wrong_fields() == Fields{"collection_type"});
  CHECK(world.post(initial_path, "not json").status() == 400);
  const auto asked_of = [&](const std::string& id) {
    return world.post(initial_path, body_of({{"start_date", "2026-02-01"}, {"end_date", "2026-02-01"}}, id));
  };
  CHECK(asked_of("x").wrong_fields() == Fields{"integration_id"});
  CHECK(asked_of("3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11").status() == 404);
  CHECK(written(*world.store) == before);
}

TEST_CASE("the replaced system's endpoints ask for a token, a role and the advertiser's own") {
  World world;
  const auto acme = world.add_integration();
  const auto other = world.add_integration("act_2", "Other");
  const auto limited = world.token_for(acme, Role::operator_);
  const auto body =
      body_of({{"collection_type", "ads"}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-02"}}, other);
  const auto before = written(*world.store);
  CHECK(world.ask({.method = "POST", .target = collect_path, .body = body, .token = limited}).status() == 404);
  const auto range = body_of({{"start_date", "2026-02-01"}, {"end_date", "2026-02-02"}}, other);
  CHECK(world.ask({.method = "POST", .target = initial_path, .body = range, .token = limited}).status() == 404);
  CHECK(world.ask({.target = scheduler_path, .token = limited}).status() == 403);
  const auto own = world.ask({.target = worker_path, .token = limited});
  CHECK(own.json.at("pending").as_int64() < world.get(worker_path).json.at("pending").as_int64());
  CHECK(world.get("/functions/v1/nothing").status() == 404);
  CHECK(world.ask({.target = "/functions/v1/nothing", .token = ""}).status() == 401);
  CHECK(world.get(initial_path).status() == 405);
  CHECK(written(*world.store) == before);
}

TEST_CASE("a range collected the replaced system's way is a manual job, and with job_id a chunk of that job") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  const json::object range{{"collection_type", "ads"}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-03"}};
  const auto asked = world.post(collect_path, body_of(range, integration));
  REQUIRE(asked.status() == 202);
  REQUIRE(asked.json.at("jobs").as_array().size() == 1);
  const auto job = id_of(asked.json.at("jobs").at(0));
  CHECK(world.get("/v1/jobs/" + job).json.at("mode").as_string() == "manual");

  auto chunk = range;
  chunk["job_id"] = job;
  CHECK(world.post("/v1/jobs/" + job + "/cancel", "").status() == 200);
  CHECK(world.post(collect_path, body_of(chunk, integration)).status() == 202);  // failed: it is tried again
  CHECK(status_of(world, job) == "pending");
  world.collect_all();
  CHECK(status_of(world, job) == "completed");
  CHECK(world.post(collect_path, body_of(chunk, integration)).status() == 200);  // it is done
  CHECK(status_of(world, job) == "completed");

  const auto other = world.add_integration("act_2", "Other");
  CHECK(world.post(collect_path, body_of(chunk, other)).status() == 404);
  chunk["end_date"] = "2026-02-04";
  CHECK(world.post(collect_path, body_of(chunk, integration)).wrong_fields() == std::vector<std::string>{"job_id"});
  chunk["end_date"] = "2026-02-03";
  chunk["collection_type"] = "creatives";
  CHECK(world.post(collect_path, body_of(chunk, integration)).wrong_fields() == std::vector<std::string>{"job_id"});
}

TEST_CASE("a range collected the replaced system's way is answered when it is collected, or can't be") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  json::object range{{"collection_type", "ads"}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-03"}};
  world.while_working([&] {
    const auto collected = world.post(collect_path, body_of(range, integration));
    REQUIRE(collected.status() == 200);
    CHECK(collected.json.at("integration_id").as_string() == integration);
    const auto& job = collected.json.at("jobs").at(0);
    CHECK(job.at("status").as_string() == "completed");
    CHECK(job.at("rows").as_int64() > 0);

    range["job_id"] = id_of(job);
    const auto chunk = world.post(collect_path, body_of(range, integration));
    REQUIRE(chunk.status() == 200);
    CHECK(chunk.json.at("chunk").at("status").as_string() == "completed");
    CHECK(chunk.json.at("chunk").at("start_date").as_string() == "2026-02-01");
  });
}

TEST_CASE("a range that takes longer than a caller waits goes on without it, and a cancelled one is told as such") {
  World world;
  const auto integration = world.add_integration();
  world.collect_all();
  const json::object range{{"collection_type", "ads"}, {"start_date", "2026-02-01"}, {"end_date", "2026-02-03"}};
  const auto before = world.clock.now();
  const auto asked = world.post(collect_path, body_of(range, integration));  // nobody works
  REQUIRE(asked.status() == 202);
  CHECK(world.clock.now() - before == std::chrono::seconds(100));
  const auto job = id_of(asked.json.at("jobs").at(0));
  CHECK(status_of(world, job) == "pending");

  // Somebody cancels it while the caller waits.
  bool cancelled = false;
  std::exception_ptr failed;
  boost::asio::co_spawn(
      world.loop,
      [&]() -> boost::asio::awaitable<void> {
        const Instant soon = world.clock.now() + std::chrono::seconds(10);
        co_await world.clock.sleep_until(soon);
        cancelled = world.store->cancel_job(*JobId::parse(job), "test") == Outcome::done;
      },
      [&failed](std::exception_ptr error) { failed = std::move(error); });
  const auto refused = world.post(collect_path, body_of(range, integration));
  CHECK(failed == nullptr);
  CHECK(cancelled);
  CHECK(refused.status() == 502);
  CHECK(refused.json.at("code").as_string() == "not_collected");
}

TEST_CASE("the replaced system's worker call tells which chunk waits longest, of those that its token may see") {
  World world;
  const auto acme = world.add_integration();
  const auto other = world.add_integration("act_2", "Other");
  const auto oldest = world.get(worker_path);
  REQUIRE(oldest.status() == 200);
  CHECK(oldest.json.at("chunk").at("integration_id").as_string() == acme);
  CHECK(oldest.json.at("chunk").at("status").as_string() == "pending");
  const auto limited = world.token_for(other, Role::operator_);
  const auto own = world.ask({.target = worker_path, .token = limited});
  CHECK(own.json.at("chunk").at("integration_id").as_string() == other);
  world.collect_all();
  CHECK(world.get(worker_path).json.at("chunk").is_null());
}

TEST_CASE("the replaced system's scheduler call makes the jobs of what is due, once") {
  World world;
  (void)world.add_integration();
  world.collect_all();
  world.clock.set(world.clock.now() + std::chrono::hours(25));
  const auto jobs = written(*world.store).jobs;
  const auto ran = world.get(scheduler_path);
  REQUIRE(ran.status() == 200);
  CHECK(ran.json.at("schedules_run").as_int64() == 3);
  CHECK(written(*world.store).jobs == jobs + 3);
  CHECK(world.get(scheduler_path).json.at("schedules_run").as_int64() == 0);
  CHECK(written(*world.store).jobs == jobs + 3);
}
