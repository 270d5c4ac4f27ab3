// Reading requests: bodies, queries, paths, cursors, cookies.
#include "api/access.h"
#include "api/cursor.h"
#include "api/integration_input.h"
#include "api/json_input.h"
#include "api/performance_filter.h"
#include "api/query_input.h"
#include "api/routing.h"

#include <doctest/doctest.h>

using namespace adfill;

TEST_CASE("a body that is not a JSON object in UTF-8 is refused") {
  for (const std::string body : {"", "{", "nonsense", "{\"a\":1} x", "{\"a\":\"\xff\xfe\"}", "{'a':1}"}) {
    const auto read = parse_body(body);
    REQUIRE_FALSE(read);
    CHECK(read.error().status == 400);
  }
  for (const std::string body : {"[]", "1", "\"text\"", "null", "true"}) {
    const auto read = parse_body(body);
    REQUIRE_FALSE(read);
    CHECK(read.error().status == 422);
  }
}

TEST_CASE("a body nested deeper than any of ours is refused without being followed") {
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  const auto read = parse_body(deep);
  REQUIRE_FALSE(read);
  CHECK(read.error().status == 400);
}

TEST_CASE("everything wrong in a range is told at once, by name") {
  const auto read = read_range_request(
      R"({"since":20250301,"until":"2025-02-30","types":["ads","figures"],"newest_first":"yes","to":1})");
  REQUIRE_FALSE(read);
  CHECK(read.error().status == 422);
  std::vector<std::string> fields;
  for (const auto& error : read.error().errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"since", "until", "types", "newest_first", "to"});
}

TEST_CASE("a range reads its days, types and order") {
  const auto read =
      read_range_request(R"({"since":"2025-03-01","until":"2025-03-01","types":["ads","ads"],"newest_first":true})");
  REQUIRE(read);
  CHECK(read->since == Day(2025, 3, 1));
  CHECK(read->types == std::vector<CollectionType>{CollectionType::ads});
  CHECK(read->newest_first);
}

TEST_CASE("a change names what changes") {
  CHECK_FALSE(read_integration_change("{}"));
  CHECK_FALSE(read_integration_change(R"({"paused":"true"})"));
  CHECK_FALSE(read_integration_change(R"({"credentials":{}})"));
  CHECK_FALSE(read_integration_change(R"({"credentials":null})"));
  CHECK_FALSE(read_integration_change(R"({"paused":true,"credentials":null})"));
  CHECK(read_integration_change(R"({"paused":false})").value().paused == false);
}

TEST_CASE("length is counted in characters, not bytes") {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "광";
  CHECK_FALSE(wrong_text(name, 200));
  CHECK(wrong_text(name + "고", 200));
  CHECK(wrong_text(" Acme", 200));
  CHECK(wrong_text("A\tcme", 200));
  CHECK(wrong_text(std::string_view("A\0cme", 5), 200));
}

TEST_CASE("a query's unknown, repeated and malformed parameters are refused by name") {
  QueryReader query("limit=0&status=done&integration_id=1%27%20OR%201&cursor=abc&cursor=abc&colour=red");
  (void)query.limit();
  (void)query.word<JobStatus>("status", "pending");
  (void)query.uuid("integration_id");
  (void)query.cursor(ListOf::jobs);
  const auto problem = query.problem();
  REQUIRE(problem);
  CHECK(problem->status == 422);
  std::vector<std::string> fields;
  for (const auto& error : problem->errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"limit", "status", "integration_id", "cursor", "colour"});
}

TEST_CASE("limit is 1 to 200, 50 when absent or empty") {
  CHECK(QueryReader("").limit() == 50);
  CHECK(QueryReader("limit=").limit() == 50);
  CHECK(QueryReader("limit=200").limit() == 200);
  for (const auto* wrong :
       {"limit=201", "limit=-1", "limit=1.5", "limit=ten", "limit=99999999999999999999", "limit=5%00"}) {
    QueryReader query(wrong);
    (void)query.limit();
    CHECK(query.problem());
  }
}

TEST_CASE("a search is told by characters, and refused where it is no text") {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "%EA%B4%91";
  QueryReader good("search=" + words);
  CHECK(good.search());
  CHECK_FALSE(good.problem());
  for (const auto& wrong : {"search=" + words + "x", std::string("search=%ff%fe"), std::string("search=a%00b")}) {
    QueryReader query(wrong);
    (void)query.search();
    const auto problem = query.problem();
    REQUIRE(problem);
    CHECK(problem->errors.front().field == "search");
  }
  CHECK_FALSE(QueryReader("search=%20").search());
}

TEST_CASE("a cursor is read back, and of one list only") {
  const auto id = Uuid::parse("3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11").value();
  const auto cursor = make_cursor(ListOf::jobs, id);
  CHECK(read_cursor(ListOf::jobs, cursor) == id);
  CHECK_FALSE(read_cursor(ListOf::integrations, cursor));
  CHECK_FALSE(read_cursor(ListOf::jobs, cursor + "0"));
  CHECK_FALSE(read_cursor(ListOf::jobs, cursor.substr(1)));
  CHECK_FALSE(read_cursor(ListOf::jobs, id.to_string()));
  CHECK_FALSE(read_cursor(ListOf::jobs, ""));
}

TEST_CASE("a path matches its pattern piece by piece") {
  CHECK(match_path("/v1/jobs/{id}/retry", "/v1/jobs/7/retry") == std::vector<std::string>{"7"});
  CHECK(match_path("/v1/jobs", "/v1/jobs") == std::vector<std::string>{});
  for (const auto* other : {"/v1/jobs/", "/v1/jobs//retry", "/v1/jobs/7", "/v1/jobs/7/retry/", "/v1/jobs/7/retry/8",
                            "/v1/jobs/7/cancel", "v1/jobs/7/retry", ""}) {
    CHECK_FALSE(match_path("/v1/jobs/{id}/retry", other));
  }
}

TEST_CASE("a cookie is found among others, whole names only") {
  Headers headers;
  headers.emplace_back("cookie", "theme=dark; adfill_session=abc=; x=1");
  CHECK(find_cookie(headers, "adfill_session") == "abc=");
  CHECK_FALSE(find_cookie(headers, "session"));
  CHECK_FALSE(find_cookie(headers, "adfill"));
}

TEST_CASE("figures are grouped only by what their type has") {
  CHECK(read_performance_request("type=ads&group=ad"));
  CHECK(read_performance_request("type=demographics&group=age"));
  CHECK_FALSE(read_performance_request("type=ads&group=age"));
  CHECK_FALSE(read_performance_request("type=demographics&group=campaign"));
  CHECK_FALSE(read_performance_request("type=creatives"));
  CHECK_FALSE(read_performance_request("group=weekday"));
  CHECK_FALSE(read_performance_request("format=xlsx"));
  CHECK_FALSE(read_performance_request("since=2025-03-02&until=2025-03-01"));
}

TEST_CASE("a CSV field is quoted where RFC 4180 asks for it") {
  CHECK(csv_field("Acme") == "Acme");
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("12\" screen") == "\"12\"\" screen\"");
  CHECK(csv_field("two\nlines") == "\"two\nlines\"");
  CHECK(csv_field("=1+1") == "'=1+1");
  CHECK(csv_field("+1,5") == "\"'+1,5\"");
  CHECK(csv_field("-sale-") == "'-sale-");
  CHECK(csv_field("@Acme") == "'@Acme");
  CHECK(csv_field("'=1") == "''=1");
  CHECK(csv_field("'Tis") == "'Tis");
  CHECK(csv_field("\t=1") == "'\t=1");
  CHECK(csv_field("a=1") == "a=1");
  CHECK(csv_field("").empty());
}
