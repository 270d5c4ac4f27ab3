#include "platform/meta/meta_pages.h"

#include "meta_world.h"

#include <doctest/doctest.h>

#include <thread>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

const std::string less = refusal(1, 0, "Please reduce the amount of data you're asking for, then retry your request");

using Limits = std::vector<std::string>;

// Of the calls for the report's pages.
Limits limits(const MetaWorld& world, std::size_t first = 2) {
  auto all = world.parameters("limit");
  return {all.begin() + static_cast<std::ptrdiff_t>(first), all.end()};
}

}  // namespace

TEST_CASE(
    "a page that is too much is asked for again with half as many rows, and the size grows back after successes") {
  MetaWorld world;
  world.then_report().then(answer(500, less)).then(answer(500, less));
  for (int page = 0; page < 6; ++page) world.then(page_of(ad_row(), "C" + std::to_string(page)));
  world.then(page_of(ad_row())).then_no_totals();

  REQUIRE(world.collect());

  CHECK(limits(world) == Limits{"500", "250", "125", "125", "125", "125", "125", "250", "250", "500"});
  CHECK(world.parameter(4, "after").empty());
  CHECK(world.parameter(5, "after") == "C0");
  CHECK(world.sink.ad_rows.size() == 7);
}

TEST_CASE("what is too much even as a single row is too large") {
  MetaWorld world;
  world.then_report();
  world.http.otherwise = [](const HttpCall&) { return answer(500, less); };
  const auto collected = world.collect();
  CHECK(collected.error().kind == Kind::too_large);
  CHECK(limits(world) == Limits{"500", "250", "125", "62", "31", "15", "7", "3", "1"});
}

TEST_CASE("a page that does not come in time is halved too, but a platform that never answers is not too large") {
  MetaWorld world;
  world.then_report().then(no_answer(HttpError::Kind::timed_out)).then(page_of(ad_row(), "C1"));
  world.http.otherwise = [](const HttpCall&) { return no_answer(HttpError::Kind::timed_out); };
  CHECK(world.collect().error().kind == Kind::too_large);
  CHECK(limits(world) == Limits{"500", "250", "250", "125", "62", "31"});

  MetaWorld silent;
  silent.then_report();
  silent.http.otherwise = [](const HttpCall&) { return no_answer(HttpError::Kind::timed_out); };
  CHECK(silent.collect().error().kind == Kind::transient);
  CHECK(limits(silent) == Limits{"500", "250", "125", "62"});
}

TEST_CASE("a quota is waited for and does not make the pages smaller") {
  MetaWorld world;
  const auto usage = Headers{{"x-ad-account-usage", R"({"acc_id_util_pct":100,"reset_time_duration":40})"}};
  world.then_report().then(answer(400, refusal(80004, 2446079), usage)).then(page_of(ad_row())).then_no_totals();
  REQUIRE(world.collect());
  CHECK(limits(world) == Limits{"500", "500", "500"});
  CHECK(world.http.at[3] - world.http.at[2] >= std::chrono::seconds(40));
}

TEST_CASE("pages that go in a circle end in a failure") {
  MetaWorld same;
  same.then_report();
  same.http.otherwise = [](const HttpCall&) { return answer(200, page_of(ad_row(), "C1")); };
  CHECK(same.collect().error().kind == Kind::unparsable);
  CHECK(same.http.calls.size() == 4);

  MetaWorld circle;
  circle.then_report();
  circle.http.otherwise = [](const HttpCall& call) {
    for (int page = 0; page < 7; ++page) {
      if (call.url.ends_with("after=C" + std::to_string(page)))
        return answer(200, page_of(ad_row(), "C" + std::to_string((page + 1) % 7)));
    }
    return answer(200, page_of(ad_row(), "C0"));
  };
  CHECK(circle.collect().error().kind == Kind::unparsable);
  CHECK(circle.http.calls.size() < 40);
}

TEST_CASE("a next page without a cursor is asked for by what its address says, without the secrets in it") {
  MetaWorld world;
  const std::string next = R"(,"paging":{"next":"https://example.com/v26.0/x?limit=7&access_token=EAAB&offset=)";
  world.then_report().then(R"({"data":[)" + ad_row() + "]" + next + R"(500"}})");
  world.then(R"({"data":[)" + ad_row("302") + "]" + next + R"(1000&page=3"}})");
  world.then(page_of(ad_row("303"))).then_no_totals();
  REQUIRE(world.collect());
  CHECK(world.sink.ad_rows.size() == 3);
  CHECK(world.parameter(3, "offset") == "500");
  CHECK(world.parameter(4, "offset") == "1000");
  CHECK(world.parameter(4, "page") == "3");
  CHECK(limits(world) == Limits{"500", "500", "500", "500"});
  for (const auto& call : world.http.calls) {
    CHECK_FALSE(call.url.contains("EAAB"));
    CHECK_FALSE(call.url.contains("example.com"));
  }

  MetaWorld circle;
  circle.then_report();
  circle.http.otherwise = [&next](const HttpCall&) { return answer(200, R"({"data":[])" + next + R"(500"}})"); };
  CHECK(circle.collect().error().kind == Kind::unparsable);
}

TEST_CASE("what is null or empty in a paging is not there") {
  for (const auto* paging : {"null", "{}", R"({"next":null})", R"({"next":"","cursors":{"after":"C1"}})",
                             R"({"cursors":null,"previous":null})", R"({"cursors":{"before":null,"after":null}})"}) {
    CAPTURE(paging);
    MetaWorld world;
    world.then_report().then(R"({"data":[)" + ad_row() + R"(],"paging":)" + paging + "}").then_no_totals();
    REQUIRE(world.collect());
    CHECK(world.sink.ad_rows.size() == 1);
  }
  MetaWorld bare;
  bare.then_report().then(R"({"data":[)" + ad_row() + R"(],"paging":{"cursors":{"after":100},"next":"x"}})");
  bare.then(page_of(ad_row("302"))).then_no_totals();
  REQUIRE(bare.collect());
  CHECK(bare.parameter(3, "after") == "100");
}

TEST_CASE("a next page that says nothing of itself, and a full page without paging, are not taken for the end") {
  MetaWorld world;
  world.then_report().then(R"({"data":[],"paging":{"next":"https://graph.facebook.com/x"}})");
  CHECK(world.collect().error().kind == Kind::unparsable);

  std::string rows = ad_row();
  for (int index = 1; index < 500; ++index) rows += "," + ad_row(std::to_string(1000 + index));
  MetaWorld full;
  full.then_report().then(R"({"data":[)" + rows + "]}");
  CHECK(full.collect().error().kind == Kind::unparsable);
  CHECK(full.sink.ad_rows.empty());

  // More than were asked for are not the first page of a list.
  MetaWorld whole;
  whole.then_report().then(R"({"data":[)" + rows + "," + ad_row("9999") + "]}").then_no_totals();
  REQUIRE(whole.collect());
  CHECK(whole.sink.ad_rows.size() == 501);
}

TEST_CASE("an empty page with a next one is not the end, and an empty last page is") {
  MetaWorld world;
  world.then_report().then(page_of("", "C1")).then(page_of(ad_row(), "C2")).then(page_of("")).then_no_totals();
  REQUIRE(world.collect());
  CHECK(world.sink.ad_rows.size() == 1);
}

TEST_CASE("a cursor that is no longer valid fails the slice, which then begins anew") {
  MetaWorld world;
  world.then_report().then(page_of(ad_row(), "C1"));
  world.http.otherwise = [](const HttpCall&) { return answer(400, refusal(2642)); };
  CHECK(world.collect().error().kind == Kind::transient);
}

TEST_CASE("the token is in no URL and no failure, and the proof of the app secret is on every call") {
  MetaWorld world;
  world.credentials.fields["app_secret"] = "0123456789abcdef";
  world.then_report().then(page_of(ad_row(), "C1")).then(page_of(ad_row("302")));
  world.http.otherwise = [](const HttpCall&) {
    return answer(400, refusal(190, 0, "Malformed access token " + token));
  };
  const auto collected = world.collect();
  REQUIRE_FALSE(collected);
  CHECK_FALSE(collected.error().message.contains(token));
  REQUIRE(world.http.calls.size() == 5);
  for (std::size_t call = 0; call < world.http.calls.size(); ++call) {
    CHECK_FALSE(world.http.calls[call].url.contains(token));
    CHECK(world.http.calls[call].headers.back() ==
          std::pair<std::string, std::string>("authorization", "Bearer " + token));
    // echo -n EAAtokenOfTheTests123 | openssl dgst -sha256 -hmac 0123456789abcdef
    CHECK(world.parameter(call, "appsecret_proof") ==
          "9e4a983e7b1a66d5b045e99299b7dcdce255cf86672c2404a691c2aa5992630e");
  }
}

TEST_CASE("the next page is asked for while a page is parsed") {
  // Parses on another thread, a little later, and notes how many calls were made by then.
  struct LateSink : RecordingSink {
    LateSink(ScriptedHttp& asked, Clock& time) : http(asked), clock(time) {}
    boost::asio::awaitable<void> aside(std::function<void()> work) override {
      co_await clock.sleep_until(clock.now() + std::chrono::milliseconds(1));
      asked_by_then.push_back(http.calls.size());
      std::jthread(work).join();
    }
    ScriptedHttp& http;
    Clock& clock;
    std::vector<std::size_t> asked_by_then;
  };
  MetaWorld world;
  LateSink sink(world.http, world.clock);
  world.then_report().then(page_of(ad_row("301"), "C1")).then(page_of(ad_row("302"), "C2"));
  world.then(page_of(ad_row("303"))).then_no_totals();
  REQUIRE(world.run(world.connector->collect(world.request(), sink)));
  CHECK(sink.asked_by_then == std::vector<std::size_t>{3, 5, 5});
  CHECK(world.parameters("after") == std::vector<std::string>{"", "", "", "C1", "C2", ""});
  REQUIRE(sink.ad_rows.size() == 3);
  CHECK(sink.ad_rows.back().ad_id == "303");
}

TEST_CASE("a page that can't be parsed fails the slice, whatever came behind it") {
  MetaWorld world;
  world.then_report().then(page_of(R"({"ad_id":5})", "C1")).then(page_of(ad_row("302")));
  CHECK(world.collect().error().kind == Kind::unparsable);
  CHECK(world.sink.ad_rows.empty());
}

TEST_CASE("only what is a page's own paging is read ahead") {
  CHECK(paging_at_end(page_of(ad_row(), "C1"))->after == "C1");
  CHECK(paging_at_end(page_of(ad_row(), "C1") + " \n")->more);
  CHECK_FALSE(paging_at_end(page_of(ad_row()))->more);
  CHECK_FALSE(paging_at_end(""));
  CHECK_FALSE(paging_at_end("}"));
  CHECK_FALSE(paging_at_end(R"({"data":[]})"));
  CHECK_FALSE(paging_at_end(R"({"data":[{"paging":{"next":"?after=X"}}]})"));
  CHECK_FALSE(paging_at_end(R"({"paging":{"next":"?after=X"},"data":[]})"));
  CHECK_FALSE(paging_at_end(R"({"data":[],"a \"paging":{"next":"?after=X"}})"));
  CHECK_FALSE(paging_at_end(R"({"data":[],"paging":{"next":"?after=X"})"));
  CHECK(paging_at_end(std::string(100'000, ' ') + page_of(ad_row(), "C1"))->after == "C1");
}
