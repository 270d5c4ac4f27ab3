#include "core/row_hash.h"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <vector>

using namespace adfill;

namespace {

// The hashes of a row and of its copies, each with one column changed.
template <class Row>
std::multiset<std::uint64_t> hashes_of_changes(const std::vector<std::function<void(Row&)>>& changes) {
  std::multiset<std::uint64_t> hashes{row_hash(Row(), "KRW", 1, false), row_hash(Row(), "USD", 1, false),
                                      row_hash(Row(), "KRW", 2, false), row_hash(Row(), "KRW", 1, true)};
  for (const auto& change : changes) {
    Row row;
    change(row);
    hashes.insert(row_hash(row, "KRW", 1, false));
  }
  return hashes;
}

template <class Row>
std::vector<std::function<void(Row&)>> changed_figures() {
  return {
      [](Row& row) { row.metrics.impressions = 1; },
      [](Row& row) { row.metrics.clicks = 1; },
      [](Row& row) { row.metrics.cost.value = 1; },
      [](Row& row) { row.metrics.conversions.value = 1; },
      [](Row& row) { row.metrics.conversion_value.value = 1; },
      [](Row& row) { row.reach = 0; },
      [](Row& row) { row.reach = 7; },
  };
}

template <class Row>
void add_texts(std::vector<std::function<void(Row&)>>& changes, std::initializer_list<std::string Row::*> texts) {
  for (const auto text : texts) changes.push_back([text](Row& row) { row.*text = "x"; });
}

void check_different(const std::multiset<std::uint64_t>& hashes, std::size_t count) {
  CHECK(hashes.size() == count);
  CHECK(std::set<std::uint64_t>(hashes.begin(), hashes.end()).size() == count);
}

}  // namespace

TEST_CASE("every column of a row counts in its hash, and its place too") {
  auto ad = changed_figures<AdRow>();
  add_texts<AdRow>(ad, {&AdRow::campaign_ad_id, &AdRow::campaign_id, &AdRow::campaign_name, &AdRow::ad_group_id,
                        &AdRow::ad_group_name, &AdRow::ad_id, &AdRow::ad_name});
  check_different(hashes_of_changes<AdRow>(ad), 4 + 7 + 7);
  auto group = changed_figures<DemographicRow>();
  add_texts<DemographicRow>(group, {&DemographicRow::breakdown, &DemographicRow::gender, &DemographicRow::age});
  check_different(hashes_of_changes<DemographicRow>(group), 4 + 7 + 3);
}

TEST_CASE("a day's hash does not know the order of its rows, but how often each is there") {
  DayHash one;
  one.add(1);
  one.add(2);
  DayHash other;
  other.add(2);
  other.add(1);
  CHECK(one == other);
  other.add(1);
  CHECK_FALSE(one == other);
}
