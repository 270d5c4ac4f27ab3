#include "platform/meta/meta_probe.h"

#include "simulated_meta.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace adfill;
using namespace adfill::test;

namespace {

Result<AccountProbe> probe(SimulatedMeta& meta, std::vector<CollectionType> types) {
  auto account = meta.run(meta.connector->verify("act_123", meta.credentials));
  if (!account) return std::unexpected(account.error());
  ProbeRequest request{
      .account = std::move(*account), .credentials = meta.credentials, .range = meta.range, .types = std::move(types)};
  return meta.run(meta.connector->probe(std::move(request)));
}

const std::vector<CollectionType> all{CollectionType::ads, CollectionType::demographics, CollectionType::creatives};

}  // namespace

TEST_CASE("a probe counts the rows of days that are spread over the range, and the ads that are listed") {
  SimulatedMeta meta({.seed = 7, .ads = 30, .report_ms = 5000});
  const auto probed = probe(meta, all);
  REQUIRE_MESSAGE(probed.has_value(), (probed ? "" : probed.error().message));
  CHECK(probed->active_days.size() == 90);
  REQUIRE(probed->ads.size() == 24);
  CHECK(probed->ads.front().day < meta.range.since.plus(5));
  CHECK(probed->ads.back().day > meta.range.until.plus(-5));
  for (const auto& sample : probed->ads) {
    meta.range = {sample.day, sample.day};
    CHECK(sample.rows == meta.truth("ads").at("rows").as_int64());
  }
  for (const auto& sample : probed->demographics) {
    meta.range = {sample.day, sample.day};
    CHECK(sample.rows == meta.truth("demographics").at("rows").as_int64());
  }
  CHECK(probed->creatives == meta.truth("creatives").at("rows").as_int64());
  CHECK(probed->report > std::chrono::seconds(2));
  CHECK(probed->report < std::chrono::seconds(9));
  CHECK_FALSE(probed->rough);
}

TEST_CASE("an account that ran on none of the days costs two calls, and holds nothing") {
  SimulatedMeta meta({.seed = 7, .ads = 5, .days = 10});
  meta.range = {Day(2025, 6, 1), Day(2025, 6, 30)};
  const auto before = meta.wire.calls;
  const auto probed = probe(meta, {CollectionType::ads, CollectionType::demographics});
  REQUIRE(probed);
  CHECK(probed->active_days.empty());
  CHECK(probed->ads.empty());
  CHECK(meta.wire.calls - before <= 4);  // two of them ask who it is
}

TEST_CASE("a day with more rows than are counted makes a rough probe") {
  SimulatedMeta meta({.seed = 7, .ads = 40'000});
  meta.range = {Day(2026, 8, 28), Day(2026, 8, 29)};
  const auto probed = probe(meta, {CollectionType::ads});
  REQUIRE(probed);
  CHECK(probed->rough);
}

TEST_CASE("what goes wrong in a probe is told as it is") {
  SimulatedMeta meta({.seed = 7, .ads = 5});
  meta.arm(R"({"kind":"expired_token","on":"insights","rate":1})");
  const auto probed = probe(meta, all);
  REQUIRE_FALSE(probed);
  CHECK(probed.error().kind == Failure::Kind::credentials);
}

TEST_CASE("a chunk's calls are its report, the polls that its time takes, and its pages") {
  const DayRange chunk{Day(2026, 6, 1), Day(2026, 8, 29)};
  const auto poll = std::chrono::seconds(2);
  AccountProbe quick;
  quick.report = std::chrono::milliseconds(300);
  quick.call = std::chrono::milliseconds(100);
  const auto planned = planned_calls(CollectionType::ads, chunk, 1400, quick, poll, Duration(0));
  CHECK(planned.reports == 1);
  CHECK(planned.reads == 1 + 3 + 1);
  CHECK(planned.lists == 0);
  AccountProbe slow = quick;
  slow.report = std::chrono::seconds(12);
  const auto polled = planned_calls(CollectionType::ads, chunk, 0, slow, poll, Duration(0));
  CHECK(polled.reads > 3 + 2);
  CHECK(polled.reads < 5 + 2);
  // Held back by a quota it is done when the first poll comes.
  CHECK(planned_calls(CollectionType::ads, chunk, 0, slow, poll, std::chrono::seconds(20)).reads == 1 + 2);
  CHECK(planned_calls(CollectionType::creatives, chunk, 120, slow, poll, Duration(0)).lists == 3);
}
