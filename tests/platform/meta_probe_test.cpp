#include "platform/meta/meta_probe.h"

#include "platform/meta/meta_rehearsal.h"
#include "simulated_meta.h"

#include <doctest/doctest.h>

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
  SimulatedMeta meta({.seed = 7, .ads = 90'000});
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

namespace {

struct Stage {
  MetaScopes scopes{"act_123", {"meta:app:1"}};
  Governor governor{};
  MetaReportTimes report_times{};
  Instant begin = parse_rfc3339("2026-03-10T03:00:00Z").value();

  [[nodiscard]] Rehearsal play(const std::vector<PlannedChunk>& chunks, const AccountProbe& probe,
                               int at_once = 1) const {
    const MetaStage stage{.scopes = scopes,
                          .governor = governor,
                          .report_times = report_times,
                          .poll_base = std::chrono::seconds(2),
                          .begin = begin};
    return rehearse(stage, chunks, probe, at_once);
  }
};

const DayRange quarter{Day(2026, 6, 1), Day(2026, 8, 29)};

AccountProbe probe_with(Duration report, std::string tier = "") {
  AccountProbe probe;
  probe.report = report;
  probe.call = std::chrono::milliseconds(100);
  probe.tier = std::move(tier);
  return probe;
}

double seconds_of(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

TEST_CASE("a chunk's calls are its report, the polls that its time takes, and its pages") {
  const Stage stage;
  const auto quick = probe_with(std::chrono::milliseconds(300));
  const PlannedChunk chunk{.type = CollectionType::ads, .range = quarter, .rows = 1400};
  const auto played = stage.play({chunk}, quick);
  CHECK(played.calls == std::vector<double>{1 + 1 + 3 + 1});
  CHECK(seconds_of(played.time) > 6 * 0.1 + 1.5);
  CHECK(seconds_of(played.time) < 6 * 0.1 + 2.5);
  const auto slow = stage.play({{.range = quarter}}, probe_with(std::chrono::seconds(12)));
  CHECK(slow.calls[0] > 1 + 3 + 2);
  CHECK(slow.calls[0] < 1 + 5 + 2);
  CHECK(stage.play({{.type = CollectionType::creatives, .rows = 120}}, quick).calls == std::vector<double>{3});
}

TEST_CASE("two chunks side by side take hardly longer than one, unless the first of its type is waited for") {
  const Stage stage;
  const auto quick = probe_with(std::chrono::milliseconds(300));
  PlannedChunk chunk{.type = CollectionType::ads, .range = quarter, .rows = 1400, .known = true};
  const double one = seconds_of(stage.play({chunk}, quick).time);
  CHECK(seconds_of(stage.play({chunk, chunk}, quick, 2).time) < 1.3 * one);
  chunk.known = false;
  CHECK(seconds_of(stage.play({chunk, chunk}, quick, 2).time) > 1.7 * one);
  const PlannedChunk other{.type = CollectionType::demographics, .range = quarter, .rows = 1400};
  CHECK(seconds_of(stage.play({chunk, other}, quick, 2).time) < 1.3 * one);
}

TEST_CASE("where how long reports take is known, nobody asks before one can be there") {
  const auto slow = probe_with(std::chrono::seconds(20));
  Stage stage;
  const auto unknown = stage.play({{.range = quarter}}, slow);
  stage.report_times.learn(MetaReportTimes::kind_of("act_123", {{"level", "ad"}}), std::chrono::seconds(16));
  const auto known = stage.play({{.range = quarter}}, slow);
  CHECK(known.calls[0] < unknown.calls[0]);
  CHECK(known.time < unknown.time);
}

TEST_CASE("calls go as the account's score lets them, a tier's published one where no answer tells its share") {
  const PlannedChunk chunk{.type = CollectionType::ads, .range = quarter, .rows = 100 * 500};
  Stage stage;
  CHECK(seconds_of(stage.play({chunk}, probe_with({})).time) < 20);
  CHECK(seconds_of(stage.play({chunk}, probe_with({}, "full")).time) < 20);
  // 105 points, of which 57.6 go at once and one in five seconds afterwards.
  CHECK(seconds_of(stage.play({chunk}, probe_with({}, "limited")).time) ==
        doctest::Approx(5 * (105 - 57.6)).epsilon(0.1));
  // What the answers tell counts for more: they are emptied every ten seconds, and a call is two percent.
  for (const auto& [percent, left] : {std::pair(2, 10), std::pair(6, 9), std::pair(12, 8), std::pair(18, 7)}) {
    const auto uses = uses_of(stage.scopes, "GET", "act_123/insights");
    for (int call = 0; call < (percent + 2) / 6 + 1; ++call) {
      const auto place = stage.governor.reserve({}, stage.begin, Instant::max(), uses);
      stage.governor.settle(uses, place, true);
    }
    stage.governor.publish(stage.scopes.account, score_limit, 9000);
    stage.governor.tell(stage.scopes.account, score_limit, percent, stage.begin, std::chrono::seconds(left));
  }
  const double told = seconds_of(stage.play({chunk}, probe_with({}, "full")).time);
  CHECK(told > 15);
  CHECK(told < 40);
}
