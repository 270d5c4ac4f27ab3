#include "core/row_hash.h"
#include "store/conformance/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <variant>

namespace adfill::conformance {

namespace {

StoredDay stored_day(World& world, IntegrationId id, CollectionType type = CollectionType::ads) {
  const auto days = world.store->stored_days(id, type, {first_day, first_day});
  REQUIRE(days.size() == 1);
  return days.front();
}

CommitResult collect_again(World& world, IntegrationId id, DaySnapshot snapshot) {
  const auto type =
      std::holds_alternative<std::vector<AdRow>>(snapshot.rows) ? CollectionType::ads : CollectionType::demographics;
  (void)world.store->enqueue(id, {plan(1, 1, JobMode::manual, type)}, "test");
  const auto claim = world.claim_one();
  REQUIRE(claim.has_value());
  snapshot.asked = world.store->draw_asked();
  return world.store->commit_days(commit_of(*claim, {snapshot}));
}

// Amounts of every length and either sign, whose sum stays small; texts that a database could take for something else.
template <class Row>
void make_odd(std::vector<Row>& rows) {
  std::int64_t amount = 1;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    Row& row = rows[at];
    if (at % 2 == 0) amount = amount > 1'000'000'000'000'000 ? 1 : amount * 7;
    row.metrics.cost = Micros{at % 2 == 0 ? amount : -amount};
    row.metrics.conversions = Micros{at % 3 == 0 ? 0 : amount};
    row.metrics.conversion_value = Micros{at % 5 == 0 ? std::numeric_limits<std::int64_t>::min() + 1 : -amount};
    if (at % 7 == 0) row.reach.reset();
    if (at % 11 == 0) row.details = "{\"a\\tb\":\"\\u0000\"}\n\\N";
  }
}

}  // namespace

TEST_CASE("a receipt's hash is that of the rows stored, whatever a snapshot adds, changes, removes or leaves absent") {
  on_each_store([](World& world) {
    const IntegrationId id = world.add_account("act_1", {plan(1, 1)});
    CHECK(world.collect(*world.claim_one(), 5).chunk_completed);
    const auto hash = [&] {
      const auto receipt = world.covered(id, first_day);
      const auto stored = stored_day(world, id);
      REQUIRE(receipt.rows_hash.has_value());
      CHECK(*receipt.rows_hash == stored.rows_hash);
      CHECK(receipt.rows == stored.rows);
      CHECK(receipt.rows_absent == stored.rows_absent);
      CHECK(receipt.stored == stored.totals);
      return *receipt.rows_hash;
    };
    const auto first = hash();

    auto rows = ad_rows(first_day, 6);
    std::ranges::reverse(rows);
    rows.at(2).ad_name = std::string("An\0other", 8);
    rows.at(3).details = R"({"frequency":"1.2"})";
    rows.at(4).reach.reset();
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, rows)).rows_written == 4);
    CHECK(hash() != first);

    auto fewer = snapshot_of(first_day, {}, ad_rows(first_day, 3));
    fewer.platform.reset();
    CHECK(collect_again(world, id, fewer).rows_absent == 3);
    const auto with_absent = hash();
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, ad_rows(first_day, 3))).rows_removed == 3);
    CHECK(hash() != with_absent);
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, ad_rows(first_day, 5))).rows_written == 2);
    CHECK(hash() == first);
  });
}

TEST_CASE("both homes give the same hash to the same rows, of demographics too") {
  std::optional<std::int64_t> seen;
  on_each_store([&seen](World& world) {
    const auto demographics = CollectionType::demographics;
    const IntegrationId id = world.add_account("act_1", {plan(1, 1, JobMode::initial, demographics)});
    CHECK(world.collect(*world.claim_one(), 6).chunk_completed);
    CHECK(stored_day(world, id, demographics).rows_hash == world.covered(id, first_day, demographics).rows_hash);
    auto rows = demographic_rows(first_day, 4);
    rows.at(1).metrics.cost = Micros{-5};
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, rows)).rows_removed == 2);
    const auto hash = stored_day(world, id, demographics).rows_hash;
    CHECK(hash == world.covered(id, first_day, demographics).rows_hash);
    CHECK(seen.value_or(hash) == hash);
    seen = hash;
  });
}

TEST_CASE("many rows at once are stored as few are, to the last unit in every column") {
  std::optional<std::int64_t> seen;
  on_each_store([&seen](World& world) {
    const auto demographics = CollectionType::demographics;
    const IntegrationId id = world.add_account("act_1", {plan(1, 1), plan(1, 1, JobMode::initial, demographics)});
    while (const auto claim = world.claim_one()) CHECK(world.collect(*claim, 1).chunk_completed);
    auto ads = ad_rows(first_day, 900);
    auto groups = demographic_rows(first_day, 900);
    for (std::size_t at = 0; at < groups.size(); ++at) groups[at].age = std::to_string(at);
    make_odd(ads);
    make_odd(groups);
    ads.at(3).ad_name = std::string("이름\t\\.\0", 10);
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, ads)).rows_written == 900);
    const CommitResult written = collect_again(world, id, snapshot_of(first_day, {}, groups));
    CAPTURE(written.problem);
    CHECK(written.rows_written == 900);
    const auto hash = stored_day(world, id).rows_hash;
    CHECK(hash == world.covered(id, first_day).rows_hash);
    CHECK(stored_day(world, id, demographics).rows_hash == world.covered(id, first_day, demographics).rows_hash);
    CHECK(seen.value_or(hash) == hash);
    seen = hash;
    // Nothing of it is taken for a change.
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, ads)).rows_unchanged == 900);
    CHECK(collect_again(world, id, snapshot_of(first_day, {}, groups)).rows_unchanged == 900);
  });
}

}  // namespace adfill::conformance
