#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace adfill;
using namespace adfill::test;
namespace json = boost::json;

namespace {

std::string text(const json::value& value, const char* name) {
  return value.at(name).as_string().c_str();
}

// One account, collected; with its thumbnails or without.
struct Listed : World {
  explicit Listed(bool keeps) {
    auto request = new_integration();
    request["keep_thumbnails"] = keeps;
    const auto added = post("/v1/integrations", json::serialize(request));
    integration = text(added.json, "integration_id");
    collect_all();
  }
  json::array creatives(const std::string& more = "") {
    return get("/v1/creatives?limit=200&integration_id=" + integration + more).json.at("creatives").as_array();
  }
  std::string integration;
};

}  // namespace

TEST_CASE("creatives are listed with their texts and links, page by page, and by ads") {
  Listed world(false);
  const auto all = world.creatives();
  REQUIRE(all.size() == 3);
  for (const auto& creative : all) {
    CHECK_FALSE(text(creative, "ad_id").empty());
    CHECK(text(creative, "thumbnail_url").starts_with("http"));
    CHECK(creative.at("picture_url").is_null());
    CHECK(creative.at("absent_since").is_null());
  }
  const auto first = text(all[0], "ad_id");
  const auto third = text(all[2], "ad_id");
  CHECK(world.creatives("&ad_ids=" + third + "," + first + ",0").size() == 2);
  std::set<std::string> seen;
  std::string cursor;
  do {
    const auto page = world.get("/v1/creatives?limit=2&integration_id=" + world.integration + cursor);
    for (const auto& creative : page.json.at("creatives").as_array()) seen.insert(text(creative, "ad_id"));
    const auto& next = page.json.at("next_cursor");
    cursor = next.is_null() ? "" : "&cursor=" + std::string(next.as_string());
  } while (!cursor.empty());
  CHECK(seen.size() == all.size());
}

TEST_CASE("thumbnails are kept where the integration says so, once each, and served as they came") {
  Listed world(true);
  CHECK(world.get("/v1/integrations/" + world.integration).json.at("keep_thumbnails").as_bool());
  for (const auto& creative : world.creatives()) {
    REQUIRE_MESSAGE(creative.at("picture_url").is_string(), json::serialize(creative));
    const auto picture = world.get(text(creative, "picture_url"));
    CHECK(picture.status() == 200);
    CHECK(picture.header("content-type") == "image/svg+xml");
    CHECK(picture.response.body.starts_with("<svg"));
    // Opened by itself it may run nothing.
    CHECK(picture.header("content-security-policy").contains("sandbox"));
  }
  const auto nothing = world.get("/v1/integrations/" + world.integration + "/pictures/none");
  CHECK(nothing.status() == 404);
}

TEST_CASE("keeping thumbnails is switched on and off, and what is kept stays") {
  Listed world(false);
  const auto where = "/v1/integrations/" + world.integration;
  const auto change = [&](const std::string& body) {
    return world.ask({.method = "PATCH", .target = where, .body = body});
  };
  CHECK(change(R"({"keep_thumbnails":true})").json.at("keep_thumbnails").as_bool());
  CHECK(change(R"({"keep_thumbnails":"yes"})").wrong_fields() == std::vector<std::string>{"keep_thumbnails"});
  CHECK(
      world.post(where + "/initial-collection", R"({"since":"2026-03-01","until":"2026-03-14","types":["creatives"]})")
          .status() == 202);
  world.collect_all();
  CHECK(world.creatives().at(0).at("picture_url").is_string());
  CHECK_FALSE(change(R"({"keep_thumbnails":false})").json.at("keep_thumbnails").as_bool());
  CHECK(world.creatives().at(0).at("picture_url").is_string());
}

TEST_CASE("what is wrong with a question for creatives is told by its name") {
  Listed world(false);
  const auto wrong = [&](const std::string& query) { return world.get("/v1/creatives?" + query).wrong_fields(); };
  const auto of = "integration_id=" + world.integration;
  using Names = std::vector<std::string>;
  CHECK(wrong("") == Names{"integration_id"});
  CHECK(wrong("integration_id=7") == Names{"integration_id"});
  CHECK(wrong(of + "&limit=0") == Names{"limit"});
  CHECK(wrong(of + "&cursor=j1-5") == Names{"cursor"});
  CHECK(wrong(of + "&ad_ids=1,,2") == Names{"ad_ids"});
  for (const auto* odd : {"%ff%fe", "%00", "1,%ff"}) CHECK(wrong(of + "&ad_ids=" + odd) == Names{"ad_ids"});
  CHECK(wrong(of + "&cursor=r1-%ff") == Names{"cursor"});
  CHECK(world.get("/v1/integrations/" + world.integration + "/pictures/%ff%00").status() == 404);
  std::string many = "1";
  for (int ad = 0; ad < 100; ++ad) many += ",1";
  CHECK(wrong(of + "&ad_ids=" + many) == Names{"ad_ids"});
}
