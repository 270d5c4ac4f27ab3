#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

constexpr auto new_token = R"({"name":"board","role":"viewer","advertisers":null})";

Answer post_keyed(World& world, const std::string& key, const std::string& target, const std::string& body,
                  const std::string& token = "adf_admin") {
  return world.ask(
      {.method = "POST", .target = target, .body = body, .token = token, .headers = Headers{{"idempotency-key", key}}});
}

}  // namespace

TEST_CASE("a POST that comes twice with one key is done once and answered the same") {
  World world;
  const auto first = post_keyed(world, "k-1", "/v1/tokens", new_token);
  const auto second = post_keyed(world, "k-1", "/v1/tokens", new_token);
  CHECK(first.status() == 201);
  CHECK(second.status() == 201);
  CHECK(second.response.body == first.response.body);
  CHECK(first.header("idempotency-replayed").empty());
  CHECK(second.header("idempotency-replayed") == "true");
  CHECK(world.get("/v1/tokens").json.at("tokens").as_array().size() == 4);

  const auto added = json::serialize(World::new_integration());
  const auto once = post_keyed(world, "k-2", "/v1/integrations", added);
  const auto again = post_keyed(world, "k-2", "/v1/integrations", added);
  CHECK(once.status() == 202);
  CHECK(again.response.body == once.response.body);
  CHECK(written(*world.store).jobs == 3);
}

TEST_CASE("a key belongs to one request of one token") {
  World world;
  (void)post_keyed(world, "k-1", "/v1/tokens", new_token);
  const auto other = post_keyed(world, "k-1", "/v1/tokens", R"({"name":"b","role":"viewer","advertisers":null})");
  CHECK(other.status() == 422);
  CHECK(other.wrong_fields() == std::vector<std::string>{"Idempotency-Key"});
  CHECK(post_keyed(world, "k-1", "/v1/integrations", new_token).status() == 422);
  // Another token's key of the same name is its own.
  CHECK(post_keyed(world, "k-1", "/v1/tokens", new_token, world.tokens.operator_).status() == 403);
  CHECK(post_keyed(world, "k-1", "/v1/tokens", new_token, world.tokens.operator_).header("idempotency-replayed") ==
        "true");
}

TEST_CASE("a key is remembered for a day") {
  World world;
  const auto first = post_keyed(world, "k-1", "/v1/tokens", new_token);
  world.clock.set(world.clock.now() + std::chrono::hours(23));
  CHECK(post_keyed(world, "k-1", "/v1/tokens", new_token).response.body == first.response.body);
  world.clock.set(world.clock.now() + std::chrono::hours(2));
  const auto later = post_keyed(world, "k-1", "/v1/tokens", new_token);
  CHECK(later.status() == 201);
  CHECK(later.response.body != first.response.body);
}

TEST_CASE("what failed on our side may be tried again with its key") {
  World world;
  const auto body = json::serialize(World::new_integration());
  world.http.reachable = false;
  CHECK(post_keyed(world, "k-1", "/v1/integrations", body).status() == 503);
  world.http.reachable = true;
  CHECK(post_keyed(world, "k-1", "/v1/integrations", body).status() == 202);
}

TEST_CASE("while the first request runs the second is told to wait") {
  World world;
  const auto token = world.store->find_token(hash_api_token(world.tokens.admin)).value().id;
  const auto fingerprint = world.secrets.fingerprint("/v1/tokens?\n" + std::string(new_token));
  (void)world.store->begin_request(token, "k-1", fingerprint);
  const auto answer = post_keyed(world, "k-1", "/v1/tokens", new_token);
  CHECK(answer.status() == 409);
  CHECK(answer.header("retry-after") == "1");
  // Its process died: nobody will answer any more.
  world.clock.set(world.clock.now() + std::chrono::minutes(6));
  CHECK(post_keyed(world, "k-1", "/v1/tokens", new_token).status() == 201);
}

TEST_CASE("a key of the wrong form is refused by its name") {
  World world;
  for (const std::string& key : std::vector<std::string>{"", "a b", std::string(201, 'k'), "k\x01", "\xed\x82\xa4"}) {
    CHECK(post_keyed(world, key, "/v1/tokens", new_token).wrong_fields() ==
          std::vector<std::string>{"Idempotency-Key"});
  }
}

TEST_CASE("a list that has not changed since its tag is not sent again") {
  World world;
  (void)world.add_integration();
  for (const auto* target : {"/v1/jobs", "/v1/integrations", "/v1/tokens", "/v1/audit", "/v1/schedules"}) {
    CAPTURE(target);
    const auto first = world.get(target);
    REQUIRE(first.status() == 200);
    const auto tag = first.header("etag");
    CHECK(tag.size() == 18);
    const auto again = world.ask({.target = target, .headers = Headers{{"if-none-match", tag}}});
    CHECK(again.status() == 304);
    CHECK(again.response.body.empty());
    CHECK(again.header("etag") == tag);
    CHECK(world.ask({.target = target, .headers = Headers{{"if-none-match", "\"other\""}}}).status() == 200);
  }
  const auto tag = world.get("/v1/integrations").header("etag");
  (void)world.add_integration("act_2");
  CHECK(world.ask({.target = "/v1/integrations", .headers = Headers{{"if-none-match", tag}}}).status() == 200);
}
