#include "simulated_meta.h"

#include <doctest/doctest.h>

#include <iterator>
#include <set>

// The connector against the simulator, whose wire format was written from the platform's pages by somebody else.
using namespace adfill;
using namespace adfill::test;

namespace {

template <class Rows>
void check_sums(const Rows& rows, const boost::json::object& truth) {
  Totals sums;
  Micros conversions;
  for (const auto& row : rows) {
    REQUIRE(sums.add(totals_of(row.metrics)));
    conversions.value += row.metrics.conversions.value;
  }
  CHECK(static_cast<std::int64_t>(rows.size()) == truth.at("rows").as_int64());
  CHECK(sums.impressions == truth.at("impressions").as_int64());
  CHECK(sums.clicks == truth.at("clicks").as_int64());
  CHECK(sums.cost == parse_micros(std::string(truth.at("cost").as_string())));
  CHECK(conversions.value == truth.at("conversions").as_int64() * 1'000'000);
}

void check_account_totals(SimulatedMeta& meta) {
  Totals sums;
  for (const auto& [day, totals] : meta.sink.totals) REQUIRE(sums.add(totals));
  const auto truth = meta.truth("account");
  CHECK(sums.impressions == truth.at("impressions").as_int64());
  CHECK(sums.clicks == truth.at("clicks").as_int64());
  CHECK(sums.cost == parse_micros(std::string(truth.at("cost").as_string())));
}

}  // namespace

TEST_CASE("ninety days of ads from the simulator are exactly what it holds, in won and in dollars") {
  for (const auto* currency : {"KRW", "USD"}) {
    SimulatedMeta meta({.seed = 7, .ads = 30, .currency = currency});
    const auto collected = meta.collect(CollectionType::ads);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    REQUIRE(meta.sink.ad_rows.size() > 500);
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("a day that is too large for the simulator arrives exactly in parts") {
  const DayRange day{Day(2026, 8, 20), Day(2026, 8, 20)};
  SimulatedMeta unlimited({.seed = 7, .ads = 300});
  unlimited.range = day;
  const auto rows = static_cast<int>(unlimited.truth("ads").at("rows").as_int64());
  REQUIRE(rows > 50);
  for (const int budget : {rows - 1, rows / 2}) {
    CAPTURE(rows);
    CAPTURE(budget);
    SimulatedMeta meta({.seed = 7, .ads = 300, .row_budget = budget});
    meta.range = day;
    const auto whole = meta.collect(CollectionType::ads);
    REQUIRE_FALSE(whole);
    CHECK(whole.error().kind == Failure::Kind::too_large);
    meta.part = DayPart::campaigns;
    const auto collected = meta.collect(CollectionType::ads);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("ninety days of demographics from the simulator are exactly what it holds") {
  SimulatedMeta meta({.seed = 7, .ads = 30, .time_zone = "Asia/Kolkata"});
  REQUIRE(meta.collect(CollectionType::demographics));
  REQUIRE(meta.sink.demographic_rows.size() > 500);
  check_sums(meta.sink.demographic_rows, meta.truth("demographics"));
  check_account_totals(meta);
}

TEST_CASE("conversions are counted in the windows that were asked for, by ads, by groups and in parts") {
  const auto conversions = [](const auto& rows) {
    std::int64_t sum = 0;
    for (const auto& row : rows) sum += row.metrics.conversions.value;
    return sum;
  };
  SimulatedMeta meta({.seed = 7, .ads = 30});
  meta.range = {Day(2026, 8, 20), Day(2026, 8, 20)};
  const auto all = meta.truth("ads").at("conversions").as_int64() * 1'000'000;
  REQUIRE(all > 0);
  for (const auto part : {DayPart::whole, DayPart::campaigns}) {
    meta.part = part;
    meta.attribution = "7d_click,1d_view";  // the simulator's own setting
    REQUIRE(meta.collect(CollectionType::ads));
    CHECK(conversions(meta.sink.ad_rows) == all);
    meta.attribution = "1d_click";
    REQUIRE(meta.collect(CollectionType::ads));
    CHECK(conversions(meta.sink.ad_rows) > 0);
    CHECK(conversions(meta.sink.ad_rows) < all);
  }
  meta.part = DayPart::whole;
  meta.range.since = Day(2026, 6, 1);  // a day's groups have too few to be told apart
  meta.attribution = "1d_click";
  REQUIRE(meta.collect(CollectionType::demographics));
  const auto clicks_only = conversions(meta.sink.demographic_rows);
  CHECK(clicks_only > 0);
  CHECK(clicks_only < meta.truth("demographics").at("conversions").as_int64() * 1'000'000);
}

TEST_CASE("all creatives of the simulator are listed, archived ones too") {
  SimulatedMeta meta({.seed = 7, .ads = 120});
  const auto collected = meta.collect(CollectionType::creatives);
  REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
  CHECK(static_cast<std::int64_t>(meta.sink.creative_rows.size()) == meta.truth("creatives").at("rows").as_int64());
  for (const auto& row : meta.sink.creative_rows) CHECK_FALSE(row.creative_id.empty());
}

TEST_CASE("creatives that can't be read cost themselves alone, and few calls; videos come with their links") {
  SimulatedMeta meta({.seed = 7, .ads = 400, .broken_creatives = 3});
  REQUIRE(meta.collect(CollectionType::creatives));
  const auto& rows = meta.sink.creative_rows;
  CHECK(static_cast<std::int64_t>(rows.size()) == meta.truth("creatives").at("rows").as_int64());
  std::size_t unreadable = 0;
  std::size_t videos = 0;
  for (const auto& row : rows) {
    if (row.details.contains("\"unreadable\"")) ++unreadable;
    if (!row.details.contains("\"unreadable\"")) CHECK_FALSE(row.creative_id.empty());
    if (row.video_id.empty()) continue;
    ++videos;
    CHECK(row.video_url.starts_with("https://www.facebook.com/"));
    CHECK(row.video_source_url.contains(".mp4?oe="));
  }
  CHECK(unreadable > 0);
  CHECK(unreadable <= 3);
  CHECK(videos > 20);
  // What the platform counts: a read a video, a dozen more for each that can't be read, and the pages.
  CHECK(meta.ask("/simulator/stats", "").at("calls").as_int64() < static_cast<std::int64_t>(videos) + 3 * 16 + 16);
}

TEST_CASE("deleted ads, which are in no list, are read by their ids where they have figures") {
  SimulatedMeta meta({.seed = 7, .ads = 60});
  meta.range = {Day(2025, 6, 1), Day(2025, 8, 29)};  // they have stopped since
  REQUIRE(meta.collect(CollectionType::ads));
  std::set<std::string> with_figures;
  for (const auto& row : meta.sink.ad_rows) with_figures.insert(row.ad_id);
  REQUIRE(meta.collect(CollectionType::creatives));
  std::set<std::string> listed;
  for (const auto& row : meta.sink.creative_rows) listed.insert(row.ad_id);
  std::vector<std::string> missing;
  std::ranges::set_difference(with_figures, listed, std::back_inserter(missing));
  REQUIRE_FALSE(missing.empty());

  meta.unlisted_ads.assign(with_figures.begin(), with_figures.end());
  REQUIRE(meta.collect(CollectionType::creatives));
  std::vector<std::string> deleted;
  for (const auto& row : meta.sink.creative_rows) {
    if (row.status != "DELETED") continue;
    deleted.push_back(row.ad_id);
    CHECK_FALSE(row.creative_id.empty());
    CHECK_FALSE(row.details.contains("unreadable"));
  }
  CHECK(deleted == missing);
}

TEST_CASE("under a tight quota everything arrives, and no call is made during a cool-down") {
  SimulatedMeta meta({.seed = 7, .ads = 60, .quota_calls = 3, .quota_seconds = 20});
  REQUIRE(meta.collect(CollectionType::ads, 50));
  check_sums(meta.sink.ad_rows, meta.truth("ads"));
  const auto stats = meta.ask("/simulator/stats", "");
  CHECK(stats.at("during_cool_down").as_int64() == 0);
}

TEST_CASE("with a fault in every tenth call everything arrives exactly, after some attempts") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    SimulatedMeta meta({.seed = seed, .ads = 30, .faults = 0.1});
    Result<void> collected = std::unexpected(Failure(Failure::Kind::transient, "not yet"));
    for (int attempt = 0; attempt < 20 && !collected; ++attempt) collected = meta.collect(CollectionType::ads, 20);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("a token that the simulator calls expired is a matter of credentials") {
  SimulatedMeta meta({});
  meta.credentials.fields["access_token"] = "expired-token";
  const auto collected = meta.collect(CollectionType::ads);
  REQUIRE_FALSE(collected);
  CHECK(collected.error().kind == Failure::Kind::credentials);
  CHECK(collected.error().code == "190/463");
}
