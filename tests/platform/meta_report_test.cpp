#include "meta_world.h"

#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a slice of ads is a report, its pages, and the account's own totals") {
  MetaWorld world;
  world.then_report();
  world.then(page_of(ad_row("301") + "," + ad_row("302"), "C1"));
  world.then(page_of(ad_row("301", "2026-08-02")));
  world.then(page_of(
      R"({"impressions":"2000","clicks":"20","spend":"10679","account_currency":"KRW","date_start":"2026-08-01","date_stop":"2026-08-01"})"));

  REQUIRE(world.collect());

  CHECK(world.sink.ad_rows.size() == 3);
  CHECK(world.sink.started == Names{"555"});
  CHECK(world.sink.lost.empty());
  REQUIRE(world.sink.totals.size() == 1);  // a day that is absent is told as nothing
  CHECK(world.sink.totals.at(Day(2026, 8, 1)) == Totals{2000, 20, Micros{10'679'000'000}});
  CHECK(world.sink.signs_of_life >= 4);

  REQUIRE(world.http.calls.size() == 5);
  CHECK(world.http.calls[0].method == "POST");
  CHECK(world.http.calls[0].url == "https://graph.facebook.com/v26.0/act_77/insights");
  CHECK(world.parameter(0, "level") == "ad");
  CHECK(world.parameter(0, "time_increment") == "1");
  CHECK(world.parameter(0, "time_range") == R"({"since":"2026-08-01","until":"2026-08-03"})");
  CHECK(world.parameter(0, "filtering").contains("\"DELETED\""));
  CHECK(world.parameter(0, "filtering").contains("\"ARCHIVED\""));
  CHECK(world.http.calls[1].url == "https://graph.facebook.com/v26.0/555");
  CHECK(world.http.calls[2].url.starts_with("https://graph.facebook.com/v26.0/555/insights?"));
  CHECK(world.parameter(3, "after") == "C1");
  CHECK(world.parameter(4, "level") == "account");
  CHECK(world.parameter(4, "filtering").empty());
}

TEST_CASE("a slice that waits for a quota shows that it is not stuck") {
  MetaWorld world;
  for (int refusals = 0; refusals < 5; ++refusals) {
    world.then(answer(400, refusal(17, 2446079), {{"x-ad-account-usage", R"({"reset_time_duration":100})"}}));
  }
  world.then_report().then(page_of(ad_row())).then_no_totals();
  REQUIRE(world.collect());
  CHECK(world.sink.signs_of_life >= 10 + 4);
}

TEST_CASE("demographics are asked for the whole account by age and gender") {
  MetaWorld world;
  world.then_report();
  world.then(page_of(
      R"({"impressions":"5","age":"18-24","gender":"male","reach":"4","date_start":"2026-08-01","date_stop":"2026-08-01"})"));
  world.then_no_totals();
  REQUIRE(world.collect(CollectionType::demographics));
  REQUIRE(world.sink.demographic_rows.size() == 1);
  CHECK(world.sink.demographic_rows[0].reach == 4);
  CHECK(world.parameter(0, "level") == "account");
  CHECK(world.parameter(0, "breakdowns") == "age,gender");
  CHECK(world.parameter(0, "filtering").empty());
  CHECK(world.parameter(0, "fields").contains("reach"));
}

TEST_CASE("reach of groups older than thirteen months is not asked for") {
  MetaWorld world;
  world.then_report().then(R"({"data":[]})").then_no_totals();
  REQUIRE(world.collect(world.request(CollectionType::demographics, {Day(2025, 8, 15), Day(2025, 10, 1)})));
  CHECK_FALSE(world.parameter(0, "fields").contains("reach"));
}

TEST_CASE("a report is read only when it is completed and at 100 %, polled at growing intervals") {
  MetaWorld world;
  world.then(R"({"report_run_id":6023920149050})");
  world.then(status_of("Job Not Started", 0)).then(status_of("Job Running", 40)).then(status_of("Job Running", 100));
  world.then(status_of("Job Completed", 99)).then(status_of("Job Completed", 100));
  world.then(R"({"data":[]})").then_no_totals();

  REQUIRE(world.collect());

  CHECK(world.sink.started == Names{"6023920149050"});
  REQUIRE(world.http.at.size() == 8);
  const auto first = world.http.at[1] - world.http.at[0];
  const auto fifth = world.http.at[5] - world.http.at[4];
  CHECK(first >= seconds(1));
  CHECK(first <= seconds(3));
  CHECK(fifth > first);
  CHECK(world.http.at[6] == world.http.at[5]);
}

TEST_CASE("a running report is picked up instead of a new one") {
  MetaWorld world;
  auto request = world.request();
  request.running_report = "444";
  world.then(status_of("Job Completed", 100)).then(page_of(ad_row())).then_no_totals();
  REQUIRE(world.collect(request));
  CHECK(world.sink.started.empty());
  CHECK(world.http.calls[0].url.ends_with("/444"));
  CHECK(world.http.at[0] == world.http.at[1]);
}

TEST_CASE("a running report that is gone is lost, and a new one follows") {
  for (const auto* id : {"444", "../me", ""}) {
    MetaWorld world;
    auto request = world.request();
    request.running_report = id;
    if (std::string(id) == "444") world.then(answer(400, refusal(100, 33)));
    world.then_report("556").then(page_of(ad_row())).then_no_totals();
    REQUIRE(world.collect(request));
    CHECK(world.sink.lost == Names{id});
    CHECK(world.sink.started == Names{"556"});
    for (const auto& call : world.http.calls) CHECK_FALSE(call.url.contains("/me"));
  }
}

TEST_CASE("a new report that is not there yet is asked for again") {
  MetaWorld world;
  world.then(R"({"report_run_id":"555"})").then(answer(400, refusal(100, 33))).then(answer(400, refusal(100, 33)));
  world.then(status_of("Job Completed", 100)).then(page_of(ad_row())).then_no_totals();
  REQUIRE(world.collect());
  CHECK(world.sink.lost.empty());
}

TEST_CASE("a report that never comes to be is given up after a second one") {
  MetaWorld world;
  world.http.otherwise = [](const HttpCall& call) {
    return call.method == "POST" ? answer(200, R"({"report_run_id":"555"})") : answer(400, refusal(100, 33));
  };
  const auto collected = world.collect();
  REQUIRE_FALSE(collected);
  CHECK(collected.error().kind == Kind::transient);
  CHECK(world.sink.started.size() == 2);
  CHECK(world.sink.lost.size() == 2);
}

TEST_CASE("a failed report is lost, and why it failed decides") {
  struct Row {
    std::string more;
    Kind kind;
  };
  const std::vector<Row> rows{
      {R"(,"error_code":100,"error_subcode":1487534,"error_message":"Invalid parameter","error_user_title":"Too much data")",
       Kind::too_large},
      {R"(,"error_code":-3,"error_subcode":1504045,"error_user_msg":"Report Too Large")", Kind::too_large},
      {R"(,"error_code":4,"error_subcode":1504022,"error_message":"too many calls")", Kind::throttled},
      {R"(,"error_code":2,"error_subcode":1504041)", Kind::permanent},
      {R"(,"error_code":190,"error_subcode":463)", Kind::credentials},
  };
  for (const auto& row : rows) {
    CAPTURE(row.more);
    MetaWorld world;
    world.then(R"({"report_run_id":"555"})").then(status_of("Job Failed", 0, row.more));
    const auto collected = world.collect();
    REQUIRE_FALSE(collected);
    CHECK(collected.error().kind == row.kind);
    CHECK(collected.error().message.contains("555"));
    CHECK(world.sink.lost == Names{"555"});
    CHECK(world.http.calls.size() == 2);
    if (row.kind != Kind::throttled) continue;
    CHECK(collected.error().scope == "meta:app:9");
    CHECK(world.governor.closed_until({"meta:app:9"}, world.clock.now()) == collected.error().resume_at);
  }
}

TEST_CASE("a report that fails or is skipped for no reason of its own is made once more, then the slice is too large") {
  const std::vector<std::pair<std::string, std::string>> ends{
      {"Job Failed", ""},
      {"Job Failed", R"(,"error_code":-2,"error_subcode":2490547)"},
      {"Job Failed", R"(,"error_code":987654)"},
      {"Job Skipped", ""},
  };
  for (const auto& [state, more] : ends) {
    CAPTURE(state + more);
    MetaWorld world;
    world.then(R"({"report_run_id":"555"})").then(status_of(state, 0, more));
    world.then(R"({"report_run_id":"556"})").then(status_of("Job Completed", 100)).then(page_of(ad_row()));
    world.then_no_totals();
    REQUIRE(world.collect());
    CHECK(world.sink.lost == Names{"555"});

    MetaWorld again;
    again.then(R"({"report_run_id":"555"})").then(status_of(state, 0, more));
    again.then(R"({"report_run_id":"556"})").then(status_of(state, 0, more));
    CHECK(again.collect().error().kind == Kind::too_large);
    CHECK(again.sink.lost == Names{"555", "556"});
    CHECK(again.http.calls.size() == 4);
  }
}

TEST_CASE("a report's state is known in other spellings, and without a percentage") {
  const std::vector<std::string> completed{R"("Job completed","async_percent_completion":100)",
                                           R"("JOB_COMPLETED","async_percent_completion":"100")",
                                           R"("Completed","async_percent_completion":100)", R"("Job Completed")"};
  for (const auto& state : completed) {
    CAPTURE(state);
    MetaWorld world;
    world.then(R"({"report_run_id":"run_1-A"})").then(R"({"async_status":"Job Running"})");
    world.then(R"({"async_status":)" + state + "}").then(page_of(ad_row())).then_no_totals();
    REQUIRE(world.collect());
    CHECK(world.http.calls.at(3).url.contains("run_1-A/insights"));
  }
  MetaWorld failed;
  failed.http.otherwise = [](const HttpCall& call) {
    return answer(200, call.method == "POST" ? R"({"report_run_id":"555"})" : R"({"async_status":"Job Failed"})");
  };
  CHECK(failed.collect().error().kind == Kind::too_large);
  CHECK(failed.sink.lost.size() == 2);
}

TEST_CASE("a report that does not say how far it is has a quarter of an hour") {
  MetaWorld world;
  world.http.otherwise = [](const HttpCall& call) {
    return answer(200, call.method == "POST" ? R"({"report_run_id":"555"})" : R"({"async_status":"Job Running"})");
  };
  const auto begun = world.clock.now();
  CHECK(world.collect().error().kind == Kind::too_large);
  CHECK(world.clock.now() - begun >= minutes(15));
  CHECK(world.clock.now() - begun <= minutes(17));
}

TEST_CASE("a report stuck at 0 % for five minutes is replaced once, then the slice is too large") {
  MetaWorld world;
  world.http.otherwise = [](const HttpCall& call) {
    return answer(200, call.method == "POST" ? R"({"report_run_id":"555"})" : status_of("Job Running", 0));
  };
  const auto begun = world.clock.now();
  CHECK(world.collect().error().kind == Kind::too_large);
  CHECK(world.sink.lost == Names{"555", "555"});
  CHECK(world.clock.now() - begun >= minutes(10));
  CHECK(world.clock.now() - begun <= minutes(12));
}

TEST_CASE("a report that never goes beyond 100 % running is replaced once, then tried again later") {
  MetaWorld world;
  world.http.otherwise = [](const HttpCall& call) {
    return answer(200, call.method == "POST" ? R"({"report_run_id":"555"})" : status_of("Job Running", 100));
  };
  CHECK(world.collect().error().kind == Kind::transient);
  CHECK(world.sink.lost.size() == 2);
}

TEST_CASE("a report that crawls for an hour is too large") {
  MetaWorld world;
  int polls = 0;
  world.http.otherwise = [&polls](const HttpCall& call) {
    return answer(200,
                  call.method == "POST" ? R"({"report_run_id":"555"})" : status_of("Job Running", 1 + ++polls % 90));
  };
  const auto begun = world.clock.now();
  CHECK(world.collect().error().kind == Kind::too_large);
  CHECK(world.sink.lost.size() == 1);
  CHECK(world.clock.now() - begun >= minutes(60));
  CHECK(world.clock.now() - begun <= minutes(62));
}

TEST_CASE("a poll that fails leaves the report to the next attempt") {
  MetaWorld world;
  world.then(R"({"report_run_id":"555"})");
  world.http.otherwise = [](const HttpCall&) { return answer(503, "<html>"); };
  CHECK(world.collect().error().kind == Kind::transient);
  CHECK(world.sink.lost.empty());
}

TEST_CASE("status answers without a status pass, unless they don't stop") {
  MetaWorld world;
  world.then(R"({"report_run_id":"555"})")
      .then("{}")
      .then(R"({"async_status":5})")
      .then(status_of("Job Completed", 100));
  world.then(page_of(ad_row())).then_no_totals();
  CHECK(world.collect());
  CHECK(world.parameter(1, "fields").empty());
  CHECK(world.parameter(2, "fields") == "async_status,async_percent_completion");

  MetaWorld silent;
  silent.then(R"({"report_run_id":"555"})");
  silent.http.otherwise = [](const HttpCall&) { return answer(200, "[]"); };
  CHECK(silent.collect().error().kind == Kind::transient);
}

TEST_CASE("an answer to a new report without a usable id is unparsable") {
  for (const auto* body : {"{}", "[]", R"({"report_run_id":"x/y"})", R"({"report_run_id":null})",
                           R"({"report_run_id":1.5})", R"({"id":"5"})"}) {
    MetaWorld world;
    world.then(body);
    CHECK_MESSAGE(world.collect().error().kind == Kind::unparsable, body);
  }
}

TEST_CASE("a range that is too old says which day works, and one that Meta refuses all the same moves on by a day") {
  MetaWorld world;
  world.then(answer(400, refusal(3018)));
  auto failure = world.collect(world.request(CollectionType::ads, {Day(2023, 1, 1), Day(2023, 3, 1)})).error();
  CHECK(failure.kind == Kind::out_of_range);
  CHECK(failure.earliest == Day(2023, 8, 16));
  CHECK(world.connector->earliest_day(Day(2026, 9, 15)) == Day(2023, 8, 16));

  world.then(answer(400, refusal(3018)));
  failure = world.collect(world.request(CollectionType::ads, {Day(2023, 8, 16), Day(2023, 9, 1)})).error();
  CHECK(failure.earliest == Day(2023, 8, 17));
}

TEST_CASE("an account whose own totals can't be had is collected without them") {
  for (const auto& refused : {answer(400, R"({"error":{"message":"Unsupported get request.","code":100}})"),
                              answer(404, "<pre>Cannot GET /v26.0/act_77/insights</pre>")}) {
    MetaWorld world;
    world.then_report().then(page_of(ad_row())).then(refused);
    REQUIRE(world.collect());
    CHECK(world.sink.ad_rows.size() == 1);
    CHECK(world.sink.totals.empty());
  }
}

TEST_CASE("a report that is completed needs no percentage") {
  MetaWorld world;
  world.then(R"({"report_run_id":"555"})").then(R"({"id":"555","async_status":"Job Completed"})");
  world.then(page_of(ad_row())).then_no_totals();
  CHECK(world.collect());
}

TEST_CASE("account totals that are too large to be told, even by the day, are done without") {
  MetaWorld world;
  world.then_report().then(page_of(ad_row()));
  world.http.otherwise = [](const HttpCall&) { return answer(500, refusal(1, 0, "Please reduce the amount of data")); };
  REQUIRE(world.collect());
  CHECK(world.sink.ad_rows.size() == 1);
  CHECK(world.sink.totals.empty());
}

TEST_CASE("account totals in another currency or of another day are asked for once more and then done without") {
  for (const auto* row :
       {R"({"impressions":"1","account_currency":"USD","date_start":"2026-08-01","date_stop":"2026-08-01"})",
        R"({"impressions":"1","date_start":"2026-09-01","date_stop":"2026-09-01"})"}) {
    MetaWorld world;
    world.then_report().then(page_of(ad_row())).then(page_of(row)).then(page_of(row));
    REQUIRE(world.collect());
    CHECK(world.sink.ad_rows.size() == 1);
    CHECK(world.sink.totals.empty());
    CHECK(world.http.calls.size() == 5);
  }
}
