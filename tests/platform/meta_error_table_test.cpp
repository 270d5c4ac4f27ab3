#include "platform/meta/meta_error_table.h"

#include "simulated_meta.h"

#include <doctest/doctest.h>

#include <set>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

std::string fault_of(const MetaErrorRow& row, const std::string& more) {
  return R"({"kind":"error","count":1000,"code":)" + std::to_string(row.code) +
         (row.subcode != 0 ? R"(,"subcode":)" + std::to_string(row.subcode) : "") + more + "}";
}

std::string code_of(const MetaErrorRow& row) {
  return std::to_string(row.code) + (row.subcode != 0 ? "/" + std::to_string(row.subcode) : "");
}

}  // namespace

TEST_CASE("each row of Meta's errors is met on the wire, means what it says, and tells the user what to do") {
  for (const auto& row : meta_error_rows()) {
    CAPTURE(code_of(row));
    SimulatedMeta meta(SimulatorSettings{.ads = 1});
    meta.arm(fault_of(row, R"(,"on":"account")"));
    const auto verified = meta.run(meta.connector->verify("act_123", meta.credentials));
    REQUIRE_FALSE(verified);
    CHECK(verified.error().kind == row.kind);
    CHECK(verified.error().code == code_of(row));
    CHECK_FALSE(verified.error().trace_id.empty());
    CHECK(verified.error().message.ends_with(row.advice));
    CHECK(verified.error().resume_at.has_value() == (row.kind == Kind::throttled));
    if (row.kind == Kind::throttled)
      CHECK(verified.error().scope.starts_with(row.quota == MetaQuota::app ? "meta:app:" : "meta:account:"));
  }
}

TEST_CASE("a report that fails tells the same, with the words that v25 gives for the user") {
  for (const auto& row : meta_error_rows()) {
    CAPTURE(code_of(row));
    SimulatedMeta meta(SimulatorSettings{.ads = 1});
    meta.arm(R"({"kind":"report_failed","count":1000,"user_message":"Words for a person","code":)" +
             std::to_string(row.code) + (row.subcode != 0 ? R"(,"subcode":)" + std::to_string(row.subcode) : "") + "}");
    const auto collected = meta.collect(CollectionType::ads);
    REQUIRE_FALSE(collected);
    // What may pass is tried once more in place; then less is asked for.
    const auto kind = row.kind == Kind::transient ? Kind::too_large : row.kind;
    if (row.kind != Kind::out_of_range) CHECK(collected.error().kind == kind);
    CHECK(collected.error().message.contains("Words for a person"));
  }
}

TEST_CASE("every row has a source, words, and stands there once; token trouble says what to do") {
  std::set<std::string> seen;
  for (const auto& row : meta_error_rows()) {
    CAPTURE(code_of(row));
    CHECK(seen.insert(code_of(row)).second);
    CHECK(row.source.starts_with("https://"));
    CHECK_FALSE(row.words.empty());
    CHECK((row.kind == Kind::throttled) == (row.quota != MetaQuota::none));
    if (row.kind == Kind::credentials || row.code == 2635) CHECK_FALSE(row.advice.empty());
  }
  for (const auto* code : {"190", "190/463", "10", "200", "294", "102", "2635"}) CHECK(seen.contains(code));
}

TEST_CASE("an error that nobody knows is told once, with the id that Meta's support asks for") {
  SimulatedMeta meta(SimulatorSettings{.ads = 1});
  std::vector<std::string> told;
  Notices notices([&told](const std::string& words) { told.push_back(words); });
  meta.wired.notices = &notices;
  meta.connector = make_meta_connector(meta.wired, {.base_url = "http://platform.test", .api_version = "v26.0"});
  meta.arm(R"({"kind":"error","count":1000,"code":77777,"subcode":3,"on":"account","message":"Strange"})");
  for (int time = 0; time < 3; ++time) {
    const auto verified = meta.run(meta.connector->verify("act_123", meta.credentials));
    CHECK(verified.error().kind == Kind::permanent);
  }
  REQUIRE(told.size() == 1);
  CHECK(told[0].contains("(#77777/3) Strange"));
  CHECK(told[0].contains("fbtrace_id A"));

  meta.arm(R"({"kind":"clear"})");
  meta.arm(R"({"kind":"error","count":1000,"code":77778,"status":503,"on":"account"})");
  CHECK(meta.run(meta.connector->verify("act_123", meta.credentials)).error().kind == Kind::transient);
  CHECK(told.size() == 2);
}

TEST_CASE("with an app secret every call carries its proof, and a wrong secret is told as one") {
  SimulatedMeta meta(SimulatorSettings{.ads = 3, .app_secret = "theSecretOfTheApp"});
  const auto without = meta.run(meta.connector->verify("act_123", meta.credentials));
  REQUIRE_FALSE(without);
  CHECK(without.error().kind == Kind::credentials);

  meta.credentials.fields["app_secret"] = "anotherSecret";
  const auto wrong = meta.run(meta.connector->verify("act_123", meta.credentials));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.contains("Compare the app secret"));

  meta.credentials.fields["app_secret"] = "theSecretOfTheApp";
  for (const auto type : {CollectionType::ads, CollectionType::demographics, CollectionType::creatives})
    CHECK(meta.collect(type));
}
