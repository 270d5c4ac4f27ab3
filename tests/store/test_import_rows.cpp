// What the replaced system's rows and jobs become: pure, so without a database.

#include "store/import_jobs.h"
#include "store/replaced_rows.h"

#include <doctest/doctest.h>

#include <chrono>

namespace adfill {

namespace {

constexpr const char* job_id = "bbbbbbbb-0000-4000-8000-000000000001";
const Instant at = Instant(std::chrono::sys_days(std::chrono::days(20'000)));

ReplacedFigures ad_figures() {
  ReplacedFigures figures;
  figures.day = Day(2025, 3, 1);
  figures.impressions = "1000";
  figures.clicks = "10";
  figures.cost = "0.30000000000000004";
  figures.names = {"m1", "c1", "Spring", std::nullopt, std::nullopt, "a1", "ad"};
  return figures;
}

ReplacedJob job_with(std::initializer_list<const char*> statuses) {
  ReplacedJob job;
  job.id = job_id;
  job.type = "ads";
  job.status = "processing";
  job.created_at = at;
  job.since = Day(2025, 1, 1);
  job.until = Day(2025, 1, static_cast<unsigned>(statuses.size()));
  unsigned day = 1;
  for (const char* status : statuses) {
    ReplacedChunk& chunk = job.chunks.emplace_back();
    chunk.id = "not a UUID";
    chunk.chunk_index = static_cast<int>(day) - 1;
    chunk.range = {Day(2025, 1, day), Day(2025, 1, day)};
    chunk.status = status;
    chunk.retry_count = 2;
    ++day;
  }
  return job;
}

ImportedJob imported(const ReplacedJob& job) {
  auto made = to_imported_job(job, [] { return Uuid{}; }, at);
  REQUIRE(made.has_value());
  return *made;
}

}  // namespace

TEST_CASE("a float's noise behind the sixth decimal is rounded away, and what was NULL counts as nothing") {
  const auto row = to_ad_row(ad_figures());
  REQUIRE(row.has_value());
  CHECK(row->metrics.cost == Micros{300'000});
  CHECK(row->metrics.impressions == 1000);
  CHECK(row->metrics.conversions == Micros{});
  CHECK_FALSE(row->reach.has_value());
  CHECK(row->campaign_name == "Spring");
  CHECK(row->ad_group_id.empty());
}

TEST_CASE("a figure that can't be read is told with its column, and nothing is made of it") {
  for (const char* wrong : {"-1", "1.5", "many", "99999999999999999999"}) {
    auto figures = ad_figures();
    figures.impressions = wrong;
    const auto row = to_ad_row(figures);
    REQUIRE_FALSE(row.has_value());
    CHECK(row.error() == "impressions is '" + std::string(wrong) + "'");
  }
  auto figures = ad_figures();
  figures.cost = "NaN";
  CHECK(to_ad_row(figures).error() == "cost is 'NaN'");
  figures = ad_figures();
  figures.names[0] = std::nullopt;
  CHECK(to_ad_row(figures).error() == "campaign_ad_id is empty");
}

TEST_CASE("groups are spelled as adfill spells them") {
  ReplacedFigures figures;
  figures.day = Day(2025, 3, 1);
  figures.names = {"Female", "25-34"};
  auto row = to_demographic_row(figures);
  REQUIRE(row.has_value());
  CHECK(row->gender == "female");
  CHECK(row->age == "25-34");
  figures.names = {std::nullopt, "Unknown"};
  row = to_demographic_row(figures);
  CHECK(row->gender == "unknown");
  CHECK(row->age == "unknown");
}

TEST_CASE("a job's state follows from its chunks, and open ones start anew") {
  CHECK(imported(job_with({"completed", "completed"})).status == JobStatus::completed);
  CHECK(imported(job_with({"completed", "failed"})).status == JobStatus::partial);
  CHECK(imported(job_with({"failed", "failed"})).status == JobStatus::failed);
  const auto open = imported(job_with({"completed", "processing"}));
  CHECK(open.status == JobStatus::pending);
  CHECK(open.asked == Asked{});
  CHECK_FALSE(open.completed_at.has_value());
  CHECK(open.chunks[0].retry_count == 2);
  CHECK(open.chunks[1].status == ChunkStatus::pending);
  CHECK(open.chunks[1].retry_count == 0);
}

TEST_CASE("a job without chunks is one chunk of its own range") {
  auto job = job_with({});
  job.until = Day(2025, 1, 31);
  job.status = "completed";
  const auto made = imported(job);
  REQUIRE(made.chunks.size() == 1);
  CHECK(made.chunks[0].range == DayRange{Day(2025, 1, 1), Day(2025, 1, 31)});
  CHECK(made.status == JobStatus::completed);
}

TEST_CASE("a job that adfill could not show is left out with the reason") {
  auto job = job_with({"completed"});
  job.type = "keywords";
  CHECK(to_imported_job(job, [] { return Uuid{}; }, at).error() == "adfill has no collection type 'keywords'");
  job = job_with({});
  job.since = std::nullopt;
  CHECK(to_imported_job(job, [] { return Uuid{}; }, at).error() == "it has no range of days");
}

TEST_CASE("what the replaced system wrote is older than all that adfill draws, and in its own order") {
  const auto earlier = replaced_asked(at);
  const auto later = replaced_asked(at + std::chrono::hours(1));
  CHECK(earlier < later);
  CHECK(later < Asked{});
}

}  // namespace adfill
