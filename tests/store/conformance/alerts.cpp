// Alerts, channels and deliveries; and what the snapshot that alerts are decided from tells.
#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace adfill::conformance {

namespace {

NewAlert new_alert(World& world, const std::string& subject, std::optional<IntegrationId> account = std::nullopt) {
  NewAlert alert;
  alert.id = AlertId::draw(world.random);
  alert.kind = account ? AlertKind::mismatch : AlertKind::queue;
  alert.subject = subject;
  alert.integration = account;
  alert.message = "about " + subject;
  return alert;
}

AlertChannelRecord channel(World& world, const std::string& label, const Sight& sight = std::nullopt) {
  AlertChannelRecord record;
  record.id = AlertChannelId::draw(world.random);
  record.kind = ChannelKind::slack;
  record.label = label;
  record.sealed = "sealed " + label;
  record.advertisers = sight;
  world.store->add_alert_channel(record, "Kim");
  return record;
}

std::vector<std::string> subjects(const std::vector<AlertRecord>& alerts) {
  std::vector<std::string> all;
  for (const auto& alert : alerts) all.push_back(alert.subject);
  return all;
}

std::vector<std::string> labels(const std::vector<AlertChannelRecord>& channels) {
  std::vector<std::string> all;
  for (const auto& channel : channels) all.push_back(channel.label);
  return all;
}

AlertDeliveryId deliver(World& world, AlertChannelId to, const std::string& payload) {
  NewDelivery delivery{AlertDeliveryId::draw(world.random), to, payload};
  AlertChanges changes;
  changes.deliveries.push_back(delivery);
  CHECK(world.store->change_alerts(changes));
  return delivery.id;
}

}  // namespace

TEST_CASE("one alert is open of a kind and subject, whoever comes second changes nothing") {
  on_each_store([](World& world) {
    const auto to = channel(world, "hooks.example");
    AlertChanges first;
    first.opened.push_back(new_alert(world, "queue"));
    CHECK(world.store->change_alerts(first));
    AlertChanges second;
    second.opened.push_back(new_alert(world, "other"));
    second.opened.push_back(new_alert(world, "queue"));
    second.deliveries.push_back({AlertDeliveryId::draw(world.random), to.id, "{}"});
    CHECK_FALSE(world.store->change_alerts(second));
    CHECK(subjects(world.store->alerts({})) == std::vector<std::string>{"queue"});
    CHECK(world.store->take_deliveries(10, std::chrono::minutes(1)).empty());

    AlertChanges close;
    close.closed.push_back(first.opened[0].id);
    CHECK(world.store->change_alerts(close));
    CHECK_FALSE(world.store->change_alerts(close));
    AlertChanges again;
    again.opened.push_back(new_alert(world, "queue"));
    CHECK(world.store->change_alerts(again));
    CHECK(world.store->alerts({}).size() == 2);
  });
}

TEST_CASE("an alert is told of again by one process only") {
  on_each_store([](World& world) {
    AlertChanges open;
    open.opened.push_back(new_alert(world, "queue"));
    CHECK(world.store->change_alerts(open));
    const auto told = world.store->alerts({}).at(0).told_at;
    world.pass(std::chrono::hours(24));
    AlertChanges renew;
    renew.renewed.push_back({open.opened[0].id, "still", "{}", told, true, {}});
    CHECK(world.store->change_alerts(renew));
    CHECK_FALSE(world.store->change_alerts(renew));
    CHECK(world.store->alerts({}).at(0).told_at == world.now);
    CHECK(world.store->alerts({}).at(0).message == "still");
  });
}

TEST_CASE("alerts are listed open ones first by pages, an account's to those alone who may see it") {
  on_each_store([](World& world) {
    const auto account = world.add_account("act_1", {plan(1)}, "Acme");
    const auto foreign = world.add_account("act_2", {plan(1)}, "Bolt");
    AlertChanges open;
    open.opened.push_back(new_alert(world, "old"));
    CHECK(world.store->change_alerts(open));
    world.pass(std::chrono::seconds(1));
    AlertChanges more;
    more.opened.push_back(new_alert(world, "acme", account));
    CHECK(world.store->change_alerts(more));
    world.pass(std::chrono::seconds(1));
    AlertChanges last;
    last.opened.push_back(new_alert(world, "bolt", foreign));
    CHECK(world.store->change_alerts(last));
    AlertChanges close;
    close.closed.push_back(last.opened[0].id);
    CHECK(world.store->change_alerts(close));

    CHECK(subjects(world.store->alerts({})) == std::vector<std::string>{"acme", "old", "bolt"});
    std::vector<std::string> paged;
    AlertFilter page;
    page.limit = 1;
    while (true) {
      const auto found = world.store->alerts(page);
      if (found.empty()) break;
      paged.push_back(found[0].subject);
      page.after = found[0].id;
    }
    CHECK(paged == std::vector<std::string>{"acme", "old", "bolt"});
    AlertFilter limited;
    limited.sight = world.store->advertisers_named({"Acme"});
    CHECK(subjects(world.store->alerts(limited)) == std::vector<std::string>{"acme", "old"});
    limited.sight = world.store->advertisers_named({"Bolt"});
    limited.state = AlertState::closed;
    CHECK(subjects(world.store->alerts(limited)) == std::vector<std::string>{"bolt"});

    CHECK(world.store->remove_integration(account, false, "Kim") == Outcome::done);
    CHECK(subjects(world.store->alerts({})) == std::vector<std::string>{"old", "bolt"});
  });
}

TEST_CASE("channels are seen and removed by those who see as much") {
  on_each_store([](World& world) {
    const auto acme = world.store->advertisers_named({"Acme"});
    const auto all = channel(world, "all.example");
    world.pass(std::chrono::seconds(1));
    const auto own = channel(world, "acme.example", acme);
    CHECK(labels(world.store->alert_channels({})) == std::vector<std::string>{"acme.example", "all.example"});
    CHECK(world.store->alert_channels({}).at(0).advertiser_names == std::vector<std::string>{"Acme"});
    AlertChannelFilter limited;
    limited.sight = acme;
    CHECK(labels(world.store->alert_channels(limited)) == std::vector<std::string>{"acme.example"});
    AlertChannelFilter after;
    after.after = own.id;
    CHECK(labels(world.store->alert_channels(after)) == std::vector<std::string>{"all.example"});
    CHECK(world.store->reseal_alert_channel(all.id, "sealed all.example", "anew") == Outcome::done);
    CHECK(world.store->reseal_alert_channel(all.id, "sealed all.example", "anew") == Outcome::stale);
    CHECK(world.store->remove_alert_channel(all.id, acme, "Kim") == Outcome::not_found);
    CHECK(world.store->remove_alert_channel(own.id, acme, "Kim") == Outcome::done);
    CHECK(labels(world.store->alert_channels({})) == std::vector<std::string>{"all.example"});
  });
}

TEST_CASE("a delivery is given to one process at a time, again when nobody says how it went, until it has arrived") {
  on_each_store([](World& world) {
    const auto to = channel(world, "hooks.example");
    const auto id = deliver(world, to.id, R"({"alerts":[]})");
    const auto lease = std::chrono::minutes(1);
    const auto first = world.store->take_deliveries(10, lease);
    REQUIRE(first.size() == 1);
    CHECK(first[0].payload == R"({"alerts":[]})");
    CHECK(first[0].sealed == "sealed hooks.example");
    CHECK(first[0].attempts == 1);
    CHECK(world.store->take_deliveries(10, lease).empty());
    world.pass(std::chrono::minutes(2));  // its process died
    CHECK(world.store->take_deliveries(10, lease).at(0).attempts == 2);
    world.store->end_delivery({id, "no answer", world.now + std::chrono::seconds(30)});
    CHECK(world.store->alert_channels({}).at(0).last_error == "no answer");
    CHECK(world.store->take_deliveries(10, lease).empty());
    world.pass(std::chrono::seconds(31));
    CHECK(world.store->take_deliveries(10, lease).at(0).attempts == 3);
    world.store->end_delivery({id, std::nullopt, std::nullopt});
    world.pass(std::chrono::hours(24));
    CHECK(world.store->take_deliveries(10, lease).empty());
    CHECK(world.store->alert_channels({}).at(0).last_error.empty());
    CHECK(world.store->alert_channels({}).at(0).delivered_at.has_value());
  });
}

TEST_CASE("the snapshot tells what failed, what differs, and which sources answer nobody") {
  on_each_store([](World& world) {
    const auto account = world.add_account("act_1", {plan(2, 2)});
    const auto first = world.claim_one().value();
    auto day = snapshot_of(first_day, world.store->draw_asked(), ad_rows(first_day, 2));
    day.platform = day.totals_read;
    day.platform->impressions += 1000;
    auto next = snapshot_of(Day{2025, 1, 2}, world.store->draw_asked(), ad_rows(Day{2025, 1, 2}, 2));
    CHECK(world.store->commit_days(commit_of(first, {day, next})).state == CommitResult::State::done);
    const auto second = world.claim_one().value();
    CHECK(world.end(second, Failure::Kind::outage, retry_at(world.now, false)) == Outcome::done);
    const auto third = world.claim_one().value();
    CHECK(world.end(third, Failure::Kind::permanent, verdict_of(Verdict::Action::fail)) == Outcome::done);

    auto snapshot = world.store->alert_snapshot({});
    CHECK(snapshot.now == world.now);
    REQUIRE(snapshot.failed.size() == 1);
    CHECK(snapshot.failed[0].integration == account);
    CHECK(snapshot.failed[0].job_status == JobStatus::partial);
    CHECK(snapshot.failed[0].days_done == 0);
    REQUIRE(snapshot.outages.size() == 1);
    CHECK(snapshot.outages[0].source == Source::meta);
    CHECK(snapshot.outages[0].accounts == 1);
    CHECK(snapshot.live_workers == 1);
    world.pass(std::chrono::minutes(6));
    CHECK(world.store->alert_snapshot({}).outages.empty());
    CHECK(world.store->alert_snapshot({}).past_outages.size() == 1);
    world.pass(std::chrono::hours(2));
    CHECK(world.store->alert_snapshot({}).past_outages.empty());
  });
}

}  // namespace adfill::conformance
