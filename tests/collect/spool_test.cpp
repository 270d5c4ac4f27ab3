#include "collect/spool.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <limits>

using namespace adfill;

namespace {

AdRow row_of(Day day, int number) {
  AdRow row;
  row.day = day;
  row.campaign_ad_id = "ad" + std::to_string(number);
  row.campaign_name = "캠페인 \"봄\" 🌸";
  row.ad_id = row.campaign_ad_id;
  row.metrics = {.impressions = number,
                 .clicks = 1,
                 .cost = {number * 10'000LL},
                 .conversions = {500'000},
                 .conversion_value = {-3}};
  if (number % 2 == 0) row.reach = number;
  row.details = R"({"a":1})";
  return row;
}

const Day first(2026, 1, 1);

}  // namespace

TEST_CASE("a spool gives back each day's rows as they came, from memory and from its file alike") {
  for (const std::size_t limit : {std::size_t{1} << 30, std::size_t{500}, std::size_t{0}}) {
    SpoolMemory memory{.limit = limit};
    {
      Spool spool(memory, std::filesystem::temp_directory_path());
      for (int number = 0; number < 300; ++number) REQUIRE(spool.add(row_of(first.plus(number % 7), number)));

      std::int64_t rows = 0;
      for (int offset = 0; offset < 7; ++offset) {
        const Day day = first.plus(offset);
        const auto back = spool.ads(day);
        CHECK(static_cast<std::int64_t>(back.size()) == spool.rows(day));
        Totals totals;
        for (std::size_t at = 0; at < back.size(); ++at) {
          CHECK(back[at] == row_of(day, offset + (static_cast<int>(at) * 7)));
          REQUIRE(totals.add(totals_of(back[at].metrics)));
        }
        CHECK(totals == spool.totals(day));
        rows += spool.rows(day);
      }
      CHECK(rows == 300);
      CHECK(memory.used <= limit + 1000);
      CHECK((spool.bytes_on_disk() > 0) == (limit < 1000));
    }
    CHECK(memory.used == 0);
  }
}

TEST_CASE("demographic rows come back as they went in") {
  SpoolMemory memory{.limit = 0};
  Spool spool(memory, std::filesystem::temp_directory_path());
  const DemographicRow row{.day = first,
                           .breakdown = "age_gender",
                           .gender = "female",
                           .age = "25-34",
                           .metrics = {.impressions = 5},
                           .reach = 3,
                           .details = "{}"};
  REQUIRE(spool.add(row));
  CHECK(spool.demographics(first) == std::vector{row});
}

TEST_CASE("a day that nothing was read for is empty") {
  SpoolMemory memory;
  const Spool spool(memory, std::filesystem::temp_directory_path());
  CHECK(spool.ads(first).empty());
  CHECK(spool.rows(first) == 0);
  CHECK(spool.totals(first) == Totals{});
}

TEST_CASE("totals that don't fit refuse the row") {
  SpoolMemory memory;
  Spool spool(memory, std::filesystem::temp_directory_path());
  auto row = row_of(first, 1);
  row.metrics.impressions = std::numeric_limits<std::int64_t>::max();
  CHECK(spool.add(row));
  CHECK(!spool.add(row));
}

TEST_CASE("a full disk is said as one, and the spool of the next attempt works again") {
  SpoolMemory memory{.limit = 0};
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit tiny{.rlim_cur = 100, .rlim_max = before.rlim_max};
  {
    Spool spool(memory, std::filesystem::temp_directory_path());
    setrlimit(RLIMIT_FSIZE, &tiny);
    CHECK_THROWS_AS(static_cast<void>(spool.add(row_of(first, 1))), SpoolFailed);
    setrlimit(RLIMIT_FSIZE, &before);
  }
  Spool spool(memory, std::filesystem::temp_directory_path());
  CHECK(spool.add(row_of(first, 1)));
  CHECK(spool.ads(first).size() == 1);
}
