#include "simulator/platform.h"

using namespace adfill;
using namespace adfill::test;

namespace {

const std::string insights = "/v26.0/act_1/insights?access_token=t&fields=ad_id,impressions,clicks,spend&time_range=";

}  // namespace

TEST_CASE("the same seed and account give the same figures, another seed or account others") {
  SimulatorSettings other;
  other.seed = 2;
  Platform first;
  Platform second;
  Platform third(other);
  const auto url = insights + first_quarter + "&level=ad&time_increment=1&limit=50";

  const auto body = first.get(url).body;

  CHECK(body == second.get(url).body);
  CHECK(body != third.get(url).body);
  CHECK(first.truth("account=act_1") == second.truth("account=1"));
  CHECK_FALSE(first.truth("account=act_1") == first.truth("account=act_2"));
}

TEST_CASE("the truth of ads is the sum over all pages, whatever their size") {
  Platform platform;
  const auto truth = platform.truth("account=act_1&since=2025-10-01&until=2025-12-31&type=ads");
  REQUIRE(truth.rows > 1000);
  for (const int limit : {7, 500, 5000}) {
    int pages = 0;
    const auto url =
        insights + first_quarter + "&level=ad&time_increment=1&limit=" + std::to_string(limit) + every_status;
    CHECK(platform.sum_of(url, &pages) == truth);
    CHECK(pages == (truth.rows + limit - 1) / limit);
  }
}

TEST_CASE("demographics add up to the account's totals exactly") {
  for (const auto* currency : {"KRW", "USD"}) {
    SimulatorSettings settings;
    settings.currency = currency;
    Platform platform(settings);
    const auto pages =
        platform.sum_of(insights + first_quarter + "&level=account&time_increment=1&limit=500&breakdowns=age,gender");
    auto account = platform.sum_of(insights + first_quarter + "&level=account&time_increment=1&limit=100");
    CHECK(pages == platform.truth("account=act_1&since=2025-10-01&until=2025-12-31&type=demographics"));
    CHECK(account == platform.truth("account=act_1&since=2025-10-01&until=2025-12-31&type=account"));
    CHECK(account.rows == 92);
    account.rows = pages.rows;
    CHECK(pages == account);
    for (const auto* breakdown : {"age", "gender"}) {
      auto single = platform.sum_of(insights + first_quarter + "&level=account&limit=100&breakdowns=" + breakdown);
      CHECK(single.rows == (std::string(breakdown) == "age" ? 8 : 3));
      single.rows = pages.rows;
      CHECK(single == account);
    }
  }
}

TEST_CASE("totals of every level and every increment are the same") {
  Platform platform;
  auto expected = platform.truth("account=act_1&since=2025-10-01&until=2025-12-31&type=account");
  for (const auto* level : {"account", "campaign", "adset", "ad"}) {
    for (const auto* increment : {"all_days", "monthly", "7", "1"}) {
      auto sums = platform.sum_of(insights + first_quarter + "&level=" + level + "&time_increment=" + increment +
                                  "&limit=300" + (std::string(level) == "ad" ? every_status : ""));
      CHECK(sums.rows > 0);
      sums.rows = expected.rows;
      CHECK(sums == expected);
    }
  }
}

TEST_CASE("deleted and archived ads are listed only when the status filter asks for them") {
  Platform platform;
  const auto url = insights + range("2025-03-10", "2025-12-31") + "&level=ad&limit=100";
  const auto live = platform.sum_of(url);
  const auto every = platform.sum_of(url + every_status);
  CHECK(live.rows < every.rows);
  CHECK(live.impressions < every.impressions);
}

TEST_CASE("a row leaves out what is zero and gives numbers as text") {
  SimulatorSettings settings;
  settings.currency = "USD";
  Platform platform(settings);
  const auto page = platform.read(
      "/v24.0/act_1/insights?access_token=t&level=ad&time_increment=1&limit=500&fields="
      "account_id,campaign_name,adset_id,ad_name,impressions,spend,reach,actions,action_values,"
      "attribution_setting,purchase_roas,unique_clicks&time_range=" +
      first_quarter);
  int purchases = 0;
  for (const auto& row : page.at("data").as_array()) {
    CHECK(text_at(row, "account_id") == "1");
    CHECK(row.as_object().contains("attribution_setting"));
    CHECK_FALSE(row.as_object().contains("unique_clicks"));
    CHECK(text_at(row, "date_start") == text_at(row, "date_stop"));
    CHECK(text_at(row, "impressions") != "0");
    const auto* actions = row.as_object().if_contains("actions");
    if (!actions) continue;
    std::string value;
    for (const auto& action : actions->as_array()) {
      const auto type = text_at(action, "action_type");
      if (type == "omni_purchase") value = text_at(action, "value");
      if (type == "purchase" || type == "offsite_conversion.fb_pixel_purchase") {
        CHECK(text_at(action, "value") == value);
        ++purchases;
      }
    }
  }
  CHECK(purchases > 0);
}

TEST_CASE("parameters are taken from the query, a form body or a JSON body") {
  Platform platform;
  const auto expected = platform.get(insights + first_quarter + "&level=ad&breakdowns=%5B%22age%22%2C%22gender%22%5D");
  const auto single_quotes = platform.get(insights + first_quarter + "&level=ad&breakdowns=%5B'age'%2C'gender'%5D");
  const auto data = [](const HttpResponse& response) { return json::parse(response.body).at("data"); };
  CHECK(data(expected) == data(single_quotes));
  const auto form = platform.post("/v26.0/act_1/insights",
                                  "method=get&access_token=t&fields=ad_id,impressions,clicks,spend&level=ad&"
                                  "breakdowns=age,gender&time_range=" +
                                      first_quarter);
  CHECK(data(expected) == data(form));
  const auto json_body = platform.post(
      "/v26.0/act_1/insights?access_token=t",
      R"({"method":"GET","fields":["ad_id","impressions","clicks","spend"],"level":"ad","breakdowns":["age","gender"],)"
      R"("time_range":{"since":"2025-10-01","until":"2025-12-31"}})");
  CHECK(data(expected) == data(json_body));
}

TEST_CASE("a bad question is refused as Meta refuses it") {
  Platform platform;
  const auto error = [&](const std::string& rest) {
    return Platform::error_of(platform.get("/v26.0/act_1/insights?access_token=t" + rest));
  };
  CHECK(error("&fields=clickz") == "400 100");
  CHECK(error("&fields=age&breakdowns=age") == "400 100");
  CHECK(error("&breakdowns=age,country") == "400 100");
  CHECK(error("&level=creative") == "500 1/99");
  CHECK(error("&time_increment=91") == "400 100");
  CHECK(error("&filtering=nonsense") == "400 100");
  CHECK(error("&after=nonsense") == "400 2642");
  CHECK(error("&time_range=" + range("2026-01-02", "2026-01-01")) == "400 100");
  CHECK(error("&time_range=" + range("2023-02-09", "2026-01-01")) == "400 3018");
  CHECK(Platform::error_of(platform.get("/act_1/insights?access_token=t")) == "400 2635");
  CHECK(Platform::error_of(platform.get("/v26.0/act_x/insights?access_token=t")) == "400 100/33");
  CHECK(Platform::error_of(platform.get("/v26.0/1201000000000199999?access_token=t")) == "400 100/33");
  const auto answer = platform.get("/v26.0/act_1/insights?access_token=t&fields=clickz");
  const std::string words = "(#100) Tried accessing nonexisting field (clickz) on node type (AdsInsights)";
  const std::string expected = "OAuth \"Facebook Platform\" \"invalid_request\" \"" + words + "\"";
  CHECK(find_header(answer.headers, "www-authenticate") == expected);
}

TEST_CASE("37 months are counted in the account's time zone") {
  Platform platform;
  // In Seoul it is already the 11th: the 10th, 37 months ago, has just gone.
  platform.clock.instant = *parse_rfc3339("2026-03-10T15:30:00Z");
  CHECK(Platform::error_of(platform.get(insights + range("2023-02-10", "2026-01-01"))) == "400 3018");
  CHECK(platform.get(insights + range("2023-02-11", "2026-01-01")).status == 200);
}

TEST_CASE("reach is left out of breakdowns from more than 13 months ago") {
  Platform platform;
  const auto reach_of = [&](const std::string& days, const std::string& rest) {
    const auto page =
        platform.read("/v26.0/act_1/insights?access_token=t&fields=reach,impressions&time_range=" + days + rest);
    return page.at("data").as_array().at(0).as_object().contains("reach");
  };
  CHECK_FALSE(reach_of(range("2025-01-01", "2025-04-01"), "&breakdowns=age"));
  CHECK(reach_of(range("2025-01-01", "2025-04-01"), ""));
  CHECK(reach_of(range("2025-03-01", "2025-04-01"), "&breakdowns=age"));
}

TEST_CASE("a range without delivery is an empty list without paging") {
  Platform platform;
  CHECK(platform.get(insights + range("2026-03-10", "2026-04-01")).body == R"({"data":[]})");
}

TEST_CASE("an object's own insights are the part of the account's that is its own") {
  Platform platform;
  const auto campaigns = platform.read(
      "/v26.0/act_1/insights?access_token=t&level=campaign&limit=100&fields=campaign_id,impressions&"
      "time_range=" +
      first_quarter);
  for (const auto& row : campaigns.at("data").as_array()) {
    const auto own = platform.sum_of("/v26.0/" + text_at(row, "campaign_id") +
                                     "/insights?access_token=t&limit=500&level=adset&"
                                     "fields=impressions,clicks,spend&time_range=" +
                                     first_quarter);
    CHECK(std::to_string(own.impressions) == text_at(row, "impressions"));
  }
}

TEST_CASE("ids and campaigns in the filter narrow the rows") {
  Platform platform;
  const auto ads = platform.read("/v26.0/act_1/ads?access_token=t&fields=campaign_id&limit=12");
  const auto& first = ads.at("data").as_array().at(0);
  const auto filter = [](const std::string& field, const std::string& value) {
    return "&filtering=" +
           percent_encode(R"([{"field":")" + field + R"(","operator":"IN","value":[")" + value + "\"]}]");
  };
  const auto one = platform.sum_of(insights + first_quarter + "&level=ad" + filter("ad.id", text_at(first, "id")));
  CHECK(one.rows == 1);
  const auto campaign = platform.sum_of(insights + first_quarter + "&level=campaign" +
                                        filter("campaign.id", text_at(first, "campaign_id")));
  CHECK(campaign.rows == 1);
  CHECK(campaign.impressions > one.impressions);
}
