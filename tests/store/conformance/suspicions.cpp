// What a fall of a metric is found from, and the days that it makes suspect.
#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace adfill::conformance {

namespace {

AlertId open_fall(World& world, const std::vector<NewSuspicion>& suspicions) {
  NewAlert alert;
  alert.id = AlertId::draw(world.random);
  alert.kind = AlertKind::metric_fall;
  alert.subject = "meta:conversions";
  alert.source = Source::meta;
  alert.message = "Meta, purchases";
  alert.parameters = R"({"metric":"conversions"})";
  alert.suspicions = suspicions;
  AlertChanges changes;
  changes.opened.push_back(alert);
  CHECK(world.store->change_alerts(changes));
  return alert.id;
}

void close_fall(World& world, AlertId alert) {
  AlertChanges changes;
  changes.closed.push_back(alert);
  CHECK(world.store->change_alerts(changes));
}

std::vector<Day> suspect_days(World& world, IntegrationId id, CollectionType type = CollectionType::ads) {
  std::vector<Day> days;
  for (const auto& day : world.store->coverage(id, type)) {
    if (day.suspect) days.push_back(day.day);
  }
  return days;
}

std::vector<Day> wanted_again(World& world, IntegrationId id, CollectionType type = CollectionType::ads) {
  return world.store->collected_days(id, type).suspect;
}

// Collects those days once more.
void collect_again(World& world, IntegrationId id, Day since, int days) {
  REQUIRE(world.store->enqueue(id, {plan_from(since, 1, days, JobMode::manual, CollectionType::ads)}, "test"));
  world.collect_all();
}

std::vector<Day> recent_suspect(World& world, IntegrationId id) {
  std::vector<Day> days;
  for (const auto& record : world.store->freshness({}, first_day)) {
    if (record.integration.id != id) continue;
    for (const auto& recent : record.types.at(0).recent) {
      if (recent.suspect) days.push_back(recent.day);
    }
  }
  return days;
}

int suspect_count(World& world, IntegrationId id, CollectionType type) {
  for (const auto& record : world.store->freshness({}, first_day)) {
    if (record.integration.id != id) continue;
    for (const auto& found : record.types) {
      if (found.type == type) return found.suspect;
    }
  }
  return -1;
}

}  // namespace

TEST_CASE("receipts tell what their rows came to, account by account, in pages") {
  on_each_store([](World& world) {
    std::set<IntegrationId> ids;
    for (const auto* account : {"act_1", "act_2", "act_3"}) ids.insert(world.add_account(account, {plan(1)}));
    world.collect_all();
    const auto empty = world.add_account("act_4", {});
    ids.insert(empty);
    std::set<IntegrationId> found;
    std::optional<IntegrationId> after;
    while (true) {
      const auto page = world.store->account_days(first_day.plus(1), after, 2);
      for (const auto& account : page) {
        CHECK(found.insert(account.integration).second);
        CHECK(account.source == Source::meta);
        CHECK(account.advertiser == world.integration(account.integration).advertiser);
        CHECK(account.time_zone == world.integration(account.integration).time_zone);
        if (account.integration == empty) {
          CHECK(account.days.empty());
          continue;
        }
        REQUIRE(account.days.size() == 2);
        CHECK(account.days[0].day == first_day.plus(1));
        CHECK(account.days[1].totals.impressions == 201);
        CHECK(account.days[1].totals.cost == Micros{3'000'001});
        CHECK(account.days[1].conversions == Micros{1'000'000});
        CHECK(account.days[1].conversion_value == Micros{14'000'000});
      }
      if (page.size() < 2) break;
      after = page.back().integration;
    }
    CHECK(found == ids);
  });
}

TEST_CASE("days of an account under suspicion are suspect from a day on, until a later request has replaced them") {
  on_each_store([](World& world) {
    const auto fallen =
        world.add_account("act_1", {plan(1, 4), plan(1, 4, JobMode::initial, CollectionType::demographics)});
    const auto other = world.add_account("act_2", {plan(1, 4)});
    world.collect_all();
    const auto alert = open_fall(world, {{fallen, first_day.plus(2)}});
    const std::vector<Day> both{first_day.plus(2), first_day.plus(3)};
    CHECK(suspect_days(world, fallen) == both);
    CHECK(suspect_days(world, fallen, CollectionType::demographics) == both);
    CHECK(suspect_days(world, other).empty());
    CHECK(suspect_count(world, fallen, CollectionType::ads) == 2);
    CHECK(suspect_count(world, fallen, CollectionType::demographics) == 2);
    CHECK(suspect_count(world, other, CollectionType::ads) == 0);
    CHECK(recent_suspect(world, fallen) == both);
    CHECK(recent_suspect(world, other).empty());
    // The fault lasts: nobody has to ask again yet, and who does gets what is no better.
    CHECK(wanted_again(world, fallen).empty());
    collect_again(world, fallen, first_day, 4);
    CHECK(suspect_days(world, fallen) == both);

    close_fall(world, alert);
    CHECK(suspect_days(world, fallen) == both);
    CHECK(wanted_again(world, fallen) == both);
    CHECK(wanted_again(world, fallen, CollectionType::demographics) == both);
    CHECK(wanted_again(world, other).empty());
    collect_again(world, fallen, first_day.plus(3), 1);
    CHECK(suspect_days(world, fallen) == std::vector{first_day.plus(2)});
    CHECK(wanted_again(world, fallen) == std::vector{first_day.plus(2)});
    collect_again(world, fallen, first_day, 4);
    CHECK(suspect_days(world, fallen).empty());
    CHECK(wanted_again(world, fallen).empty());
    CHECK(suspect_days(world, fallen, CollectionType::demographics) == both);
  });
}

TEST_CASE("what was asked for before the fault was over is not trusted, whenever it is committed") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {plan(1, 1)});
    world.collect_all();
    const auto alert = open_fall(world, {{id, first_day}});
    REQUIRE(world.store->enqueue(id, {plan_from(first_day, 1, 1, JobMode::manual, CollectionType::ads)}, "test"));
    const auto claim = world.claim_one();
    REQUIRE(claim);
    const Asked asked = world.store->draw_asked();
    close_fall(world, alert);
    CHECK(world.store->commit_days(commit_of(*claim, {snapshot_of(first_day, asked, ad_rows(first_day, 2))})).state ==
          CommitResult::State::done);
    CHECK(wanted_again(world, id) == std::vector{first_day});
  });
}

TEST_CASE("a pinned day stays suspect and is not asked for until it is released") {
  on_each_store([](World& world) {
    const auto id = world.add_account("act_1", {plan(1, 1)});
    world.collect_all();
    REQUIRE(world.store->enqueue(id, {plan_from(first_day, 1, 1, JobMode::manual, CollectionType::ads)}, "test"));
    const auto claim = world.claim_one();
    REQUIRE(claim);
    CHECK(world.collect(*claim, 3).days_committed == 1);
    CHECK(world.store->undo(id, claim->token, "test").state == Undone::State::done);
    close_fall(world, open_fall(world, {{id, first_day}}));
    CHECK(suspect_days(world, id) == std::vector{first_day});
    CHECK(wanted_again(world, id).empty());
    CHECK(world.store->release_days(id, CollectionType::ads, {first_day, first_day}, "test") == 1);
    CHECK(wanted_again(world, id) == std::vector{first_day});
  });
}

TEST_CASE("a fall gains accounts while it lasts, and is seen by those who may see one of them") {
  on_each_store([](World& world) {
    const auto acme = world.add_account("act_1", {plan(1, 2)}, "Acme");
    const auto bolt = world.add_account("act_2", {plan(1, 2)}, "Bolt");
    const auto cook = world.add_account("act_3", {plan(1, 2)}, "Cook");
    world.collect_all();
    const auto alert = open_fall(world, {{acme, first_day}});
    const auto told = world.store->alerts({}).at(0).told_at;
    const auto seen_by = [&](IntegrationId account) {
      AlertFilter filter;
      filter.sight = std::vector{world.integration(account).advertiser};
      return world.store->alerts(filter).size();
    };
    CHECK(seen_by(acme) == 1);
    CHECK(seen_by(bolt) == 0);
    AlertChanges more;
    more.renewed.push_back({alert,
                            "more",
                            R"({"metric":"conversions","accounts":2})",
                            told,
                            false,
                            {{acme, first_day.plus(1)}, {bolt, first_day.plus(1)}}});
    CHECK(world.store->change_alerts(more));
    CHECK(seen_by(bolt) == 1);
    CHECK(seen_by(cook) == 0);
    CHECK(world.store->alerts({}).at(0).parameters == R"({"metric":"conversions","accounts":2})");
    CHECK(suspect_days(world, acme).size() == 2);  // since the first day, as before
    CHECK(suspect_days(world, bolt).size() == 1);
    auto snapshot = world.store->alert_snapshot({.suspicions = true});
    REQUIRE(snapshot.suspicions.size() == 2);
    for (const auto& suspicion : snapshot.suspicions) {
      CHECK(suspicion.alert == alert);
      CHECK(suspicion.advertiser == world.integration(suspicion.integration).advertiser);
      CHECK(suspicion.since == (suspicion.integration == acme ? first_day : first_day.plus(1)));
    }
    CHECK(world.store->alert_snapshot({}).suspicions.empty());
    CHECK(world.store->remove_integration(bolt, false, "test") == Outcome::done);
    close_fall(world, alert);
    CHECK(world.store->alert_snapshot({.suspicions = true}).suspicions.empty());
    CHECK(wanted_again(world, acme).size() == 2);
  });
}

}  // namespace adfill::conformance
