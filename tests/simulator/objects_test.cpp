#include "simulator/platform.h"

#include <set>

using namespace adfill;
using namespace adfill::test;

TEST_CASE("an account tells its name, currency and time zone") {
  SimulatorSettings settings;
  settings.time_zone = "Asia/Kolkata";
  settings.currency = "USD";
  Platform platform(settings);
  const auto account = platform.read(
      "/v24.0/act_77?access_token=t&fields=name,account_id,currency,timezone_name,"
      "timezone_offset_hours_utc,account_status,amount_spent,min_daily_budget");
  CHECK(text_at(account, "id") == "act_77");
  CHECK(text_at(account, "account_id") == "77");
  CHECK(text_at(account, "currency") == "USD");
  CHECK(text_at(account, "timezone_name") == "Asia/Kolkata");
  CHECK(account.at("timezone_offset_hours_utc").to_number<double>() == 5.5);
  CHECK(account.at("account_status").as_int64() == 1);
  CHECK(Platform::error_of(platform.get("/v26.0/act_77?access_token=t&fields=nonsense")) == "400 100");
  CHECK(text_at(platform.read("/v26.0/me?access_token=t"), "id") == "10200000000000001");
  const auto accounts = platform.read("/v26.0/me/adaccounts?access_token=t&fields=currency");
  CHECK(text_at(accounts.at("data").as_array().at(0), "id") == "act_77");
}

TEST_CASE("ads are listed with their creatives, page by page, live ones unless asked otherwise") {
  Platform platform;
  const auto list = [&](const std::string& rest) {
    std::set<std::string> ids;
    std::string url =
        "/v26.0/act_1/ads?access_token=t&limit=7&fields=id,name,effective_status,campaign_id,"
        "creative%7Bid,object_story_spec,asset_feed_spec,title,body,image_hash,thumbnail_url%7D" +
        rest;
    while (!url.empty()) {
      const auto page = platform.read(url);
      for (const auto& ad : page.at("data").as_array()) {
        CHECK(ids.insert(text_at(ad, "id")).second);
        CHECK(text_at(ad.at("creative"), "thumbnail_url").starts_with("http://graph.test:9100/simulator/images/"));
      }
      url = Platform::next_of(page);
    }
    return ids;
  };
  CHECK(list("").size() == 32);
  const auto shown =
      list("&effective_status=%5B%22ACTIVE%22,%22PAUSED%22,%22WITH_ISSUES%22,%22ADSET_PAUSED%22,%22ARCHIVED%22%5D");
  CHECK(shown.size() == 36);
  const auto truth = platform.read("/simulator/truth?account=act_1&type=creatives");
  CHECK(truth.at("rows").as_int64() == 36);
  CHECK(truth.at("deleted").as_int64() == 4);
  CHECK(Platform::error_of(platform.get("/v26.0/act_1/ads?access_token=t&effective_status=DELETED")) ==
        "400 100/1815001");
  const auto deleted =
      list("&filtering=" + percent_encode(R"([{"field":"ad.delivery_info","operator":"IN","value":["deleted"]}])"));
  CHECK(deleted.size() == 4);
  const auto own = platform.read("/v26.0/" + *deleted.begin() + "?access_token=t&fields=effective_status,creative");
  CHECK(text_at(own, "effective_status") == "DELETED");
  const auto creative =
      platform.read("/v26.0/" + text_at(own.at("creative"), "id") + "?access_token=t&fields=object_type");
  CHECK(creative.as_object().contains("object_type"));
  CHECK(Platform::error_of(platform.get("/v26.0/act_1/ads?access_token=t&fields=creative%7Bnonsense%7D")) == "400 100");
}

TEST_CASE("campaigns and ad sets are listed, and what lies below them") {
  Platform platform;
  const auto campaigns = platform.read("/v26.0/act_1/campaigns?access_token=t&fields=name,status&limit=100");
  REQUIRE(campaigns.at("data").as_array().size() == 5);
  const auto id = text_at(campaigns.at("data").as_array().at(0), "id");
  CHECK(platform.read("/v26.0/" + id + "/adsets?access_token=t").at("data").as_array().size() == 3);
  CHECK(platform.read("/v26.0/" + id + "/ads?access_token=t&limit=100").at("data").as_array().size() == 8);
}

TEST_CASE("an object's id is understood after a restart") {
  Platform first;
  const auto ad = text_at(first.read("/v26.0/act_55/ads?access_token=t").at("data").as_array().at(0), "id");
  Platform second;
  CHECK(text_at(second.read("/v26.0/" + ad + "?access_token=t&fields=account_id"), "account_id") == "55");
}

TEST_CASE("a batch of more than fifty is refused") {
  Platform platform;
  std::string batch = R"({"method":"GET","relative_url":"v26.0/me"})";
  for (int item = 0; item < 50; ++item) batch += R"(,{"method":"GET","relative_url":"v26.0/me"})";
  const auto answer = platform.post("/v26.0?access_token=t", "{\"batch\":[" + batch + "]}");
  CHECK(answer.status == 400);
  CHECK(text_at(json::parse(answer.body).at("error"), "type") == "GraphBatchException");
}
