#include "collect/alert_rules.h"

#include "collect/alert_message.h"
#include "core/random.h"

#include <doctest/doctest.h>

#include <utility>

using namespace adfill;

namespace {

const Instant now = parse_rfc3339("2026-03-15T12:00:00Z").value();
Random ids{3};

// Collected up to yesterday by the schedule of this morning.
WatchedType healthy(const std::string& name) {
  WatchedType type;
  type.integration = IntegrationId::draw(ids);
  type.advertiser = AdvertiserId::draw(ids);
  type.account_name = name;
  type.time_zone = "Asia/Seoul";
  type.status = IntegrationStatus::success;
  type.last_due_at = parse_rfc3339("2026-03-14T19:00:00Z");  // the 15th, 04:00 in Seoul
  type.next_due_at = parse_rfc3339("2026-03-15T19:00:00Z").value();
  type.newest = Day(2026, 3, 14);
  return type;
}

FailedChunk failed_chunk(const WatchedType& type) {
  FailedChunk chunk;
  chunk.job = JobId::draw(ids);
  chunk.integration = type.integration;
  chunk.account_name = type.account_name;
  chunk.job_status = JobStatus::partial;
  chunk.range = {Day(2026, 3, 1), Day(2026, 3, 3)};
  chunk.message = "the account is gone";
  return chunk;
}

AlertSnapshot snapshot_of(std::vector<WatchedType> types) {
  AlertSnapshot snapshot;
  snapshot.now = now;
  snapshot.types = std::move(types);
  snapshot.live_workers = 1;
  return snapshot;
}

std::vector<AlertKind> kinds(const AlertSnapshot& snapshot) {
  std::vector<AlertKind> found;
  for (const auto& alert : find_alerts(snapshot, {})) found.push_back(alert.kind);
  return found;
}

// The snapshot after the decision was carried out.
AlertSnapshot carried_out(AlertSnapshot snapshot, Duration passed) {
  const auto decision = decide_alerts(snapshot, {});
  for (const auto& due : decision.open) {
    AlertRecord alert;
    alert.id = AlertId::draw(ids);
    alert.kind = due.kind;
    alert.subject = due.subject;
    alert.message = due.message;
    alert.told_at = snapshot.now;
    snapshot.open.push_back(alert);
  }
  snapshot.now += passed;
  return snapshot;
}

}  // namespace

TEST_CASE("nothing is wrong when every day is there") {
  auto snapshot = snapshot_of({healthy("Shop")});
  CHECK(kinds(snapshot).empty());
  snapshot.types[0].newest = std::nullopt;  // it was added today, and its schedule has not been due yet
  snapshot.types[0].last_due_at = std::nullopt;
  CHECK(kinds(snapshot).empty());
}

TEST_CASE("a day that is not there so long after its schedule is an alert, in the account's own days") {
  auto snapshot = snapshot_of({healthy("Shop")});
  snapshot.types[0].newest = Day(2026, 3, 13);
  REQUIRE(kinds(snapshot) == std::vector{AlertKind::freshness});
  CHECK(find_alerts(snapshot, {})[0].message ==
        "Shop (Meta, ads): figures of 2026-03-14 should be here and are not; the newest day is 2026-03-13.");
  snapshot.now = *snapshot.types[0].last_due_at + std::chrono::hours(5);  // it still has an hour
  CHECK(kinds(snapshot).empty());
  // Nobody ran the schedule at all.
  snapshot.now = snapshot.types[0].next_due_at + std::chrono::hours(7);
  snapshot.types[0].newest = Day(2026, 3, 14);
  CHECK(kinds(snapshot) == std::vector{AlertKind::freshness});
  snapshot.types[0].paused = true;
  CHECK(kinds(snapshot).empty());
}

TEST_CASE("refused credentials are one alert an account, and its missing days are no others") {
  auto ads = healthy("Shop");
  ads.status = IntegrationStatus::needs_auth;
  ads.last_error = "token expired";
  ads.newest = Day(2026, 3, 1);
  auto demographics = ads;
  demographics.type = CollectionType::demographics;
  const auto snapshot = snapshot_of({ads, demographics});
  REQUIRE(kinds(snapshot) == std::vector{AlertKind::credentials});
  CHECK(find_alerts(snapshot, {})[0].message.find("(token expired)") != std::string::npos);
}

TEST_CASE("credentials that expire within a week are told of, by the day") {
  auto snapshot = snapshot_of({healthy("Shop")});
  snapshot.types[0].credentials_expire_at = now + std::chrono::days(8);
  CHECK(kinds(snapshot).empty());
  snapshot.types[0].credentials_expire_at = now + std::chrono::days(6);
  REQUIRE(kinds(snapshot) == std::vector{AlertKind::credentials});
  CHECK(find_alerts(snapshot, {})[0].message.find("expire on 2026-03-21") != std::string::npos);
  snapshot.types[0].status = IntegrationStatus::needs_auth;  // then it is that, once
  CHECK(kinds(snapshot).size() == 1);
}

TEST_CASE("failed chunks of a type are one alert until their days are there") {
  auto snapshot = snapshot_of({healthy("Shop")});
  snapshot.failed = {failed_chunk(snapshot.types[0]), failed_chunk(snapshot.types[0])};
  REQUIRE(kinds(snapshot) == std::vector{AlertKind::job_failed});
  CHECK(find_alerts(snapshot, {})[0].message ==
        "Shop (Meta, ads): not collected, 2026-03-01 to 2026-03-03 and 1 more: the account is gone");
  for (auto& chunk : snapshot.failed) chunk.job_status = JobStatus::running;  // its other chunks go on
  CHECK(kinds(snapshot).empty());
  for (auto& chunk : snapshot.failed) chunk.unparsable = true;
  CHECK(kinds(snapshot) == std::vector{AlertKind::unparsable});
  for (auto& chunk : snapshot.failed) chunk.days_done = 2;
  CHECK(kinds(snapshot) == std::vector{AlertKind::unparsable});
  for (auto& chunk : snapshot.failed) chunk.days_done = 3;
  CHECK(kinds(snapshot).empty());
}

TEST_CASE("an outage of a platform is one alert, not one for each of a thousand accounts") {
  std::vector<WatchedType> accounts;
  for (int i = 0; i < 1000; ++i) {
    accounts.push_back(healthy("Shop " + std::to_string(i)));
    accounts.back().newest = Day(2026, 3, 10);
  }
  auto snapshot = snapshot_of(std::move(accounts));
  snapshot.outages.push_back({Source::meta, 1000});
  auto decision = decide_alerts(snapshot, {});
  REQUIRE(decision.open.size() == 1);
  CHECK(decision.open[0].kind == AlertKind::outage);
  // Another platform's accounts are not covered by it.
  snapshot.types[0].source = Source::naver;
  CHECK(decide_alerts(snapshot, {}).open.size() == 2);
  // It is over, and its accounts catch up: a thousand alerts now would each be closed by the next look.
  snapshot.past_outages = std::exchange(snapshot.outages, {});
  decision = decide_alerts(snapshot, {});
  REQUIRE(decision.open.size() == 1);
  CHECK(decision.open[0].source == Source::naver);
  snapshot.past_outages.clear();
  CHECK(decide_alerts(snapshot, {}).open.size() == 1000);
}

TEST_CASE("the queue does not move when what may run waits and nobody works; a busy worker is no alert") {
  auto snapshot = snapshot_of({});
  snapshot.oldest_due = now - std::chrono::minutes(20);
  CHECK(kinds(snapshot) == std::vector{AlertKind::queue});
  snapshot.held_chunks = 3;
  CHECK(kinds(snapshot).empty());
  snapshot.live_workers = 0;
  CHECK(kinds(snapshot) == std::vector{AlertKind::queue});
  snapshot.oldest_due = now - std::chrono::minutes(10);
  CHECK(kinds(snapshot).empty());
}

TEST_CASE("an alert is told of once, again after a day, with new words quietly, and closed when it is over") {
  auto snapshot = snapshot_of({healthy("Shop")});
  snapshot.types[0].mismatches = 1;
  CHECK(decide_alerts(snapshot, {}).open.size() == 1);
  snapshot = carried_out(snapshot, std::chrono::hours(1));
  auto decision = decide_alerts(snapshot, {});
  CHECK(decision.open.empty());
  CHECK(decision.renew.empty());
  CHECK(decision.close.empty());

  snapshot.types[0].mismatches = 2;
  decision = decide_alerts(snapshot, {});
  REQUIRE(decision.renew.size() == 1);
  CHECK_FALSE(decision.renew[0].tell);

  snapshot.now += std::chrono::hours(23);
  snapshot.types[0].last_due_at = std::nullopt;
  snapshot.types[0].next_due_at = snapshot.now;
  decision = decide_alerts(snapshot, {});
  REQUIRE(decision.renew.size() == 1);
  CHECK(decision.renew[0].tell);

  snapshot.types[0].mismatches = 0;
  decision = decide_alerts(snapshot, {});
  CHECK(decision.renew.empty());
  CHECK(decision.close.size() == 1);
}

TEST_CASE("a channel's target is a URL of the web or one address, and only its host is shown") {
  CHECK_FALSE(wrong_target(ChannelKind::webhook, "https://hooks.example/a?b=c"));
  CHECK_FALSE(wrong_target(ChannelKind::slack, "http://127.0.0.1:9000/x"));
  CHECK_FALSE(wrong_target(ChannelKind::email, "ads@example.com"));
  for (const auto* url : {"file:///etc/passwd", "ftp://host/x", "gopher://host", "https://", "https:///x", "host",
                          "https://user:password@host/", "https://host/a b", "https://host/\r\nx"}) {
    CAPTURE(url);
    CHECK(wrong_target(ChannelKind::webhook, url));
  }
  for (const auto* address : {"ads", "@example.com", "ads@", "a@b@c", "a@b>\r\nRCPT TO:<c@d", "a@b,c@d", "a b@c"}) {
    CAPTURE(address);
    CHECK(wrong_target(ChannelKind::email, address));
  }
  CHECK(target_label(ChannelKind::slack, "https://hooks.slack.com/services/T0/B0/secret") == "https://hooks.slack.com");
}

TEST_CASE("what people read of a delivery says what is new, what lasts and what is over") {
  AlertRecord alert;
  alert.kind = AlertKind::queue;
  alert.message = "<b> & co";
  const auto payload = delivery_payload({}, now, {{AlertEvent::opened, alert}, {AlertEvent::closed, alert}});
  CHECK(slack_body(payload) == R"({"text":"*adfill*\n• &lt;b&gt; &amp; co\n• Over: &lt;b&gt; &amp; co\n"})");
  const auto words = mail_words(payload);
  CHECK(words.subject == "adfill: 2 alerts");
  CHECK(words.text == "- <b> & co\n- Over: <b> & co\n");
}
