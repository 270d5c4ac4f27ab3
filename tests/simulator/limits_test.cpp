#include "simulator/platform.h"

using namespace adfill;
using namespace adfill::test;

namespace {

const std::string account = "/v26.0/act_1?access_token=t&fields=name";

json::value usage_of(const HttpResponse& response) {
  const auto header = find_header(response.headers, "x-ad-account-usage");
  REQUIRE(header);
  return json::parse(*header);
}

SimulatorSettings three_calls_in_ten_seconds() {
  SimulatorSettings settings;
  settings.quota_calls = 3;
  settings.quota_seconds = 10;
  return settings;
}

}  // namespace

TEST_CASE("an account over its quota is refused until its window ends") {
  Platform platform(three_calls_in_ten_seconds());
  CHECK(usage_of(platform.get(account)).at("acc_id_util_pct").to_number<double>() == doctest::Approx(33.33));
  platform.clock.instant += std::chrono::milliseconds(2500);
  platform.get(account);
  platform.get(account);

  const auto refused = platform.get(account);

  CHECK(Platform::error_of(refused) == "400 17/2446079");
  CHECK(usage_of(refused).at("acc_id_util_pct").to_number<double>() == 100);
  CHECK(usage_of(refused).at("reset_time_duration").as_int64() == 8);
  CHECK(platform.get("/v26.0/act_2?access_token=t&fields=name").status == 200);
  CHECK(platform.stat("refused") == 1);
  CHECK(platform.stat("during_cool_down") == 0);

  platform.clock.instant += std::chrono::seconds(8);

  CHECK(platform.get(account).status == 200);
}

TEST_CASE("a call made during a cool-down is refused and counted as such, one that was on its way is not") {
  Platform platform(three_calls_in_ten_seconds());
  for (int call = 0; call < 5; ++call) platform.get(account);
  CHECK(platform.stat("refused") == 2);
  CHECK(platform.stat("during_cool_down") == 0);
  platform.clock.instant += std::chrono::seconds(1);
  platform.get(account);
  CHECK(platform.stat("refused") == 3);
  CHECK(platform.stat("during_cool_down") == 1);
}

TEST_CASE("each item of a batch and each id counts as a call") {
  Platform platform(three_calls_in_ten_seconds());
  const auto batch =
      platform.send("/v26.0?access_token=t", R"({"batch":[{"method":"GET","relative_url":"v26.0/act_1?fields=name"},)"
                                             R"({"method":"GET","relative_url":"act_1?fields=name"},)"
                                             R"({"method":"GET","relative_url":"act_1/ads?limit=1"},)"
                                             R"({"method":"GET","relative_url":"act_1?fields=name"}]})");
  const auto& items = batch.as_array();
  CHECK(items.at(0).at("code").as_int64() == 200);
  CHECK(items.at(2).at("code").as_int64() == 200);
  CHECK(items.at(3).at("code").as_int64() == 400);
  CHECK(json::parse(text_at(items.at(0), "body")).at("id").as_string() == "act_1");
  CHECK(platform.stat("calls") == 4);
  const auto named = platform.read("/v26.0/?ids=2,act_3&fields=name&access_token=t");
  CHECK(named.at("2").at("id").as_string() == "act_2");
  CHECK(named.at("act_3").at("id").as_string() == "act_3");
}

TEST_CASE("how full the app's hour is stands on answers about no account too") {
  SimulatorSettings settings;
  settings.tier = "full";
  settings.app_calls = 10;
  Platform platform(settings);
  for (int call = 0; call < 5; ++call) platform.get(account);
  for (const auto* path : {"/v26.0/me?access_token=t", "/v26.0/?ids=2,act_3&fields=name&access_token=t"}) {
    const auto answered = platform.get(path);
    const auto header = find_header(answered.headers, "x-app-usage");
    REQUIRE(header);
    CHECK(json::parse(*header).at("call_count").as_int64() >= 50);
  }
}

TEST_CASE("a throttle put in closes the account for its time") {
  Platform platform;
  platform.send("/simulator/fault", R"({"kind":"throttle","seconds":30,"account":"act_1"})");
  CHECK(platform.get("/v26.0/act_2?access_token=t").status == 200);
  const auto refused = platform.get(account);
  CHECK(usage_of(refused).at("reset_time_duration").as_int64() == 30);
  platform.clock.instant += std::chrono::seconds(29);
  CHECK(Platform::error_of(platform.get(account)) == "400 17/2446079");
  platform.clock.instant += std::chrono::seconds(1);
  CHECK(platform.get(account).status == 200);
  CHECK(platform.stat("during_cool_down") == 1);
}

TEST_CASE("only the right token is let in") {
  SimulatorSettings settings;
  settings.token = "right";
  Platform platform(settings);
  const auto with = [&](const std::string& token) { return platform.get("/v26.0/act_1?access_token=" + token); };
  CHECK(with("right").status == 200);
  CHECK(Platform::error_of(with("wrong")) == "400 190");
  CHECK(Platform::error_of(with("expired")) == "400 190/463");
  CHECK(Platform::error_of(with("revoked")) == "400 190/467");
  CHECK(Platform::error_of(platform.get("/v26.0/act_1")) == "400 104");
  auto request = Platform::request_of("GET", "/v26.0/act_1");
  request.headers.emplace_back("authorization", "Bearer right");
  CHECK(platform.ask(request).status == 200);
  const auto good = platform.read("/v26.0/debug_token?input_token=right&access_token=right");
  CHECK(good.at("data").at("is_valid").as_bool());
  const auto bad = platform.read("/v26.0/debug_token?input_token=expired&access_token=right");
  CHECK_FALSE(bad.at("data").at("is_valid").as_bool());
  CHECK(bad.at("data").at("error").at("subcode").as_int64() == 463);
}

TEST_CASE("faults come as often as asked, then no more") {
  Platform platform;
  const auto meet = [&](const std::string& fault) {
    platform.send("/simulator/fault", fault);
    auto met = platform.get(account);
    CHECK(platform.get(account).status == 200);
    return met;
  };
  CHECK(Platform::error_of(meet(R"({"kind":"transient"})")) == "500 2");
  CHECK(Platform::error_of(meet(R"({"kind":"transient","status":503})")) == "503 2");
  CHECK(Platform::error_of(meet(R"({"kind":"expired_token"})")) == "400 190/463");
  const auto html = meet(R"({"kind":"html"})");
  CHECK(html.status == 503);
  CHECK(html.body.starts_with("<!DOCTYPE html>"));
  const auto cut = meet(R"({"kind":"cut"})");
  CHECK(cut.cut_after == cut.body.size() / 2);
  CHECK(meet(R"({"kind":"garbage","body":"{]"})").body == "{]");
  const auto before = platform.clock.instant;
  CHECK(meet(R"({"kind":"slow","ms":3000})").status == 200);
  CHECK(platform.clock.instant == before + std::chrono::seconds(3));
  platform.send("/simulator/fault", R"({"kind":"reduce"})");
  CHECK(platform.get("/v26.0/act_1/ads?access_token=t&limit=100").status == 200);
  CHECK(Platform::error_of(platform.get("/v26.0/act_1/ads?access_token=t&limit=101")) == "500 1");
  platform.send("/simulator/fault", R"({"kind":"no_answer"})");
  const auto batch =
      platform.send("/?access_token=t", R"({"batch":"[{\"method\":\"GET\",\"relative_url\":\"v26.0/act_1\"}]"})");
  CHECK(batch.as_array().at(0).is_null());
  CHECK(platform.stat("faults_made") == 9);
  CHECK(platform.post("/simulator/fault", R"({"kind":"nonsense"})").status == 400);
}

TEST_CASE("a rate of faults meets its share of calls, the same ones for the same seed, until cleared") {
  SimulatorSettings settings;
  settings.faults = 0.2;
  const auto outcome = [&](Platform& platform) {
    std::string met;
    for (int call = 0; call < 500; ++call) {
      const auto answer = platform.get(account);
      met += answer.status != 200 || answer.cut_after ? 'x' : '.';
    }
    return met;
  };
  Platform first(settings);
  Platform second(settings);
  const auto met = outcome(first);
  CHECK(met == outcome(second));
  CHECK(first.stat("faults_made") > 60);
  CHECK(first.stat("faults_made") < 140);
  first.send("/simulator/fault", R"({"kind":"clear"})");
  CHECK(outcome(first) == std::string(500, '.'));
  first.send("/simulator/fault", R"({"kind":"transient","rate":1,"on":"ads"})");
  CHECK(outcome(first) == std::string(500, '.'));
  CHECK(first.get("/v26.0/act_1/ads?access_token=t").status == 500);
}

TEST_CASE("latency is waited for on the clock") {
  SimulatorSettings settings;
  settings.latency_ms = 100;
  Platform platform(settings);
  const auto before = platform.clock.instant;
  platform.get(account);
  CHECK(platform.clock.instant >= before + std::chrono::milliseconds(50));
  CHECK(platform.clock.instant <= before + std::chrono::milliseconds(150));
}
