#include "platform/meta/meta_usage.h"

#include <doctest/doctest.h>

using namespace adfill;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
const MetaScopes scopes("act_77", {"meta:account:act_77", "meta:app:9"});
const std::string account_usage =
    R"({"acc_id_util_pct":9.67,"reset_time_duration":100,"ads_api_access_tier":"standard_access"})";
const std::string use_cases =
    R"({"77":[{"type":"ads_insights","call_count":97,"total_cputime":23,"total_time":24,"estimated_time_to_regain_access":19,)"
    R"("ads_api_access_tier":"development_access"},{"type":"ads_management","call_count":4,"total_cputime":1,"total_time":98,)"
    R"("estimated_time_to_regain_access":3}],"88":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":55}]})";

Duration pause(const Headers& headers, MetaQuota quota) {
  return resume_time(headers, scopes, quota, now) - now;
}

}  // namespace

TEST_CASE("the business use case header counts in minutes, the account usage header in seconds") {
  CHECK(pause({{"x-business-use-case-usage", use_cases}}, MetaQuota::account) == minutes(19));
  CHECK(pause({{"x-ad-account-usage", account_usage}}, MetaQuota::account_score) == seconds(100));
  CHECK(pause({{"x-ad-account-usage", account_usage}, {"x-business-use-case-usage", use_cases}}, MetaQuota::account) ==
        minutes(19));
  CHECK(pause({{"retry-after", "7"}}, MetaQuota::app) == seconds(7));
}

TEST_CASE("a pause that is told for this very call goes before those of the account") {
  CHECK(pause({{"retry-after", "7"}, {"x-ad-account-usage", account_usage}}, MetaQuota::account_score) == seconds(7));
  CHECK(pause({{"retry-after", "7"}, {"x-business-use-case-usage", use_cases}}, MetaQuota::account) == seconds(7));
  CHECK(pause({{"retry-after", "7"}}, MetaQuota::blocked) == seconds(7));
}

TEST_CASE("an account's score has a pause of its own, which other limits have only when it is full") {
  CHECK(pause({{"x-ad-account-usage", account_usage}}, MetaQuota::account) == minutes(5));
  const std::string full = R"({"acc_id_util_pct":100,"reset_time_duration":40})";
  CHECK(pause({{"x-ad-account-usage", full}}, MetaQuota::account) == seconds(40));
}

TEST_CASE("use cases are those of the account's number, or of the business that the token belongs to") {
  const auto keyed = [](const std::string& key) {
    return R"({")" + key + R"(":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":19}]})";
  };
  for (const auto* key : {"77", "act_77", "4711"}) {
    CHECK(pause({{"x-business-use-case-usage", keyed(key)}}, MetaQuota::account) == minutes(19));
  }
}

TEST_CASE("an account that is told with a refusal when it has access again is left alone until then") {
  for (const int status : {200, 400}) {
    Governor governor;
    const HttpAnswer told{.status = status, .headers = {{"x-business-use-case-usage", use_cases}}, .body = {}};
    observe_usage(told, scopes, governor, now);
    const auto until = governor.closed_until({"meta:account:act_77"}, now);
    CHECK(until == (status == 400 ? std::optional(now + minutes(19)) : std::nullopt));
  }
}

TEST_CASE("an app's pause is not taken from headers about an account") {
  CHECK(pause({{"x-business-use-case-usage", use_cases}}, MetaQuota::app) == minutes(5));
}

TEST_CASE("without a time in the headers the pause is what Meta's pages say") {
  CHECK(pause({{"x-fb-ads-insights-throttle", R"({"ads_api_access_tier":"standard_access"})"}},
              MetaQuota::account_score) == seconds(60));
  CHECK(pause({{"x-fb-ads-insights-throttle", R"({"ads_api_access_tier":"development_access"})"}},
              MetaQuota::account_score) == seconds(300));
  CHECK(pause({}, MetaQuota::account_score) == seconds(300));
  CHECK(pause({}, MetaQuota::app) == minutes(5));
  CHECK(pause({}, MetaQuota::account) == minutes(5));
  CHECK(pause({{"x-ad-account-usage", account_usage}}, MetaQuota::blocked) == hours(1));
}

TEST_CASE("a pause that no header tells follows the set back-off, one that is told does not") {
  MetaScopes quick = scopes;
  quick.retry_base = std::chrono::milliseconds(100);
  CHECK(resume_time({}, quick, MetaQuota::app, now) - now == seconds(1));
  CHECK(resume_time({{"retry-after", "0"}}, quick, MetaQuota::account_score, now) - now == seconds(1));
  CHECK(resume_time({}, quick, MetaQuota::blocked, now) - now == seconds(12));
  CHECK(resume_time({{"retry-after", "7"}}, quick, MetaQuota::app, now) - now == seconds(7));
}

TEST_CASE("headers that can't be true or can't be read make no endless and no negative pause") {
  CHECK(pause({{"retry-after", "999999999"}}, MetaQuota::app) == hours(24));
  CHECK(pause({{"retry-after", "-5"}}, MetaQuota::app) == minutes(5));
  CHECK(pause({{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}}, MetaQuota::app) == minutes(5));
  CHECK(pause({{"x-ad-account-usage", "{"}}, MetaQuota::account) == minutes(5));
  CHECK(pause({{"x-business-use-case-usage", R"({"77":{"call_count":1}})"}}, MetaQuota::account) == minutes(5));
  CHECK(pause({{"x-business-use-case-usage", R"({"77":[1,{"estimated_time_to_regain_access":"x"}]})"}},
              MetaQuota::account) == minutes(5));
}

TEST_CASE("each limit hears its own share, off refusals too; floats, and whole percents") {
  Governor governor;
  HttpAnswer answer{.status = 400,
                    .headers = {{"x-app-usage", R"({"call_count":28,"total_cputime":25,"total_time":31})"},
                                {"x-ad-account-usage", account_usage},
                                {"x-business-use-case-usage", use_cases},
                                {"x-fb-ads-insights-throttle", R"({"app_id_util_pct":12.5,"acc_id_util_pct":10})"},
                                {"x-fb-ads-insights-reach-throttle", R"({"acc_id_util_pct":70.25})"}},
                    .body = {}};
  observe_usage(answer, scopes, governor, now);
  const auto& account = governor.scopes().at("meta:account:act_77");
  const auto& app = governor.scopes().at("meta:app:9");
  CHECK(account.limits.at("score").percent(now) == 9.67);
  CHECK(account.limits.at("insights").percent(now) == 97);
  CHECK(account.limits.at("management").percent(now) == 98);
  CHECK(account.limits.at("insights load").percent(now) == 10);
  CHECK(account.limits.at("reach").percent(now) == 70.25);
  CHECK(app.limits.at("calls").percent(now) == 31);
  CHECK(app.limits.at("insights load").percent(now) == 12.5);
  CHECK(account.usage(now) == 98);
  CHECK(app.tier == "limited");
}

TEST_CASE("an account that is full by its header is left alone until its time, although it was answered") {
  Governor governor;
  const std::string full = R"({"77":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":3}]})";
  observe_usage({.status = 200, .headers = {{"x-business-use-case-usage", full}}, .body = "{}"}, scopes, governor, now);
  CHECK(governor.closed_until({scopes.account}, now) == now + minutes(3));
}

TEST_CASE("an answer without usage headers tells the governor nothing") {
  Governor governor;
  observe_usage({.status = 200, .headers = {}, .body = "{}"}, scopes, governor, now);
  CHECK(governor.scopes().empty());
}

TEST_CASE("a call uses up its account's score, its edge's limit and its app's; a report costs three points") {
  const auto names = [](const std::vector<QuotaUse>& uses) {
    std::string text;
    for (const auto& use : uses)
      text +=
          std::string(use.rule.name) + " of " + use.scope + " " + std::to_string(static_cast<int>(use.points)) + "; ";
    return text;
  };
  CHECK(names(uses_of(scopes, "POST", "act_77/insights")) ==
        "calls of meta:app:9 1; score of meta:account:act_77 3; insights of meta:account:act_77 1; "
        "insights load of meta:account:act_77 1; insights load of meta:app:9 1; ");
  CHECK(names(uses_of(scopes, "GET", "act_77/ads")) ==
        "calls of meta:app:9 1; score of meta:account:act_77 1; management of meta:account:act_77 1; ");
  CHECK(uses_of(scopes, "GET", "6023920149050/insights").size() == 5);
  CHECK(names(uses_of(scopes, "POST", "debug_token")) == "calls of meta:app:9 1; ");
}
