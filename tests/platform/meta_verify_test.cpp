#include "meta_world.h"

#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

const std::string debug =
    R"({"data":{"app_id":"111","type":"USER","is_valid":true,"scopes":["ads_read"],"user_id":"222"}})";

std::string account(const std::string& currency = "KRW", const std::string& zone = "Asia/Seoul",
                    const std::string& number = "77") {
  return R"({"name":"Acme KR","account_id":")" + number + R"(","currency":")" + currency + R"(","timezone_name":")" +
         zone + R"(","id":"act_)" + number + "\"}";
}

Result<VerifiedAccount> verify(MetaWorld& world, const std::string& id = "77") {
  return world.run(world.connector->verify(id, world.credentials));
}

}  // namespace

TEST_CASE("verifying tells account, currency, zone and the scopes of its calls") {
  MetaWorld world;
  world.then(debug).then(account());
  const auto verified = verify(world);
  REQUIRE(verified);
  CHECK(verified->account_id == "act_77");
  CHECK(verified->name == "Acme KR");
  CHECK(verified->currency == "KRW");
  CHECK(verified->time_zone == "Asia/Seoul");
  CHECK(verified->scopes == std::vector<std::string>{"meta:account:act_77", "meta:app:111"});
  REQUIRE(world.http.calls.size() == 2);
  CHECK(world.http.calls[1].url ==
        "https://graph.facebook.com/v26.0/act_77?fields=name%2Caccount_id%2Ccurrency%2Ctimezone_name");
  for (const auto& call : world.http.calls) CHECK_FALSE(call.url.contains(token));
}

TEST_CASE("the earlier of a token's two clocks is when its credentials expire; 0 is never") {
  const auto told = [](const std::string& clocks) {
    MetaWorld world;
    world.then(R"({"data":{"app_id":"111","is_valid":true)" + clocks + "}}").then(account());
    return verify(world)->credentials_expire_at;
  };
  const auto at = [](std::int64_t seconds) { return std::optional(Instant(std::chrono::seconds(seconds))); };
  CHECK(told(R"(,"expires_at":1793577600,"data_access_expires_at":1798761600)") == at(1793577600));
  CHECK(told(R"(,"expires_at":0,"data_access_expires_at":1798761600)") == at(1798761600));
  CHECK_FALSE(told(R"(,"expires_at":0,"data_access_expires_at":0)"));
  CHECK_FALSE(told(R"(,"expires_at":"soon")"));
  CHECK_FALSE(told(""));
}

TEST_CASE("without an answer about the token its hash stands for the app") {
  for (const auto& about :
       {answer(400, refusal(100)), answer(200, "{}"), answer(200, R"({"data":{"app_id":"../x"}})"),
        answer(200, "<html>"), answer(404, "<html>Not Found</html>"), answer(405, "Method Not Allowed"),
        answer(400, ""), answer(501, "<html>"), answer(501, R"({"error":{"message":"unsupported"}})"),
        answer(400, refusal(100, 33)), answer(403, refusal(10))}) {
    MetaWorld world;
    world.then(about).then(account());
    const auto verified = verify(world);
    REQUIRE(verified);
    REQUIRE(verified->scopes.size() == 2);
    CHECK(verified->scopes[1].starts_with("meta:app:token-"));
    CHECK_FALSE(verified->scopes[1].contains(token));
  }
}

TEST_CASE("an app that can't be asked about now ends the verification, so that no other name for it is kept") {
  for (const auto& about : {answer(500, "<html>"), answer(500, refusal(2)), no_answer(HttpError::Kind::unreachable)}) {
    MetaWorld world;
    world.http.otherwise = [&about](const HttpCall&) { return about; };
    const auto verified = verify(world);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().kind == Kind::transient);
    CHECK(world.http.calls.size() == 3);
  }
  MetaWorld world;
  world.then(answer(400, refusal(4)));
  const auto verified = verify(world);
  REQUIRE_FALSE(verified);
  CHECK(verified.error().kind == Kind::throttled);
}

TEST_CASE("an expired token is a matter of credentials, however Meta tells it") {
  const auto inside =
      R"({"data":{"app_id":"111","is_valid":false,"error":{"code":190,"message":"Session has expired","subcode":463}}})";
  for (const auto& about : {answer(200, inside), answer(400, refusal(190, 463, "Session has expired"))}) {
    MetaWorld world;
    world.then(about);
    const auto verified = verify(world);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().kind == Kind::credentials);
    CHECK(verified.error().code == "190/463");
    CHECK(verified.error().message.starts_with("(#190/463) Session has expired. Make a new access token"));
    CHECK(world.http.calls.size() == 1);
  }
}

TEST_CASE("an account that the token can't see is a matter of credentials") {
  MetaWorld world;
  world.then(debug).then(
      answer(403, refusal(200, 0, "(#200) Ad account owner has NOT grant ads_management or ads_read permission")));
  const auto verified = verify(world);
  CHECK(verified.error().kind == Kind::credentials);
  CHECK(verified.error().message.starts_with(
      "(#200) Ad account owner has NOT grant ads_management or ads_read permission. In Business settings"));
}

TEST_CASE("an unknown currency or time zone is refused in words") {
  MetaWorld world;
  world.then(debug).then(account("won"));
  auto verified = verify(world);
  CHECK(verified.error().kind == Kind::permanent);
  CHECK(verified.error().message.contains("currency"));
  world.then(debug).then(account("XQZ"));
  CHECK(verify(world).error().message.contains("\"XQZ\""));
  world.then(debug).then(account("KRW", "Asia/Atlantis")).then(R"({"id":"act_77"})");
  verified = verify(world);
  CHECK(verified.error().kind == Kind::permanent);
  CHECK(verified.error().message.contains("Asia/Atlantis"));
}

TEST_CASE("a zone without a name that is known is the offset that the account tells, where it is one of whole hours") {
  const std::vector<std::pair<std::string, std::string>> offsets{
      {"9", "Etc/GMT-9"}, {"-3.0", "Etc/GMT+3"}, {"0", "Etc/GMT"}, {"5.5", ""},
      {"99", ""},         {"\"9\"", ""},         {"null", ""}};
  for (const auto& [offset, zone] : offsets) {
    CAPTURE(offset);
    MetaWorld world;
    world.then(debug).then(account("KRW", "TZ_UNKNOWN")).then(R"({"timezone_offset_hours_utc":)" + offset + "}");
    const auto verified = verify(world);
    CHECK(verified.has_value() != zone.empty());
    if (verified) CHECK(verified->time_zone == zone);
  }
}

TEST_CASE("a server in Meta's place that knows the token as a parameter alone gets it so, Meta itself never does") {
  const auto knows_parameter = [](const HttpCall& call) {
    const auto& text = call.method == "POST" ? call.body : call.url;
    if (!text.contains("access_token=" + token)) return answer(400, refusal(104, 0, "An access token is required"));
    return call.url.contains("debug_token") ? answer(404, "") : answer(200, account());
  };
  MetaWorld world;
  MetaSettings elsewhere;
  elsewhere.base_url = "http://127.0.0.1:9100";
  world.connector = make_meta_connector(world.context, elsewhere);
  world.http.otherwise = knows_parameter;
  REQUIRE(verify(world));
  const auto calls = world.http.calls.size();
  REQUIRE(verify(world));
  CHECK(world.http.calls.size() - calls < calls);  // found out once
  for (const auto& [name, value] : world.http.calls.back().headers) CHECK(name != "authorization");

  MetaWorld meta;
  meta.http.otherwise = knows_parameter;
  CHECK_FALSE(verify(meta));
  for (const auto& call : meta.http.calls) CHECK_FALSE(call.url.contains(token));

  // A token that is refused in both places is refused once more and no more, and stays out of later URLs.
  MetaWorld over;
  over.connector = make_meta_connector(over.context, elsewhere);
  over.http.otherwise = [](const HttpCall&) { return answer(401, refusal(190, 463)); };
  CHECK(verify(over).error().kind == Kind::credentials);
  CHECK(over.http.calls.size() == 1);
}

TEST_CASE("an account is known by its id where it has no account_id") {
  MetaWorld world;
  world.then(debug).then(R"({"id":"act_77","name":"Shop","currency":"KRW","timezone_name":"Asia/Seoul"})");
  CHECK(verify(world));
}

TEST_CASE("an answer about another account, or none that can be read, is unparsable") {
  for (const auto& body : {account("KRW", "Asia/Seoul", "78"), std::string("[]"), std::string("{}"),
                           std::string(R"({"account_id":{}})")}) {
    MetaWorld world;
    world.then(debug).then(body);
    CHECK(verify(world).error().kind == Kind::unparsable);
  }
}

TEST_CASE("account ids and tokens of the wrong form are found without a call") {
  MetaWorld world;
  const auto& connector = *world.connector;
  CHECK_FALSE(connector.malformed("act_77", world.credentials));
  CHECK_FALSE(connector.malformed("77", world.credentials));
  for (const auto* id : {"", "act_", "act_x", "x77", "act_77/..", "ACT_77", " 77", "-1"}) {
    const auto wrong = connector.malformed(id, world.credentials);
    REQUIRE_MESSAGE(wrong.has_value(), id);
    CHECK(wrong->field == "account_id");
  }
  for (const auto* bad : {"", "a b", "a\nb", "한"}) {
    const Credentials credentials{{{"access_token", bad}}};
    CHECK(connector.malformed("77", credentials)->field == "credentials.access_token");
  }
  CHECK(connector.malformed("77", Credentials())->field == "credentials.access_token");
  CHECK(connector.malformed("77", Credentials{{{"access_token", "x"}, {"app_secret", "a b"}}})->field ==
        "credentials.app_secret");
  CHECK(verify(world, "nonsense").error().kind == Kind::permanent);
  CHECK(world.http.calls.empty());
}

TEST_CASE("two years of ads are chunks of 90 days, of demographics of 60, creatives one without days") {
  MetaWorld world;
  CHECK(world.connector->plan(CollectionType::ads).chunks.target_days == 90);
  CHECK(world.connector->plan(CollectionType::demographics).chunks.target_days == 60);
  CHECK_FALSE(world.connector->plan(CollectionType::creatives).has_days);
  CHECK(world.connector->restatement_days(CollectionType::ads) == 28);
}
