#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace adfill::conformance {

namespace {

constexpr PerformanceGroup ad_groups[] = {PerformanceGroup::total, PerformanceGroup::day, PerformanceGroup::source,
                                          PerformanceGroup::campaign, PerformanceGroup::ad};

// A day of five ads that is collected again and again.
struct Moving {
  World& world;
  IntegrationId id;
  CollectionType type;

  explicit Moving(World& home, CollectionType of = CollectionType::ads)
      : world(home), id(home.add_account("act_1", {plan(1, 1, JobMode::initial, of)})), type(of) {
    CHECK(world.collect(*world.claim_one(), 5).chunk_completed);
  }
  ChunkToken commit(DaySnapshot snapshot) {
    world.pass(std::chrono::hours(24));
    (void)world.store->enqueue(id, {plan(1, 1, JobMode::manual, type)}, "test");
    const auto claim = world.claim_one();
    REQUIRE(claim.has_value());
    snapshot.asked = world.store->draw_asked();
    REQUIRE(world.store->commit_days(commit_of(*claim, {snapshot})).state == CommitResult::State::done);
    return claim->token;
  }
  std::vector<DayChange> changes() { return world.store->day_changes(id, type, {first_day, first_day}); }
  std::vector<PerformanceRecord> figures(PerformanceGroup group) {
    return world.store->performance({.integration = id, .type = type, .group = group});
  }
  std::vector<PerformanceRecord> figures_as_of(PerformanceGroup group, Instant at) {
    const auto told = world.store->performance_as_of({.integration = id, .type = type, .group = group}, at);
    REQUIRE(told.has_value());
    return *told;
  }
};

bool same(const std::vector<PerformanceRecord>& left, const std::vector<PerformanceRecord>& right) {
  return std::ranges::equal(left, right, [](const PerformanceRecord& one, const PerformanceRecord& other) {
    return one.key == other.key && one.name == other.name && one.currency == other.currency && one.rows == other.rows &&
           one.metrics == other.metrics;
  });
}

std::vector<AdRow> restated_rows(Random& random) {
  std::vector<AdRow> rows;
  for (int ad = 0; ad < 8; ++ad) {
    if (random.below(4) == 0) continue;
    AdRow row = ad_rows(first_day, 8).at(static_cast<std::size_t>(ad));
    row.metrics.clicks = static_cast<std::int64_t>(random.below(3));
    if (random.below(3) == 0) row.ad_name += " renamed";
    if (random.below(3) == 0) {
      row.campaign_id = "campaign-2";
      row.campaign_name = "Campaign 2";
    }
    row.details = R"({"frequency":")" + std::to_string(random.below(3)) + R"("})";
    if (random.below(2) == 0) row.reach.reset();
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("what was reported at any earlier moment is told as it was, by every group") {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    on_each_store([seed](World& world) {
      Moving day(world);
      Random random(seed);
      std::map<Instant, std::map<PerformanceGroup, std::vector<PerformanceRecord>>> told;
      for (int round = 0; round < 8; ++round) {
        auto snapshot = snapshot_of(first_day, {}, restated_rows(random));
        if (random.below(3) == 0) snapshot.platform.reset();  // rows stay absent
        day.commit(snapshot);
        world.pass(std::chrono::minutes(1));
        for (const auto group : ad_groups) {
          told[world.now][group] = day.figures(group);
        }
      }
      for (const auto& [at, groups] : told) {
        for (const auto& [group, figures] : groups) {
          CAPTURE(static_cast<int>(group));
          CHECK(same(day.figures_as_of(group, at), figures));
        }
      }
      CHECK(day.figures_as_of(PerformanceGroup::total, Instant{}).empty());  // the day was not there
    });
  }
}

TEST_CASE("demographics of an earlier moment are told too") {
  on_each_store([](World& world) {
    Moving day(world, CollectionType::demographics);
    const Instant before = world.now;
    const auto was = day.figures(PerformanceGroup::age);
    auto rows = demographic_rows(first_day, 4);
    rows.at(0).metrics.clicks = 77;
    rows.at(2).age = "65+";
    day.commit(snapshot_of(first_day, {}, rows));
    CHECK_FALSE(same(day.figures(PerformanceGroup::age), was));
    CHECK(same(day.figures_as_of(PerformanceGroup::age, before), was));
    CHECK(same(day.figures_as_of(PerformanceGroup::age, world.now), day.figures(PerformanceGroup::age)));
  });
}

TEST_CASE("the history of a day says which commits moved its number, from what to what, and by whom") {
  on_each_store([](World& world) {
    Moving day(world);
    CHECK(day.changes().empty());  // the first snapshot moved nothing
    day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 5)));
    CHECK(day.changes().empty());  // nor did one that is the same
    auto rows = ad_rows(first_day, 4);
    rows.at(0).metrics.cost.value += 1'000'000;
    rows.push_back(ad_rows(first_day, 7).back());
    const ChunkToken attempt = day.commit(snapshot_of(first_day, {}, rows));
    const auto changes = day.changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].attempt == attempt);
    CHECK(changes[0].at == world.now);
    CHECK(changes[0].rows_before == 5);
    CHECK(changes[0].rows == 5);
    CHECK(changes[0].before == snapshot_of(first_day, {}, ad_rows(first_day, 5)).totals_read);
    CHECK(changes[0].after == totals_of(world.totals(day.id)));
    CHECK(changes[0].rows_added == 1);
    CHECK(changes[0].rows_changed == 1);
    CHECK(changes[0].rows_removed == 1);
    CHECK(world.covered(day.id, first_day).attempt == attempt);
  });
}

TEST_CASE("a daily job is planned from what is known of days: how large, since when, and what moved them lately") {
  on_each_store([](World& world) {
    Moving day(world);
    const Instant first_at = world.now;
    auto rows = ad_rows(first_day, 4);
    rows.at(0).metrics.cost.value += 1'000'000;
    const ChunkToken attempt = day.commit(snapshot_of(first_day, {}, rows));

    auto known = world.store->collected_days(day.id, day.type);
    REQUIRE(known.covered.size() == 1);
    CHECK(known.covered[0].rows == 4);
    CHECK(known.covered[0].cost == world.totals(day.id).cost);
    CHECK_FALSE(known.covered[0].pinned);
    CHECK(known.covered[0].first_at == first_at);
    CHECK_FALSE(known.covered[0].history_since);
    CHECK(known.changes.empty());  // those of days that are long gone are not told
    const Day today(static_cast<std::int32_t>(world.now.time_since_epoch() / std::chrono::days(1)));
    const Day recent = today.plus(-10);
    for (const int ads : {2, 3}) {
      (void)world.store->enqueue(day.id, {plan_from(recent, 1, 1, JobMode::manual, day.type)}, "test");
      world.collect(*world.claim_one(), ads);
    }
    known = world.store->collected_days(day.id, day.type);
    CHECK(known.changes_since == today.plus(-days_of_changes));
    REQUIRE(known.changes.size() == 1);
    CHECK(known.changes[0].day == recent);
    CHECK(known.changes[0].rows_before == 2);
    CHECK(known.changes[0].rows == 3);

    const Instant changed_at = world.now;
    CHECK(world.store->undo(day.id, attempt, "test").state == Undone::State::done);
    CHECK(world.store->collected_days(day.id, day.type).covered.at(0).pinned);
    world.pass(std::chrono::hours(49));
    (void)world.store->prune({.history = std::chrono::hours(48)});
    known = world.store->collected_days(day.id, day.type);
    CHECK(known.covered.at(0).history_since == changed_at);
  });
}

TEST_CASE("an undone commit is a new snapshot of the figures before it, which stays until the day is released") {
  on_each_store([](World& world) {
    Moving day(world);
    const auto before = day.figures(PerformanceGroup::ad);
    const auto receipt = world.covered(day.id, first_day);
    auto rows = ad_rows(first_day, 4);
    rows.at(1).ad_name = "Renamed";
    rows.at(2).details = R"({"frequency":"2.25"})";
    const ChunkToken attempt = day.commit(snapshot_of(first_day, {}, rows));
    day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 2)));  // what came later is taken back too

    const Undone undone = world.store->undo(day.id, attempt, "test");
    CHECK(undone.state == Undone::State::done);
    CHECK(undone.days == std::vector{first_day});
    CHECK(world.store->audit(std::nullopt, 1).at(0).what == "days.undo");
    CHECK(same(day.figures(PerformanceGroup::ad), before));
    const auto pinned = world.covered(day.id, first_day);
    CHECK(pinned.pinned_at == world.now);
    CHECK(pinned.asked > receipt.asked);
    CHECK(pinned.as_of == receipt.as_of);
    CHECK(pinned.rows_hash == receipt.rows_hash);
    CHECK(pinned.rows_hash ==
          world.store->stored_days(day.id, CollectionType::ads, {first_day, first_day})[0].rows_hash);
    CHECK(day.changes().at(0).attempt == pinned.attempt);

    // A later job completes without it.
    (void)world.store->enqueue(day.id, {plan(1, 1, JobMode::manual)}, "test");
    const auto claim = world.claim_one();
    REQUIRE(claim.has_value());
    CHECK(claim->open_days.empty());
    auto late = snapshot_of(first_day, world.store->draw_asked(), ad_rows(first_day, 3));
    const auto left_alone = world.store->commit_days(commit_of(*claim, {late}));
    CHECK(left_alone.days_left_alone == 1);
    CHECK(left_alone.chunk_completed);
    CHECK(same(day.figures(PerformanceGroup::ad), before));

    CHECK(world.store->release_days(day.id, CollectionType::ads, {first_day, first_day}, "test") == 1);
    CHECK(world.store->release_days(day.id, CollectionType::ads, {first_day, first_day}, "test") == 0);
    CHECK(world.store->audit(std::nullopt, 1).at(0).what == "days.release");
    day.commit(late);
    CHECK(world.covered(day.id, first_day).rows == 3);
    CHECK_FALSE(world.covered(day.id, first_day).pinned_at);
  });
}

TEST_CASE("an undoing is undone by its own attempt") {
  on_each_store([](World& world) {
    Moving day(world);
    const ChunkToken attempt = day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 7, 9'000'000)));
    const auto after = day.figures(PerformanceGroup::ad);
    CHECK(world.store->undo(day.id, attempt, "test").state == Undone::State::done);
    const auto undoing = world.covered(day.id, first_day).attempt;
    CHECK(world.store->undo(day.id, undoing, "test").state == Undone::State::done);
    CHECK(same(day.figures(PerformanceGroup::ad), after));
    CHECK(world.store->undo(day.id, ChunkToken::draw(world.random), "test").state == Undone::State::not_found);
  });
}

TEST_CASE("history older than is kept goes, and what was before it is said to be unknown") {
  on_each_store([](World& world) {
    Moving day(world);
    day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 5, 2'000'000)));
    const Instant first_change = world.now;
    const auto first_figures = day.figures(PerformanceGroup::total);
    world.pass(std::chrono::days(20));
    const ChunkToken recent = day.commit(snapshot_of(first_day, {}, ad_rows(first_day, 5, 3'000'000)));
    CHECK_FALSE(world.store->prune({}).more);
    world.pass(std::chrono::days(15));
    const Pruned pruned = world.store->prune({});
    CHECK(pruned.changes == 1);
    CHECK(pruned.more);
    CHECK_FALSE(world.store->prune({}).more);
    CHECK(day.changes().size() == 1);
    CHECK(same(day.figures_as_of(PerformanceGroup::total, first_change), first_figures));
    const auto gone =
        world.store->performance_as_of({.integration = day.id}, first_change - std::chrono::milliseconds(1));
    REQUIRE_FALSE(gone.has_value());
    CHECK(gone.error().day == first_day);
    CHECK(gone.error().known_since == first_change);
    CHECK(world.store->performance_as_of({.integration = day.id}, Instant{}).has_value());  // it was not there
    CHECK(world.store->undo(day.id, recent, "test").state == Undone::State::done);
    CHECK(same(day.figures(PerformanceGroup::total), first_figures));
  });
}

TEST_CASE("finished jobs older than is kept are rolled up, but not what the status and the daily plan need") {
  on_each_store([](World& world) {
    const IntegrationId id = world.add_account("act_1", {plan(2, 1)});
    world.collect_all();
    for (int round = 0; round < 3; ++round) {
      world.pass(std::chrono::days(1));
      (void)world.store->enqueue(id, {plan(2, 1, JobMode::manual)}, "test");
      world.collect_all();
    }
    // A cancelled job whose day nobody has collected.
    (void)world.store->enqueue(id, {plan_from(first_day.plus(10), 1, 1, JobMode::manual, CollectionType::ads)}, "test");
    const JobId cancelled = world.store->jobs({}).at(0).id;
    CHECK(world.store->cancel_job(cancelled, "test") == Outcome::done);
    (void)world.store->enqueue(id, {plan(2, 1, JobMode::manual)}, "test");
    world.collect_all();
    const auto before = world.store->queue();
    const auto receipts = world.store->coverage(id, CollectionType::ads).size();

    CHECK(world.store->prune({}).jobs == 0);
    world.pass(std::chrono::days(181));
    CHECK(world.store->prune({}).jobs == 3);
    CHECK_FALSE(world.store->prune({}).more);
    const auto left = world.store->jobs({});
    CHECK(left.size() == 3);  // the initial one, the cancelled one, the newest
    CHECK(world.store->job(cancelled).has_value());
    CHECK(world.store->queue().completed == before.completed);
    CHECK(world.store->coverage(id, CollectionType::ads).size() == receipts);
    CHECK(world.integration(id).status == IntegrationStatus::success);
    // What check() counts are the jobs that are there.
    (void)world.store->remove_integration(id, true, "test");
  });
}

}  // namespace adfill::conformance
