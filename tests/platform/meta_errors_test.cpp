#include "platform/meta/meta_answer.h"

#include <doctest/doctest.h>

using namespace adfill;
using Kind = Failure::Kind;

namespace {

const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
const MetaScopes scopes("act_77", {"meta:app:9"});

std::string body_of(std::int64_t code, std::int64_t subcode, const std::string& message, bool is_transient = false) {
  return R"({"error":{"message":")" + message + R"(","code":)" + std::to_string(code) +
         (subcode != 0 ? R"(,"error_subcode":)" + std::to_string(subcode) : "") + R"(,"is_transient":)" +
         (is_transient ? "true" : "false") + R"(,"fbtrace_id":"T1"}})";
}

std::optional<Failure> judge(int status, std::string body, Headers headers = {}) {
  return judge_meta_answer({.status = status, .headers = std::move(headers), .body = std::move(body)}, scopes,
                           "tokenABCDEF", now);
}

struct Row {
  std::int64_t code;
  std::int64_t subcode;
  int status;
  Kind kind;
  std::string scope{};
};

const std::string account = "meta:account:act_77";
const std::string app = "meta:app:9";

// Codes and subcodes with their usual status, and what they have to mean.
// clang-format off
const std::vector<Row> rows{
    {1, 0, 500, Kind::transient}, {1, 99, 500, Kind::transient}, {1, 2853001, 400, Kind::credentials},
    {2, 0, 503, Kind::transient}, {2, 0, 400, Kind::transient}, {2, 1504038, 400, Kind::too_large},
    {2, 1504041, 400, Kind::permanent}, {2, 1504042, 400, Kind::permanent}, {2, 1504043, 400, Kind::transient},
    {2, 1504044, 400, Kind::transient}, {-2, 2490547, 400, Kind::transient}, {-3, 1504045, 400, Kind::too_large},
    {3, 0, 400, Kind::credentials}, {4, 0, 403, Kind::throttled, app}, {4, 1504022, 400, Kind::throttled, app},
    {4, 1504039, 403, Kind::throttled, app}, {10, 0, 403, Kind::credentials}, {17, 0, 400, Kind::throttled, account},
    {17, 2446079, 400, Kind::throttled, account}, {32, 0, 403, Kind::throttled, account}, {100, 0, 400, Kind::permanent},
    {100, 33, 400, Kind::credentials}, {100, 1487534, 400, Kind::too_large}, {100, 1504018, 400, Kind::too_large},
    {100, 3191001, 400, Kind::credentials}, {100, 2446289, 400, Kind::permanent}, {100, 1487851, 400, Kind::permanent},
    {102, 0, 400, Kind::credentials}, {104, 0, 400, Kind::credentials}, {105, 0, 400, Kind::permanent},
    {190, 0, 401, Kind::credentials}, {190, 458, 400, Kind::credentials}, {190, 460, 400, Kind::credentials},
    {190, 463, 400, Kind::credentials}, {190, 467, 400, Kind::credentials}, {190, 492, 400, Kind::credentials},
    {194, 0, 400, Kind::permanent}, {200, 0, 403, Kind::credentials}, {270, 0, 400, Kind::credentials},
    {278, 0, 403, Kind::credentials}, {294, 0, 403, Kind::credentials}, {299, 0, 403, Kind::credentials},
    {341, 0, 400, Kind::throttled, app}, {368, 0, 403, Kind::throttled, account}, {506, 0, 400, Kind::permanent},
    {613, 0, 400, Kind::throttled, account}, {613, 1487742, 400, Kind::throttled, account}, {613, 1996, 400, Kind::throttled, app},
    {803, 0, 404, Kind::permanent}, {960, 0, 400, Kind::transient}, {1150, 0, 400, Kind::transient},
    {2500, 0, 400, Kind::permanent}, {2607, 0, 400, Kind::permanent}, {2615, 0, 400, Kind::permanent},
    {2635, 0, 400, Kind::permanent}, {2642, 0, 400, Kind::transient}, {2654, 0, 400, Kind::permanent},
    {3001, 0, 400, Kind::permanent}, {3018, 0, 400, Kind::out_of_range}, {80000, 2446079, 400, Kind::throttled, account},
    {80001, 0, 400, Kind::throttled, account}, {80002, 0, 400, Kind::throttled, account}, {80003, 2446079, 400, Kind::throttled, account},
    {80004, 2446079, 400, Kind::throttled, account}, {80005, 0, 400, Kind::throttled, account}, {80006, 0, 400, Kind::throttled, account},
    {80008, 0, 400, Kind::throttled, account}, {80009, 0, 400, Kind::throttled, account}, {80014, 0, 400, Kind::throttled, account},
    {1404078, 0, 400, Kind::throttled, account}, {1815694, 0, 400, Kind::credentials}, {2859015, 0, 400, Kind::throttled, account},
    {3910001, 0, 400, Kind::transient},
    // Not in the table: by the status.
    {99999, 0, 400, Kind::permanent}, {99999, 0, 500, Kind::transient}, {99999, 0, 200, Kind::permanent},
};
// clang-format on

}  // namespace

TEST_CASE("each error of Meta's means what its row in the table says, whatever its words") {
  for (const auto& row : rows) {
    CAPTURE(row.code);
    CAPTURE(row.subcode);
    const auto failure = judge(row.status, body_of(row.code, row.subcode, "Quelques mots"));
    REQUIRE(failure);
    CHECK(failure->kind == row.kind);
    CHECK(failure->scope == row.scope);
    CHECK(failure->resume_at.has_value() == (row.kind == Kind::throttled));
    CHECK(failure->code == std::to_string(row.code) + (row.subcode != 0 ? "/" + std::to_string(row.subcode) : ""));
    CHECK(failure->trace_id == "T1");
    CHECK(failure->message.contains("Quelques mots"));
    CHECK((find_meta_error(row.code, row.subcode) == nullptr) == (row.code == 99999));
  }
}

TEST_CASE("the few errors that only words tell apart") {
  CHECK(
      judge(500, body_of(1, 0, "Please reduce the amount of data you're asking for, then retry your request"))->kind ==
      Kind::too_large);
  CHECK(judge(500, body_of(1, 0, "PLEASE REDUCE THE AMOUNT OF DATA you\xE2\x80\x99re asking for"))->kind ==
        Kind::too_large);
  CHECK(judge(400, body_of(100, 0, "Cannot include impressions, clicks in summary param because they weren't there"))
            ->kind == Kind::transient);
  CHECK(judge(400, body_of(100, 0, "Invalid appsecret_proof provided in the API argument"))->kind == Kind::credentials);
  CHECK(judge(400, body_of(100, 0, "(#100) Missing permissions"))->kind == Kind::credentials);
  CHECK(judge(400, body_of(2500, 0, "An active access token must be used to query information about the current user"))
            ->kind == Kind::credentials);
}

TEST_CASE("an unknown error that Meta calls transient is transient") {
  CHECK(judge(400, body_of(99999, 0, "x", true))->kind == Kind::transient);
  CHECK(judge(400, body_of(100, 0, "x", true))->kind == Kind::transient);
}

TEST_CASE("a message begins with code and subcode once, and adds what Meta tells the user") {
  CHECK(judge(400, body_of(190, 463, "Session has expired"))
            ->message.starts_with("(#190/463) Session has expired. Make a new access token with ads_read"));
  CHECK(judge(400, body_of(80000, 2446079, "(#80000) Wait a bit"))->message == "(#80000/2446079) Wait a bit");
  CHECK(
      judge(
          400,
          R"({"error":{"message":"Invalid parameter","code":100,"error_subcode":1487534,"error_user_msg":"Too much"}})")
          ->message == "(#100/1487534) Invalid parameter (Too much)");
  CHECK(judge(500, R"({"error":{"code":2}})")->message == "(#2) service temporarily unavailable");
}

TEST_CASE("an error with HTTP 200 is an error, an ad called error is none") {
  CHECK(judge(200, body_of(190, 0, "x"))->kind == Kind::credentials);
  CHECK_FALSE(judge(200, R"({"data":[{"ad_name":"error"}]})"));
  CHECK_FALSE(judge(200, R"({"data":[{"error":{"code":1}}]})"));
}

TEST_CASE("answers without an error of Meta's: by status, and by whether they look like JSON") {
  CHECK(judge(502, "<html><h1>Bad gateway</h1></html>")->kind == Kind::transient);
  CHECK(judge(500, "")->kind == Kind::transient);
  CHECK(judge(503, R"({"error":{"message":"Call was not successful"}})")->kind == Kind::transient);
  CHECK(judge(400, R"({"error":{"message":"Call was not successful"}})")->kind == Kind::permanent);
  CHECK(judge(503, R"({"error":"words"})")->kind == Kind::transient);
  CHECK(judge(200, "<!doctype html>")->kind == Kind::unparsable);
  CHECK(judge(200, "")->kind == Kind::unparsable);
  CHECK(judge(302, "")->kind == Kind::unparsable);
  CHECK(judge(403, "blocked by a proxy")->kind == Kind::unparsable);
  CHECK(judge(413, "")->kind == Kind::too_large);
  CHECK(judge(401, "<html>")->kind == Kind::credentials);
  CHECK(judge(401, R"({"error":{"message":"Unauthorized"}})")->kind == Kind::credentials);
  CHECK(judge(429, R"({"error":{"code":2,"message":"temporary"}})")->kind == Kind::throttled);
  CHECK(judge(404, "<pre>Cannot GET</pre>")->kind == Kind::permanent);
  CHECK(judge(429, "")->kind == Kind::throttled);
  const auto without_code = judge(429, R"({"error":{"message":"Too many"}})");
  CHECK(without_code->kind == Kind::throttled);
  CHECK(without_code->scope == "meta:app:9");
  CHECK(judge(200, R"({"data":[{"ad_id":"1","na)")->kind == Kind::transient);
  CHECK_FALSE(judge(200, " {\"data\":[]}\n"));
}

TEST_CASE("what is quoted of a body holds no token, not even half of it") {
  const auto failure = judge(400, std::string(120, 'x') + "tokenABCDEF" + std::string(400, 'y'));
  CHECK_FALSE(failure->message.contains("tokenA"));
  CHECK(failure->message.size() < 300);
}
