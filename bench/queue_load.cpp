// How quick claims and commits are, through the product's own store: bench_queue_load URL CHUNKS WARM
// WARM chunks first, unmeasured, then CHUNKS: each claimed by itself and committed with its day of one row. Prints the
// medians and the 99th percentiles, in milliseconds, as JSON.
#include "core/random.h"
#include "store/postgres/postgres_store.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace adfill;

class Times {
 public:
  template <class Work>
  auto time(const Work& work) {
    const auto began = std::chrono::steady_clock::now();
    auto result = work();
    times_.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
    return result;
  }
  [[nodiscard]] double at(double part) {
    std::ranges::sort(times_);
    return times_.empty() ? 0 : times_.at(static_cast<std::size_t>(part * static_cast<double>(times_.size() - 1)));
  }

 private:
  std::vector<double> times_;
};

DaysCommit one_row_a_day(Store& store, const Claim& claim) {
  DaysCommit commit{claim.token, {}};
  for (const Day day : claim.open_days) {
    AdRow row;
    row.day = day;
    row.ad_id = row.campaign_ad_id = row.ad_name = "ad";
    row.campaign_id = row.campaign_name = row.ad_group_id = row.ad_group_name = "group";
    row.metrics = {100, 10, Micros{1'000'000}, Micros{0}, Micros{0}};
    row.details = "{}";
    DaySnapshot snapshot;
    snapshot.day = day;
    snapshot.asked = store.draw_asked();
    snapshot.rows_read = 1;
    (void)snapshot.totals_read.add(totals_of(row.metrics));
    snapshot.rows = std::vector{row};
    commit.days.push_back(std::move(snapshot));
  }
  return commit;
}

// True when there was one.
bool collect_one(Store& store, WorkerId worker, Times& claims, Times& commits) {
  const std::vector<Claim> claimed = claims.time([&] { return store.claim(worker, 1); });
  for (const Claim& claim : claimed) {
    const DaysCommit commit = one_row_a_day(store, claim);
    const CommitResult result = commits.time([&] { return store.commit_days(commit); });
    if (!result.chunk_completed) throw std::runtime_error("a chunk was not completed: " + result.problem);
  }
  return !claimed.empty();
}

void measure(const std::string& url, int chunks, int warm) {
  Random random(static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()));
  PostgresOptions options;
  options.url = url;
  options.new_uuid = [&random] { return Uuid::draw(random); };
  const auto store = open_postgres_store(std::move(options));
  const WorkerId worker = WorkerId::draw(random);
  store->register_worker(worker, "bench", 1, std::chrono::hours(1));
  Times warming;
  for (int round = 0; round < warm; ++round) (void)collect_one(*store, worker, warming, warming);
  Times claims;
  Times commits;
  Times sweeps;
  int done = 0;
  while (done < chunks && collect_one(*store, worker, claims, commits)) {
    if (done++ % 50 == 0) (void)sweeps.time([&] { return store->sweep(); });
  }
  store->unregister_worker(worker);
  std::cout << "{\"chunks\":" << done << ",\"claim_ms\":" << claims.at(0.5) << ",\"claim_p99_ms\":" << claims.at(0.99)
            << ",\"commit_ms\":" << commits.at(0.5) << ",\"commit_p99_ms\":" << commits.at(0.99)
            << ",\"sweep_ms\":" << sweeps.at(0.5) << "}\n";
}

}  // namespace

int main(int count, char** words) {
  const std::span arguments(words, static_cast<std::size_t>(count));
  if (arguments.size() != 4) {
    std::cerr << "bench_queue_load URL CHUNKS WARM\n";
    return 2;
  }
  try {
    measure(arguments[1], std::atoi(arguments[2]), std::atoi(arguments[3]));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
