#include "platform/meta/meta_rows.h"

#include "meta_world.h"

#include <doctest/doctest.h>

#include <array>

using namespace adfill;
using namespace adfill::test;

namespace {

const MetaSlice slice{.account_number = "77", .currency = "KRW", .range = august(1, 3)};

Result<MetaPage<AdRow>> ads(std::string body) {
  return parse_insights<AdRow>(body, slice);
}
AdRow only_ad(const std::string& more) {
  const auto page = ads(page_of(ad_row("301", "2026-08-01", more)));
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().message));
  REQUIRE(page->rows.size() == 1);
  return page->rows.front();
}

std::string group_row(const std::string& groups) {
  return R"({"impressions":"5","spend":"1.5","date_start":"2026-08-02","date_stop":"2026-08-02")" + groups + "}";
}

std::string purchases(const std::string& list, const std::vector<std::string>& names, const std::string& value) {
  std::string text = ",\"" + list + "\":[{\"action_type\":\"link_click\",\"value\":\"540\"}";
  for (const auto& name : names) text += R"(,{"action_type":")" + name + R"(","value":")" + value + "\"}";
  return text + "]";
}

}  // namespace

TEST_CASE("a row of Meta's becomes a row of ours, exactly") {
  const auto row = only_ad("");
  CHECK(row.day == Day(2026, 8, 1));
  CHECK(row.campaign_ad_id == "301");
  CHECK(row.campaign_id == "101");
  CHECK(row.campaign_name == "Spring");
  CHECK(row.ad_group_id == "201");
  CHECK(row.ad_group_name == "KR 25-34");
  CHECK(row.ad_id == "301");
  CHECK(row.ad_name == "Video A");
  CHECK(row.metrics.impressions == 1000);
  CHECK(row.metrics.clicks == 10);
  CHECK(row.metrics.cost.value == 5'339'500'000);
  CHECK(row.reach == 900);
  CHECK(row.details == "{}");
}

TEST_CASE("bare numbers are taken as texts are, to the last digit") {
  const auto page = ads(page_of(
      R"({"ad_id":301,"impressions":48211,"clicks":0,"spend":123456789.010203,"date_start":"2026-08-01","date_stop":"2026-08-01"})"));
  REQUIRE(page);
  CHECK(page->rows[0].ad_id == "301");
  CHECK(page->rows[0].metrics.impressions == 48211);
  CHECK(page->rows[0].metrics.cost.value == 123'456'789'010'203);
}

TEST_CASE("a metric that is absent or null is 0, reach is then unknown") {
  for (const std::string nulls :
       {"", R"(,"impressions":null,"clicks":null,"spend":null,"reach":null,"actions":null,"action_values":null)"}) {
    const auto page =
        ads(page_of(R"({"ad_id":"301","date_start":"2026-08-01","date_stop":"2026-08-01")" + nulls + "}"));
    REQUIRE(page);
    CHECK(page->rows[0].metrics == Metrics());
    CHECK_FALSE(page->rows[0].reach);
  }
}

TEST_CASE("what has no column is kept, sorted; ratios of other columns are not") {
  const auto row = only_ad(
      R"(,"ctr":"1.2","cpc":"3","cpm":"4","cpp":"5","frequency":"1.1","cost_per_action_type":[{"action_type":"x","value":"1"}],)"
      R"("inline_link_clicks":"8","attribution_setting":"7d_click_1d_view","actions":[{"value":"2","action_type":"like"},)"
      R"({"action_type":"comment","7d_click":"1","value":"1"}],"new_thing":{"b":1,"a":[true]})");
  CHECK(row.details ==
        R"({"actions":[{"7d_click":"1","action_type":"comment","value":"1"},{"action_type":"like","value":"2"}],)"
        R"("attribution_setting":"7d_click_1d_view","inline_link_clicks":"8","new_thing":{"a":[true],"b":1}})");
}

TEST_CASE("one sale under eight names is one sale") {
  const std::vector<std::string> eight{"purchase",
                                       "offsite_conversion.fb_pixel_purchase",
                                       "omni_purchase",
                                       "onsite_web_purchase",
                                       "onsite_web_app_purchase",
                                       "web_in_store_purchase",
                                       "web_app_in_store_purchase",
                                       "app_custom_event.fb_mobile_purchase"};
  const auto row = only_ad(purchases("actions", eight, "47") + purchases("action_values", eight, "1000.25"));
  CHECK(row.metrics.conversions.value == 47'000'000);
  CHECK(row.metrics.conversion_value.value == 1'000'250'000);
  CHECK(row.details.contains(R"("purchases_counted_as":"omni_purchase")"));
}

TEST_CASE("the first wide name that is there counts, its money with it") {
  auto row = only_ad(purchases("actions", {"onsite_app_purchase", "onsite_web_purchase"}, "3") +
                     purchases("action_values", {"onsite_web_purchase"}, "9"));
  CHECK(row.metrics.conversions.value == 3'000'000);
  CHECK(row.metrics.conversion_value.value == 9'000'000);
  row = only_ad(purchases("actions", {"purchase"}, "3") +
                purchases("action_values", {"offsite_conversion.fb_pixel_purchase"}, "9"));
  CHECK(row.metrics.conversion_value.value == 0);
}

TEST_CASE("without a wide name the disjoint ones are added") {
  const auto row = only_ad(purchases("actions",
                                     {"offsite_conversion.fb_pixel_purchase", "app_custom_event.fb_mobile_purchase",
                                      "onsite_conversion.purchase", "offline_conversion.purchase"},
                                     "2.5"));
  CHECK(row.metrics.conversions.value == 10'000'000);
}

TEST_CASE("purchases count in the windows that were asked for, and by Meta's own choice without any") {
  const std::string actions =
      R"(,"actions":[{"action_type":"purchase","value":"9","7d_click":"4","1d_view":2},{"action_type":"like","value":"1"}])";
  const auto counted = [&](const std::string& attribution) {
    MetaSlice asked = slice;
    asked.windows = windows_in(attribution);
    auto body = page_of(R"({"ad_id":"301","date_start":"2026-08-01","date_stop":"2026-08-01")" + actions + "}");
    const auto page = parse_insights<AdRow>(body, asked);
    REQUIRE(page);
    return page->rows[0].metrics.conversions.value;
  };
  CHECK(counted("") == 9'000'000);
  CHECK(counted("7d_click") == 4'000'000);
  CHECK(counted("7d_click,1d_view") == 6'000'000);
  CHECK(counted("1d_ev") == 0);  // left out where there are none
}

TEST_CASE("attribution windows are disjoint ones that Meta still has figures for") {
  CHECK(meta_attribution_of({"1d_view", "7d_click"}) == "7d_click,1d_view");
  CHECK(meta_attribution_of({"1d_ev"}) == "1d_ev");
  CHECK(meta_attribution_of({"1d_click", "7d_click"}).error().contains("at most one of each kind"));
  CHECK(meta_attribution_of({"1d_view", "1d_view"}).error().contains("at most one of each kind"));
  CHECK(meta_attribution_of({"7d_view"}).error().contains("1d_view is left"));
  CHECK(meta_attribution_of({"forever"}).error().contains("28d_click"));
  CHECK_FALSE(meta_attribution_of({}));
}

TEST_CASE("clicks, custom conversions and purchases with calls are no purchases") {
  const auto row = only_ad(purchases(
      "actions", {"offsite_conversion.custom.99", "offsite_purchase_add_20_s_calls", "landing_page_view"}, "5"));
  CHECK(row.metrics.conversions.value == 0);
  CHECK_FALSE(row.details.contains("purchases_counted_as"));
}

TEST_CASE("what has more than six decimals is rounded to the sixth: modelled conversions, and a float's last digits") {
  CHECK(only_ad(purchases("actions", {"purchase"}, "1.23456789")).metrics.conversions.value == 1'234'568);
  const auto page =
      ads(page_of(R"({"ad_id":"1","spend":0.30000000000000004,"date_start":"2026-08-01","date_stop":"2026-08-01"})"));
  REQUIRE(page);
  CHECK(page->rows[0].metrics.cost.value == 300'000);
}

TEST_CASE("demographic groups are lower case, one that is left out is unknown, and a row without both is refused") {
  auto body = page_of(group_row(R"(,"age":"Unknown","gender":"Female")"));
  const auto page = parse_insights<DemographicRow>(body, slice);
  REQUIRE(page);
  CHECK(page->rows[0].age == "unknown");
  CHECK(page->rows[0].gender == "female");
  CHECK(page->rows[0].breakdown == "age_gender");
  for (const auto* groups : {R"(,"age":"18-24")", R"(,"gender":"male")", R"(,"age":null,"gender":"male")"}) {
    auto lacking = page_of(group_row(groups));
    const auto taken = parse_insights<DemographicRow>(lacking, slice);
    REQUIRE(taken);
    CHECK((taken->rows[0].age == "unknown") != (taken->rows[0].gender == "unknown"));
  }
  for (const auto* groups : {"", R"(,"age":null,"gender":null)"}) {
    auto lacking = page_of(group_row(groups));
    const auto refused = parse_insights<DemographicRow>(lacking, slice);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Failure::Kind::unparsable);
  }
}

TEST_CASE("a name with a null character, escapes and emoji can be stored") {
  const auto page = ads(page_of(
      R"({"ad_id":"1","ad_name":"a\u0000b \"q\" \ud83d\ude00 한","date_start":"2026-08-01","date_stop":"2026-08-01"})"));
  REQUIRE(page);
  CHECK(page->rows[0].ad_name ==
        "a\xEF\xBF\xBD"
        "b \"q\" 😀 한");
}

TEST_CASE("an odd row is refused with its field and ad, and with it the page") {
  struct Odd {
    const char* name;
    std::string more;
    const char* field;
  };
  const std::vector<Odd> odd_rows{
      {"currency", R"(,"x":1)", ""},  // the good one, to see that the frame is
      {"impressions a word", R"(,"impressions":"many")", "impressions"},
      {"impressions negative", R"(,"impressions":"-1")", "impressions"},
      {"impressions a fraction", R"(,"impressions":"1.5")", "impressions"},
      {"impressions too large", R"(,"impressions":"99999999999999999999")", "impressions"},
      {"impressions bare and too large", R"(,"impressions":1e300)", "impressions"},
      {"impressions a list", R"(,"impressions":["1"])", "impressions"},
      {"impressions true", R"(,"impressions":true)", "impressions"},
      {"impressions empty", R"(,"impressions":"")", "impressions"},
      {"clicks an object", R"(,"clicks":{})", "clicks"},
      {"clicks negative", R"(,"clicks":-3)", "clicks"},
      {"spend a word", R"(,"spend":"free")", "spend"},
      {"spend too large", R"(,"spend":"99999999999999")", "spend"},
      {"spend a list", R"(,"spend":[])", "spend"},
      {"spend broken", R"(,"spend":1.2.3)", "spend"},
      {"reach a word", R"(,"reach":"x")", "reach"},
      {"reach negative", R"(,"reach":"-1")", "reach"},
      {"campaign_name an object", R"(,"campaign_name":{})", "campaign_name"},
      {"ad_name a list", R"(,"ad_name":[1])", "ad_name"},
      {"adset_id true", R"(,"adset_id":true)", "adset_id"},
      {"another account", R"(,"account_id":"78")", "account_id"},
      {"its account by its long name", R"(,"account_id":"act_77")", ""},
      {"another currency", R"(,"account_currency":"USD")", "account_currency"},
      {"actions an object", R"(,"actions":{})", "actions"},
      {"actions of numbers", R"(,"actions":[1])", "actions"},
      {"actions without type", R"(,"actions":[{"value":"1"}])", "actions"},
      {"action type a number", R"(,"actions":[{"action_type":1,"value":"1"}])", "actions"},
      {"purchase twice",
       R"(,"actions":[{"action_type":"purchase","value":"1"},{"action_type":"purchase","value":"2"}])", "actions"},
      {"purchase a word", R"(,"actions":[{"action_type":"purchase","value":"x"}])", "actions"},
      {"purchase a list", R"(,"action_values":[{"value":[],"action_type":"purchase"}])", "action_values"},
      {"purchases too large",
       R"(,"actions":[{"action_type":"onsite_conversion.purchase","value":"9000000000000"},{"action_type":"offline_conversion.purchase","value":"9000000000000"}])",
       "actions"},
      {"a field twice", R"(,"clicks":"1","clicks":"2")", "clicks"},
      {"an unknown field twice", R"(,"zzz":"1","zzz":"1")", "field twice"},
      {"a key twice inside", R"(,"zzz":{"a":1,"a":2})", "zzz"},
      {"deep nesting", ",\"zzz\":" + std::string(400, '[') + std::string(400, ']'), "zzz"},
  };
  for (const auto& odd : odd_rows) {
    CAPTURE(odd.name);
    const auto good = ad_row();
    const auto body = R"({"ad_id":"399")" + odd.more + R"(,"date_start":"2026-08-01","date_stop":"2026-08-01"})";
    const auto page = ads(page_of(good + "," + body));
    if (std::string(odd.field).empty()) {
      CHECK(page.has_value());
      continue;
    }
    REQUIRE_FALSE(page);
    CHECK(page.error().kind == Failure::Kind::unparsable);
    CHECK(page.error().message.contains(odd.field));
    CHECK(page.error().message.contains("399"));
  }
}

TEST_CASE("a row needs an ad, one day, and a day that was asked for") {
  const std::array<std::pair<std::string, std::string>, 6> odd_rows{{
      {R"({"date_start":"2026-08-01","date_stop":"2026-08-01"})", "ad_id"},
      {R"({"ad_id":"","date_start":"2026-08-01","date_stop":"2026-08-01"})", "ad_id"},
      {R"({"ad_id":"1"})", "date_start"},
      {R"({"ad_id":"1","date_start":"2026-08-01","date_stop":"2026-08-02"})", "date_stop"},
      {R"({"ad_id":"1","date_start":"2026-08-04","date_stop":"2026-08-04"})", "date_start"},
      {R"({"ad_id":"1","date_start":"2026-02-30","date_stop":"2026-02-30"})", "date_start"},
  }};
  for (const auto& [row, field] : odd_rows) {
    const auto page = ads(page_of(row));
    REQUIRE_FALSE(page);
    CHECK(page.error().kind == Failure::Kind::unparsable);
    CHECK_MESSAGE(page.error().message.contains(field), page.error().message);
  }
}

TEST_CASE("paging: the end has no next, the cursor stands beside it or in it") {
  CHECK_FALSE(ads(page_of(""))->paging.more);
  CHECK_FALSE(ads(R"({"data":[]})")->paging.present);
  CHECK_FALSE(ads(R"({"data":[],"paging":null})")->paging.present);
  CHECK(ads(page_of("", "C1"))->paging.after == "C1");
  const auto by_next = ads(R"({"paging":{"next":"https://graph.facebook.com/x?after=A%3D%3D&limit=1"},"data":[]})");
  REQUIRE(by_next);
  CHECK(by_next->paging.after == "A==");
}

TEST_CASE("garbage instead of a page is a clear failure, never a crash, never a row") {
  const auto good = page_of(ad_row(), "C1");
  std::string wide = ad_row();
  for (int index = 0; index < 25'000; ++index) wide += "," + ad_row(std::to_string(1000 + index));
  REQUIRE(wide.size() > 5'000'000);
  CHECK(ads(page_of(wide))->rows.size() == 25'001);

  const std::vector<std::string> garbage{"{}",
                                         "[]",
                                         "{",
                                         "null",
                                         R"({"data":{}})",
                                         R"({"data":null})",
                                         R"({"data":"x"})",
                                         R"({"data":[1]})",
                                         R"({"data":[null]})",
                                         R"({"data":[[]]})",
                                         R"({"data":[{}]})",
                                         R"({"data":[],"data":[]})",
                                         R"({"data":[],"paging":[]})",
                                         R"({"data":[],"paging":{},"paging":{}})",
                                         R"({"data":[],"paging":{"cursors":[]}})",
                                         R"({"data":[],"paging":{"next":5}})",
                                         R"({"data":[]}{"data":[]})",
                                         R"({"data":[]} x)",
                                         R"({"data":[})",
                                         R"({"data":[}]})",
                                         R"({"data" []})",
                                         R"({data:[]})",
                                         "{\"data\":[{\"ad_name\":\"\xFF\xFE\"}]}",
                                         "{\"data\":[{\"ad_name\":\"a\nb\"}]}",
                                         R"({"data":[{"ad_name":"\ud800"}]})",
                                         std::string(100'000, '['),
                                         "{\"data\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}",
                                         std::string("\0\0\0", 3)};
  for (const auto& body : garbage) {
    const auto page = ads(body);
    CHECK_MESSAGE(!page, body.substr(0, 80));
    if (!page) CHECK_FALSE(page.error().message.empty());
  }
  // Cut anywhere: transient where it shows, and never a page.
  for (std::size_t length = 1; length < good.size(); ++length) {
    const auto page = ads(good.substr(0, length));
    REQUIRE_FALSE(page);
    CHECK(page.error().kind == Failure::Kind::transient);
  }
  // Any byte changed: a page of one row with one cursor, or a failure.
  for (std::size_t place = 0; place < good.size(); ++place) {
    for (const char other : {'"', '{', '}', ',', '\\', '\0', '\xC3', '9'}) {
      auto changed = good;
      changed[place] = other;
      const auto page = ads(changed);
      if (page) CHECK(page->rows.size() <= 1);
    }
  }
}
