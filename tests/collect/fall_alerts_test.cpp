#include "collect/fall_alerts.h"

#include "core/random.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace adfill;

namespace {

Random ids{7};
const Day since(2026, 7, 29);
constexpr Duration repeat = std::chrono::hours(24);

std::vector<MetricVerdict> verdicts(std::size_t fallen, std::size_t all) {
  std::vector<MetricVerdict> list;
  for (std::size_t at = 0; at < all; ++at) {
    MetricVerdict& verdict = list.emplace_back();
    verdict.integration = IntegrationId::draw(ids);
    verdict.advertiser = AdvertiserId::draw(ids);
    verdict.metric = Metric::conversions;
    if (at < fallen) verdict.since = since;
  }
  return list;
}

AlertSnapshot nothing_open() {
  AlertSnapshot snapshot;
  snapshot.now = parse_rfc3339("2026-08-02T00:00:00Z").value();
  return snapshot;
}

// The snapshot after the decision was carried out.
void carry_out(AlertSnapshot& snapshot, const AlertDecision& decision) {
  const auto suspect = [&](AlertId alert, const std::vector<SuspectedAccount>& accounts) {
    for (const auto& account : accounts)
      snapshot.suspicions.push_back({alert, account.integration, account.advertiser, account.since});
  };
  for (const auto& due : decision.open) {
    AlertRecord alert;
    alert.id = AlertId::draw(ids);
    alert.kind = due.kind;
    alert.subject = due.subject;
    alert.source = due.source;
    alert.message = due.message;
    alert.parameters = due.parameters;
    alert.opened_at = alert.told_at = snapshot.now;
    snapshot.open.push_back(alert);
    suspect(alert.id, due.suspected);
  }
  for (const auto& lasting : decision.renew) {
    auto& alert = *std::ranges::find(snapshot.open, lasting.alert.id, &AlertRecord::id);
    alert.message = lasting.message;
    alert.parameters = lasting.parameters;
    if (lasting.tell) alert.told_at = snapshot.now;
    suspect(alert.id, lasting.suspected);
  }
  for (const auto& over : decision.close)
    std::erase_if(snapshot.open, [&](const AlertRecord& alert) { return alert.id == over.alert.id; });
}

}  // namespace

TEST_CASE("a fall is one alert with its day, and how many accounts of how many") {
  auto snapshot = nothing_open();
  const auto seen = verdicts(8, 12);
  const auto decision = decide_falls(snapshot, seen, {}, repeat);
  REQUIRE(decision.open.size() == 1);
  const auto& alert = decision.open[0];
  CHECK(alert.kind == AlertKind::metric_fall);
  CHECK(alert.subject == "meta:conversions");
  CHECK(alert.message ==
        "Meta, purchases, since 2026-07-29: 8 of 12 accounts report far less than in the weeks before, although their "
        "ads go on. Most likely the platform is at fault. The days are marked suspect, and collected again when it is "
        "over.");
  CHECK(alert.parameters == R"({"metric":"conversions","since":"2026-07-29","accounts":8,"accounts_judged":12})");
  CHECK(alert.suspected.size() == 8);
  carry_out(snapshot, decision);
  const auto again = decide_falls(snapshot, seen, {}, repeat);
  CHECK(again.open.empty());
  CHECK(again.renew.empty());
  CHECK(again.close.empty());
}

TEST_CASE("accounts that fall off later join it without another word, and it is told of again after a day") {
  auto snapshot = nothing_open();
  auto seen = verdicts(8, 12);
  carry_out(snapshot, decide_falls(snapshot, seen, {}, repeat));
  snapshot.now += std::chrono::hours(1);
  seen[9].since = since.plus(5);
  seen[10].since = since.plus(-5);  // its own affair
  auto decision = decide_falls(snapshot, seen, {}, repeat);
  REQUIRE(decision.renew.size() == 1);
  CHECK_FALSE(decision.renew[0].tell);
  CHECK(decision.renew[0].message.find("9 of 12 accounts") != std::string::npos);
  REQUIRE(decision.renew[0].suspected.size() == 1);
  CHECK(decision.renew[0].suspected[0].integration == seen[9].integration);
  CHECK(decision.renew[0].suspected[0].since == since.plus(5));
  carry_out(snapshot, decision);
  snapshot.now += std::chrono::hours(24);
  decision = decide_falls(snapshot, seen, {}, repeat);
  REQUIRE(decision.renew.size() == 1);
  CHECK(decision.renew[0].tell);
  CHECK(decision.renew[0].advertisers.size() == 9);
}

TEST_CASE("a fall is over when most of its accounts have the metric back, not when nothing is known of them") {
  auto snapshot = nothing_open();
  auto seen = verdicts(8, 12);
  carry_out(snapshot, decide_falls(snapshot, seen, {}, repeat));
  for (std::size_t back = 0; back < 4; ++back) seen[back].since.reset();
  CHECK(decide_falls(snapshot, seen, {}, repeat).close.empty());
  seen[4].since.reset();
  const auto decision = decide_falls(snapshot, seen, {}, repeat);
  REQUIRE(decision.close.size() == 1);
  CHECK(decision.close[0].advertisers.size() == 8);
  CHECK(decision.open.empty());

  CHECK(decide_falls(snapshot, {}, {}, repeat).close.empty());
  // In the end it is how things are.
  snapshot.now += std::chrono::days(60);
  CHECK(decide_falls(snapshot, verdicts(0, 0), {}, repeat).close.size() == 1);
  snapshot.now -= std::chrono::days(59);
  snapshot.suspicions.clear();  // its accounts were removed
  CHECK(decide_falls(snapshot, {}, {}, repeat).close.size() == 1);
}

TEST_CASE("as long as a fall lasts accounts are judged back to its beginning") {
  auto snapshot = nothing_open();
  CHECK(look_back_of(snapshot, {}) == 28);
  carry_out(snapshot, decide_falls(snapshot, verdicts(8, 8), {}, repeat));
  CHECK(look_back_of(snapshot, {}) == 28);
  snapshot.now += std::chrono::days(40);
  CHECK(look_back_of(snapshot, {}) == 47);
}

TEST_CASE("a value that falls off with its conversions is not told of beside them") {
  auto snapshot = nothing_open();
  auto seen = verdicts(8, 12);
  carry_out(snapshot, decide_falls(snapshot, seen, {}, repeat));
  const auto conversions = seen;
  for (auto verdict : conversions) {
    verdict.metric = Metric::conversion_value;
    if (verdict.since) verdict.since = since.plus(3);
    seen.push_back(verdict);
  }
  CHECK(decide_falls(snapshot, seen, {}, repeat).open.empty());
}

TEST_CASE("other alerts neither close a fall nor are closed by one") {
  auto snapshot = nothing_open();
  carry_out(snapshot, decide_falls(snapshot, verdicts(8, 12), {}, repeat));
  CHECK(decide_alerts(snapshot, {}).close.empty());
  AlertRecord other;
  other.kind = AlertKind::queue;
  snapshot.open = {other};
  CHECK(decide_falls(snapshot, {}, {}, repeat).close.empty());
}

TEST_CASE("those who see some advertisers only are not told how many accounts there are") {
  auto snapshot = nothing_open();
  carry_out(snapshot, decide_falls(snapshot, verdicts(8, 12), {}, repeat));
  const auto told = without_counts(snapshot.open[0]);
  CHECK(told.message.starts_with("Meta, purchases, since 2026-07-29: accounts report far less"));
  CHECK(told.parameters == R"({"metric":"conversions","since":"2026-07-29"})");
  AlertRecord other;
  other.message = "as it was";
  CHECK(without_counts(other).message == "as it was");
}
