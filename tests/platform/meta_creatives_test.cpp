#include "platform/meta/meta_creatives.h"

#include "meta_world.h"
#include "platform/meta/meta_videos.h"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

std::string ad_with(const std::string& creative, const std::string& id = "301") {
  return R"({"id":")" + id +
         R"(","name":"Video A","effective_status":"ADSET_PAUSED","campaign_id":"101","adset_id":"201")" +
         (creative.empty() ? "" : ",\"creative\":" + creative) + "}";
}

// The relative URLs of a batch, in their order.
std::vector<std::string> batch_paths(const HttpCall& call) {
  std::vector<std::string> paths;
  const auto form = parse_query(call.body);
  for (const auto& item : boost::json::parse(form.at(0).second).as_array())
    paths.emplace_back(std::string_view(item.at("relative_url").as_string()));
  return paths;
}

std::string part_of(int code, const std::string& body, const std::string& headers = "[]") {
  return R"({"code":)" + std::to_string(code) + R"(,"headers":)" + headers + R"(,"body":)" +
         boost::json::serialize(boost::json::value(body)) + "}";
}

Creative only(const std::string& creative) {
  const auto page = parse_ads(page_of(ad_with(creative)));
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().message));
  return page->rows.at(0);
}

}  // namespace

TEST_CASE("an ad and its creative become one snapshot, what has no column stays in its details") {
  const auto row = only(
      R"({"id":"401","name":"internal","title":"T","body":"B","call_to_action_type":"SHOP_NOW","object_type":"VIDEO",)"
      R"("image_url":"https://cdn/x?oe=1","image_hash":"a1","thumbnail_url":"https://cdn/t?oe=2","video_id":998877,)"
      R"("link_url":"https://example.com","url_tags":"utm=1"})");
  CHECK(row.ad_id == "301");
  CHECK(row.ad_name == "Video A");
  CHECK(row.status == "ADSET_PAUSED");
  CHECK(row.campaign_id == "101");
  CHECK(row.ad_group_id == "201");
  CHECK(row.creative_id == "401");
  CHECK(row.title == "T");
  CHECK(row.body == "B");
  CHECK(row.call_to_action == "SHOP_NOW");
  CHECK(row.link_url == "https://example.com");
  CHECK(row.image_url == "https://cdn/x?oe=1");
  CHECK(row.thumbnail_url == "https://cdn/t?oe=2");
  CHECK(row.image_hash == "a1");
  CHECK(row.video_id == "998877");
  CHECK(row.details == R"({"name":"internal","object_type":"VIDEO","url_tags":"utm=1"})");
}

TEST_CASE("texts are looked for in the story, then in the asset feed, then on the first card") {
  auto row = only(
      R"({"id":"1","object_story_spec":{"link_data":{"name":"N","message":"M","link":"https://l","picture":"https://p",)"
      R"("call_to_action":{"type":"LEARN_MORE"},"image_hash":"h"}}})");
  CHECK(row.title == "N");
  CHECK(row.body == "M");
  CHECK(row.link_url == "https://l");
  CHECK(row.call_to_action == "LEARN_MORE");
  CHECK(row.image_hash == "h");

  row = only(
      R"({"id":"1","body":"","object_story_spec":{"video_data":{"video_id":"v","title":"Spring","message":"Only now",)"
      R"("call_to_action":{"type":"SHOP_NOW","value":{"link":"https://shop"}},"image_url":"https://i?oe=9"}}})");
  CHECK(row.title == "Spring");
  CHECK(row.body == "Only now");
  CHECK(row.link_url == "https://shop");
  CHECK(row.video_id == "v");
  CHECK(row.image_url == "https://i?oe=9");
  CHECK_FALSE(row.details.contains("oe=9"));  // a signed link changes daily

  row = only(R"({"id":"1","object_story_spec":{"photo_data":{"caption":"C"}}})");
  CHECK(row.body == "C");

  row = only(
      R"({"id":"1","asset_feed_spec":{"titles":[{"text":"A1"},{"text":"A2"}],"bodies":[{"text":"A3"}],"link_urls":[{"website_url":"https://w"}],)"
      R"("call_to_action_types":["SIGN_UP"],"images":[{"hash":"ih"}],"videos":[{"video_id":"iv"}]}})");
  CHECK(row.title == "A1");
  CHECK(row.body == "A3");
  CHECK(row.link_url == "https://w");
  CHECK(row.call_to_action == "SIGN_UP");
  CHECK(row.image_hash == "ih");
  CHECK(row.video_id == "iv");

  row = only(
      R"({"id":"1","object_story_spec":{"link_data":{"child_attachments":[{"name":"Card","link":"https://c","image_hash":"ch"}]}}})");
  CHECK(row.title == "Card");
  CHECK(row.link_url == "https://c");
  CHECK(row.image_hash == "ch");
}

TEST_CASE("odd pages of ads are refused") {
  for (const auto& body :
       {std::string("{}"), std::string("[]"), std::string(R"({"data":[1]})"), page_of(R"({"name":"no id"})"),
        page_of(R"({"id":[]})"), page_of(R"({"id":"1","name":{}})"), page_of(R"({"id":"1","effective_status":[]})"),
        page_of(ad_with("[]")), page_of(ad_with(R"({"x":1,"x":2})")),
        page_of(ad_with("{\"x\":" + std::string(60, '[') + std::string(60, ']') + "}"))}) {
    const auto page = parse_ads(body);
    CHECK_MESSAGE(!page, body);
    if (!page) CHECK(page.error().kind == Kind::unparsable);
  }
  CHECK(parse_ads(page_of(ad_with("")))->rows.at(0).details == "{}");
}

TEST_CASE("creatives are listed page by page, every status but deleted") {
  MetaWorld world;
  world.then(page_of(ad_with(R"({"id":"1"})", "301"), "C1")).then(page_of(ad_with(R"({"id":"2"})", "302")));
  REQUIRE(world.collect(CollectionType::creatives));
  CHECK(world.sink.creative_rows.size() == 2);
  CHECK(world.parameter(0, "limit") == "50");
  CHECK(world.parameter(0, "effective_status").contains("ARCHIVED"));
  CHECK_FALSE(world.parameter(0, "effective_status").contains("DELETED"));
  CHECK(world.parameter(1, "after") == "C1");
}

TEST_CASE("one creative that Meta can't give costs neither its page nor itself") {
  MetaWorld world;
  // Ads 0 to 9; the creative of 3 fails every page that holds it.
  constexpr auto incomplete = [] { return refusal(100, 2446289, "Ad Creative Is Incomplete"); };
  world.http.otherwise = [incomplete](const HttpCall& call) {
    if (call.method == "POST") {
      std::string parts;
      for (const auto& path : batch_paths(call)) {
        const bool broken = path.contains("/303?") || path.starts_with("303?");
        parts += (parts.empty() ? "" : ",") +
                 part_of(broken ? 400 : 200, broken ? incomplete() : ad_with(R"({"id":"9"})", path.substr(0, 3)));
      }
      return answer(200, "[" + parts + "]");
    }
    std::size_t limit = 0, after = 0;
    bool with_creative = false;
    for (const auto& [name, value] : parse_query(call.url.substr(call.url.find('?') + 1))) {
      if (name == "limit") limit = std::stoul(value);
      if (name == "after") after = std::stoul(value);
      if (name == "fields") with_creative = value.contains("creative");
    }
    const auto end = std::min<std::size_t>(10, after + limit);
    if (with_creative && after <= 3 && end > 3) return answer(400, incomplete());
    std::string rows;
    for (auto ad = after; ad < end; ++ad)
      rows += (rows.empty() ? "" : ",") + ad_with(with_creative ? R"({"id":"9"})" : "", std::to_string(300 + ad));
    return answer(200, page_of(rows, end < 10 ? std::to_string(end) : ""));
  };
  REQUIRE(world.collect(CollectionType::creatives));
  REQUIRE(world.sink.creative_rows.size() == 10);
  for (const auto& row : world.sink.creative_rows) {
    if (row.ad_id == "303") {
      CHECK(row.details == R"({"unreadable":"(#100/2446289) Ad Creative Is Incomplete"})");
      CHECK(row.status == "ADSET_PAUSED");
    } else {
      CHECK(row.creative_id == "9");
    }
  }
  // 50, 25, 12 and 6 fail; six ads without creatives, a batch of them, and all that are left on a full page again.
  CHECK(world.http.calls.size() == 7);
  CHECK(world.parameters("limit") == std::vector<std::string>{"50", "25", "12", "6", "6", "", "50"});
}

TEST_CASE("ads that have figures and are in no list are read by their ids, deleted ones with their creatives") {
  MetaWorld world;
  world.then(page_of(ad_with(R"({"id":"1"})", "301")));
  const std::string deleted =
      R"({"id":"302","name":"Gone","effective_status":"DELETED","creative":{"id":"9","body":"B"}})";
  world.then("[" + part_of(200, deleted) + "," + part_of(400, refusal(100, 33, "Unsupported get request")) + "," +
             part_of(400, refusal(100, 2446289, "Ad Creative Is Incomplete")) + "," + part_of(200, "{}") + "]");
  auto request = world.request(CollectionType::creatives);
  request.unlisted_ads = {"301", "302", "303", "304", "305"};
  REQUIRE(world.collect(std::move(request)));
  REQUIRE(world.http.calls.size() == 2);
  const auto paths = batch_paths(world.http.calls.at(1));
  REQUIRE(paths.size() == 4);  // 301 is in the list
  CHECK(paths.at(0).starts_with("302?fields="));
  const auto& rows = world.sink.creative_rows;
  REQUIRE(rows.size() == 5);
  CHECK(rows.at(1).ad_id == "302");
  CHECK(rows.at(1).status == "DELETED");
  CHECK(rows.at(1).body == "B");
  CHECK(rows.at(2).ad_id == "303");  // kept without one, so that nobody asks for it every day
  CHECK(rows.at(2).status == "DELETED");
  CHECK(rows.at(2).details.contains("unreadable"));
  CHECK(rows.at(3).details.contains("Ad Creative Is Incomplete"));
  CHECK(rows.at(4).ad_id == "305");  // an odd answer costs itself alone
  CHECK(rows.at(4).details.contains("unreadable"));
}

TEST_CASE("of many ads that no list has some hundreds are read, with limited access a hundred") {
  for (const bool is_limited : {false, true}) {
    MetaWorld world;
    if (is_limited) world.governor.observe_tier("meta:app:9", "limited");
    world.http.otherwise = [](const HttpCall& call) {
      if (call.method != "POST") return answer(200, page_of(""));
      std::string parts;
      for (const auto& path : batch_paths(call))
        parts += (parts.empty() ? "" : ",") + part_of(200, ad_with("", path.substr(0, path.find('?'))));
      return answer(200, "[" + parts + "]");
    };
    auto request = world.request(CollectionType::creatives);
    for (int ad = 0; ad < 700; ++ad) request.unlisted_ads.push_back(std::to_string(1000 + ad));
    REQUIRE(world.collect(std::move(request)));
    CHECK(world.sink.creative_rows.size() == (is_limited ? 100 : 500));
  }
}

TEST_CASE("the links of videos are read in batches, each once, and those that last are left alone") {
  MetaWorld world;
  const auto video = [](const std::string& id) { return R"({"id":"1","video_id":")" + id + "\"}"; };
  world.then(page_of(ad_with(video("71"), "301") + "," + ad_with(video("71"), "302") + "," +
                     ad_with(video("72"), "303") + "," + ad_with(video("73"), "304")));
  world.then("[" + part_of(200, R"({"source":"https://cdn/71.mp4","permalink_url":"/5/videos/71/","id":"71"})") + "," +
             part_of(403, refusal(10, 0, "(#10) Application does not have permission")) + "]");
  auto request = world.request(CollectionType::creatives);
  request.videos = {{"73", {"https://p/73", "https://cdn/73.mp4?oe=7FFFFFFF"}}};
  REQUIRE(world.collect(std::move(request)));
  REQUIRE(world.http.calls.size() == 2);
  CHECK(batch_paths(world.http.calls.at(1)) ==
        std::vector<std::string>{"71?fields=source%2Cpermalink_url", "72?fields=source%2Cpermalink_url"});
  const auto& rows = world.sink.creative_rows;
  REQUIRE(rows.size() == 4);
  CHECK(rows.at(1).video_url == "https://www.facebook.com/5/videos/71/");
  CHECK(rows.at(1).video_source_url == "https://cdn/71.mp4");
  CHECK(rows.at(2).video_url.empty());  // it may not be read: that costs its links alone
  CHECK(rows.at(2).video_id == "72");
  CHECK(rows.at(3).video_source_url == "https://cdn/73.mp4?oe=7FFFFFFF");
}

TEST_CASE("a video is asked for again before its link ends; one that could not be read once a week") {
  const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
  const auto ends = [&](Duration after) {
    std::ostringstream text;
    text << "https://cdn/v.mp4?x=1&oe=" << std::hex
         << std::chrono::floor<std::chrono::seconds>((now + after).time_since_epoch()).count();
    return VideoLinks{"https://p", text.str()};
  };
  CHECK(end_of_link(ends(std::chrono::hours(5)).source_url) == now + std::chrono::hours(5));
  CHECK(asks_again("1", ends(std::chrono::hours(47)), now));
  CHECK(asks_again("1", ends(-std::chrono::hours(1)), now));
  CHECK_FALSE(asks_again("1", ends(std::chrono::hours(49)), now));
  CHECK_FALSE(asks_again("1", {"https://p", "https://cdn/v.mp4?oe=none"}, now));
  int days = 0;
  for (int day = 0; day < 7; ++day) days += asks_again("1", {}, now + std::chrono::days(day)) ? 1 : 0;
  CHECK(days == 1);
}

TEST_CASE("an account whose ads can't be listed even without creatives fails") {
  MetaWorld world;
  world.http.otherwise = [](const HttpCall&) {
    return answer(500, refusal(1, 0, "Please reduce the amount of data you're asking for"));
  };
  CHECK(world.collect(CollectionType::creatives).error().kind == Kind::too_large);
  CHECK(world.http.calls.size() < 20);
}

TEST_CASE("a paging that can't be read is not taken for the list's end") {
  for (const auto* paging :
       {"[]", "5", R"({"next":5})", R"({"cursors":[]})", R"({"cursors":{"after":[]},"next":"x"})"}) {
    MetaWorld world;
    world.then(R"({"data":[],"paging":)" + std::string(paging) + "}");
    const auto collected = world.collect(CollectionType::creatives);
    REQUIRE_FALSE(collected);
    CHECK(collected.error().kind == Kind::unparsable);
  }
}
