#include "core/collection.h"

#include "core/failure.h"

#include <doctest/doctest.h>

#include <vector>

using namespace adfill;

namespace {

template <class Enum>
void check_words(const std::vector<std::string_view>& words) {
  for (std::size_t index = 0; index < words.size(); ++index) {
    CAPTURE(words[index]);
    const auto value = static_cast<Enum>(index);
    CHECK(to_string(value) == words[index]);
    CHECK(parse<Enum>(words[index]) == value);
  }
  CHECK_FALSE(parse<Enum>(""));
  CHECK_FALSE(parse<Enum>("Meta"));
  CHECK_FALSE(parse<Enum>("pending "));
}

}  // namespace

TEST_CASE("the words of the product are the texts in SQL, JSON and the log") {
  check_words<Source>({"meta", "google_ads", "naver"});
  check_words<CollectionType>({"ads", "demographics", "creatives"});
  check_words<JobMode>({"initial", "daily", "manual"});
  check_words<JobStatus>({"pending", "running", "completed", "partial", "failed", "cancelled"});
  check_words<ChunkStatus>({"pending", "processing", "completed", "failed"});
  check_words<IntegrationStatus>({"pending", "collecting", "success", "error", "needs_auth", "paused"});
  check_words<Role>({"viewer", "operator", "admin"});
}

TEST_CASE("every kind of failure has a name of its own") {
  CHECK(to_string(Failure::Kind::transient) == "transient");
  CHECK(to_string(Failure::Kind::outage) == "outage");
  CHECK(to_string(Failure::Kind::unparsable) == "unparsable");
  CHECK(to_string(Failure::Kind::throttled) == "throttled");
  CHECK(to_string(Failure::Kind::too_large) == "too_large");
  CHECK(to_string(Failure::Kind::credentials) == "credentials");
  CHECK(to_string(Failure::Kind::out_of_range) == "out_of_range");
  CHECK(to_string(Failure::Kind::permanent) == "permanent");
  CHECK(to_string(Failure::Kind::worker_lost) == "worker_lost");
  CHECK(to_string(Failure::Kind::shutdown) == "shutdown");
}

TEST_CASE("a job is final unless it is pending or running") {
  CHECK_FALSE(is_final(JobStatus::pending));
  CHECK_FALSE(is_final(JobStatus::running));
  CHECK(is_final(JobStatus::completed));
  CHECK(is_final(JobStatus::partial));
  CHECK(is_final(JobStatus::failed));
  CHECK(is_final(JobStatus::cancelled));
}
