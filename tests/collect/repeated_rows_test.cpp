#include "collect/repeated_rows.h"

#include <doctest/doctest.h>

using namespace adfill;

namespace {

AdRow row(const std::string& ad, std::int64_t impressions) {
  AdRow made;
  made.campaign_ad_id = made.ad_id = ad;
  made.metrics.impressions = impressions;
  made.metrics.clicks = 3;
  made.metrics.cost = Micros{5'000'000};
  made.details = "{}";
  return made;
}

DaySnapshot read_of(const std::vector<AdRow>& rows) {
  DaySnapshot snapshot;
  for (const auto& one : rows) {
    snapshot.rows_read += 1;
    REQUIRE(snapshot.totals_read.add(totals_of(one.metrics)));
  }
  return snapshot;
}

}  // namespace

TEST_CASE("a row that came twice in everything is one row, also in what was read") {
  std::vector<AdRow> rows{row("1", 10), row("2", 20), row("1", 10), row("3", 30), row("1", 10)};
  auto snapshot = read_of(rows);
  drop_repeats(rows, snapshot);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].ad_id == "1");
  CHECK(rows[1].ad_id == "2");
  CHECK(rows[2].ad_id == "3");
  CHECK(snapshot.rows_read == 3);
  CHECK(snapshot.totals_read == read_of(rows).totals_read);
}

TEST_CASE("two rows of one ad that differ in anything both stay, for the store to refuse") {
  std::vector<AdRow> rows{row("1", 10), row("1", 11), row("1", 10)};
  rows[2].details = R"({"reach":1})";
  auto snapshot = read_of(rows);
  drop_repeats(rows, snapshot);
  CHECK(rows.size() == 3);
  CHECK(snapshot.rows_read == 3);
}

TEST_CASE("demographic rows are told apart by gender and age") {
  DemographicRow one;
  one.breakdown = "age_gender";
  one.gender = "female";
  one.age = "25-34";
  DemographicRow other = one;
  other.age = "35-44";
  std::vector<DemographicRow> rows{one, other, one};
  DaySnapshot snapshot;
  snapshot.rows_read = 3;
  drop_repeats(rows, snapshot);
  CHECK(rows.size() == 2);
  CHECK(snapshot.rows_read == 2);
}
