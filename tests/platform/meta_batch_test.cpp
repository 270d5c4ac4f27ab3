#include "platform/meta/meta_batch.h"

#include "meta_world.h"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

std::string part_of(int code, const std::string& body, const std::string& headers = "[]") {
  return R"({"code":)" + std::to_string(code) + R"(,"headers":)" + headers + R"(,"body":)" +
         boost::json::serialize(boost::json::value(body)) + "}";
}

// Answers each read with its own path, unless `part` has something else to say.
struct BatchWorld : MetaWorld {
  std::function<std::string(const std::string&)> part = [](const std::string& path) {
    return part_of(200, R"({"id":")" + path + "\"}");
  };
  std::vector<std::size_t> sizes{};
  MetaSettings settings{};
  MetaCalls calls{context, settings, "act_77", credentials, MetaScopes("act_77", {"meta:app:9"})};

  BatchWorld() {
    http.otherwise = [this](const HttpCall& call) {
      const auto asked = boost::json::parse(parse_query(call.body).at(0).second).as_array();
      sizes.push_back(asked.size());
      std::string text = "[";
      for (const auto& item : asked) {
        if (text.size() > 1) text += ",";
        text += part(std::string(item.at("relative_url").as_string()));
      }
      return answer(200, text + "]");
    };
  }
  Result<std::vector<Result<std::string>>> read(int count) {
    std::vector<BatchRead> reads;
    for (int id = 0; id < count; ++id) reads.push_back({std::to_string(id)});
    return run(read_batch(calls, std::move(reads)));
  }
};

}  // namespace

TEST_CASE("many reads go in batches of fifty, answered in their order") {
  BatchWorld world;
  const auto results = world.read(120);
  REQUIRE(results);
  REQUIRE(results->size() == 120);
  for (int id = 0; id < 120; ++id)
    CHECK(results->at(static_cast<std::size_t>(id)) == R"({"id":")" + std::to_string(id) + "\"}");
  CHECK(world.sizes == std::vector<std::size_t>{50, 50, 20});
  CHECK(world.http.calls.at(0).method == "POST");
  CHECK_FALSE(world.http.calls.at(0).url.contains(token));
  CHECK(world.read(0)->empty());
  CHECK(world.sizes.size() == 3);
}

TEST_CASE("with limited access, where an account's score holds sixty reads, a batch has ten") {
  BatchWorld world;
  world.then(
      answer(200, R"([{"code":200,"headers":[],"body":"{}"}])",
             {{"x-ad-account-usage",
               R"({"acc_id_util_pct":1.5,"reset_time_duration":0,"ads_api_access_tier":"development_access"})"}}));
  REQUIRE(world.read(1));  // tells the tier
  REQUIRE(world.read(25));
  CHECK(world.sizes == std::vector<std::size_t>{10, 10, 5});
}

TEST_CASE("each part of a batch fails by itself") {
  BatchWorld world;
  world.part = [](const std::string& path) {
    if (path == "1") return part_of(400, refusal(100, 33, "Unsupported get request"));
    if (path == "2") return part_of(403, refusal(10, 0, "No permission"));
    return part_of(200, "{}");
  };
  const auto results = world.read(4);
  REQUIRE(results);
  CHECK(results->at(0));
  CHECK(results->at(1).error().code == "100/33");
  CHECK(results->at(2).error().kind == Kind::credentials);
  CHECK(results->at(3));
  CHECK(world.sizes == std::vector<std::size_t>{4});
}

TEST_CASE("parts that were not answered, or can pass, are asked for again in smaller batches, and not for ever") {
  BatchWorld world;
  int turns = 0;
  world.part = [&turns](const std::string& path) -> std::string {
    if (path != "3" && path != "7" && path != "9") return part_of(200, "{}");
    if (++turns > 4) return part_of(200, "{}");
    if (path == "7") return part_of(400, refusal(960, 0, "Request aborted"));
    return path == "3" ? "null" : part_of(500, refusal(2, 0, "Service temporarily unavailable"));
  };
  auto results = world.read(10);
  REQUIRE(results);
  for (const auto& result : *results) CHECK(result);
  CHECK(world.sizes == std::vector<std::size_t>{10, 3, 1});

  world.part = [](const std::string&) { return std::string("null"); };
  results = world.read(1);
  REQUIRE(results);
  CHECK(results->at(0).error().kind == Kind::transient);
  CHECK(world.sizes.size() == 6);
}

TEST_CASE("a part that is refused for a quota closes the account until the time told, and costs no other part") {
  BatchWorld world;
  bool refused = false;
  world.part = [&refused](const std::string& path) {
    if (path != "1" || std::exchange(refused, true)) return part_of(200, "{}");
    return part_of(400, refusal(17, 2446079, "User request limit reached"),
                   R"([{"name":"X-Ad-Account-Usage","value":"{\"acc_id_util_pct\":100,\"reset_time_duration\":90}"}])");
  };
  const auto begun = world.clock.now();
  const auto results = world.read(3);
  REQUIRE(results);
  for (const auto& result : *results) CHECK(result);
  CHECK(world.sizes == std::vector<std::size_t>{3, 1});
  CHECK(world.http.at.at(1) >= begun + std::chrono::seconds(90));
  CHECK(world.governor.scopes().find("meta:account:act_77")->second.refused == 1);
}

TEST_CASE("where there are no batches, or odd answers to them, each is read by a call of its own") {
  const std::vector<Answer> odd{answer(200, "{}"),
                                answer(200, "[]"),
                                answer(404, "<html>no such page"),
                                answer(405, ""),
                                answer(400, refusal(100, 0, "Unsupported post request")),
                                answer(200, R"([{"code":200,"body":"{}"},null,null])")};
  for (const auto& first : odd) {
    CAPTURE(first->status);
    BatchWorld world;
    world.then(first);
    world.http.otherwise = [](const HttpCall& call) {
      return call.url.ends_with("/1") ? answer(400, refusal(100, 33)) : answer(200, R"({"id":"0"})");
    };
    const auto results = world.read(2);
    REQUIRE(results);
    CHECK(results->at(0) == R"({"id":"0"})");
    CHECK(results->at(1).error().code == "100/33");
    CHECK(world.http.calls.size() == 3);
  }
}

TEST_CASE("a batch that is throttled, or whose token is over, ends all of its reads") {
  for (const auto& [refused, kind] : {std::pair(answer(400, refusal(190, 463)), Kind::credentials),
                                      std::pair(answer(400, refusal(17)), Kind::throttled)}) {
    BatchWorld world;
    world.http.otherwise = [&refused](const HttpCall&) { return refused; };
    const auto results = world.read(2);
    REQUIRE_FALSE(results);
    CHECK(results.error().kind == kind);
  }
}
