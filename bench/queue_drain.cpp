// Drains the released chunks of a database through adfill's own Store, as workers of so many connections do: claim a
// page, commit a day with one row each, which completes the chunk. Prints one line of JSON.
//   bench_queue_drain URL migrate
//   bench_queue_drain URL CONNECTIONS CHUNKS_A_CLAIM CHUNKS_A_COMMIT CHUNKS
// It ends when so many chunks are completed, and fails when a commit does not complete its chunk. The time begins when
// all are connected, as pgbench's does. "running" is the rate of all but the first quarter: a connection begins with
// some sixty statements that the server has to read and plan, which a worker does once in days.

#include "core/random.h"
#include "store/postgres/postgres_store.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace adfill;

struct Run {
  Store& store;
  int chunks_a_claim;
  std::size_t chunks_a_commit;
  std::int64_t expected;
  std::atomic<std::int64_t> completed{0};
  std::atomic<std::int64_t> first_quarter_us{0};  // when it was completed
  std::atomic<std::int64_t> claim_us{0};
  std::atomic<std::int64_t> commit_us{0};
  std::chrono::steady_clock::time_point start{};
};

AdRow row_of(Day day) {
  AdRow row;
  row.day = day;
  row.campaign_ad_id = row.ad_id = "ad-1";
  row.campaign_id = "campaign-1";
  row.campaign_name = "Campaign";
  row.ad_group_id = "group-1";
  row.ad_group_name = "Group";
  row.ad_name = "Ad";
  row.metrics.impressions = 1000;
  row.metrics.clicks = 10;
  row.metrics.cost = Micros{1'500'000};
  row.details = "{}";
  return row;
}

DaysCommit commit_of(const Claim& claim) {
  DaysCommit commit{.token = claim.token, .days = {}};
  for (const Day day : claim.open_days) {
    const AdRow row = row_of(day);
    DaySnapshot snapshot{.day = day, .asked = claim.asked, .as_of = {}, .report_id = {}, .rows_read = 1};
    if (!snapshot.totals_read.add(totals_of(row.metrics))) throw std::runtime_error("the sum is too large");
    snapshot.rows = std::vector{row};
    commit.days.push_back(std::move(snapshot));
  }
  return commit;
}

std::int64_t microseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
}

void commit(Run& run, std::span<const DaysCommit> group) {
  const auto start = std::chrono::steady_clock::now();
  for (const CommitOutcome& outcome : run.store.commit_group(group)) {
    if (!outcome) std::rethrow_exception(outcome.error());
    if (!outcome->chunk_completed) throw std::runtime_error("a chunk was not completed: " + outcome->problem);
    if (++run.completed == run.expected / 4) run.first_quarter_us = microseconds_since(run.start);
  }
  run.commit_us += microseconds_since(start);
}

void drain(Run& run, WorkerId worker) {
  while (true) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Claim> claims = run.store.claim(worker, run.chunks_a_claim);
    run.claim_us += microseconds_since(start);
    if (claims.empty()) {  // others are at what is left, or it is all done
      if (run.completed >= run.expected) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    std::vector<DaysCommit> commits;
    commits.reserve(claims.size());
    for (const Claim& claim : claims) commits.push_back(commit_of(claim));
    const std::span<const DaysCommit> all(commits);
    for (std::size_t at = 0; at < all.size(); at += run.chunks_a_commit) {
      commit(run, all.subspan(at, std::min(run.chunks_a_commit, all.size() - at)));
    }
  }
}

template <class Barrier>
void connect(Store& store, WorkerId worker, Barrier& connected) {
  try {
    store.register_worker(worker, "bench", 1, std::chrono::hours(1));
  } catch (...) {
    connected.arrive_and_drop();  // nobody waits for it
    throw;
  }
  connected.arrive_and_wait();
}

std::unique_ptr<Store> open(const std::string& url, int connections, std::shared_ptr<Random> random) {
  PostgresOptions options;
  options.url = url;
  options.connections = connections;
  options.new_uuid = [random = std::move(random)] {
    return Uuid::draw(*random, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  };
  return open_postgres_store(std::move(options));
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[1] == "migrate") {
    open(arguments[0], 1, std::make_shared<Random>(1))->migrate_up();
    return EXIT_SUCCESS;
  }
  const int connections = std::stoi(arguments.at(1));
  const auto seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  Random workers(seed + 1);
  const auto store = open(arguments.at(0), connections, std::make_shared<Random>(seed));
  Run all{*store, std::stoi(arguments.at(2)), std::stoul(arguments.at(3)), std::stoll(arguments.at(4))};
  std::exception_ptr failure;
  std::mutex failing;
  std::barrier connected(connections, [&all]() noexcept { all.start = std::chrono::steady_clock::now(); });
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < connections; ++number) {
      threads.emplace_back([&, worker = WorkerId::draw(workers)] {
        try {
          connect(*store, worker, connected);
          drain(all, worker);
        } catch (...) {
          const std::lock_guard lock(failing);
          failure = std::current_exception();
        }
      });
    }
  }
  const double seconds = static_cast<double>(microseconds_since(all.start)) / 1e6;
  if (failure) std::rethrow_exception(failure);
  const auto count = static_cast<double>(all.completed);
  const double beginning = static_cast<double>(all.first_quarter_us) / 1e6;
  std::cout << "{\"completed\":" << all.completed << ",\"seconds\":" << seconds << ",\"per_second\":" << count / seconds
            << ",\"running\":" << (count - static_cast<double>(all.expected / 4)) / (seconds - beginning)
            << ",\"claim_us_a_chunk\":" << static_cast<double>(all.claim_us) / count
            << ",\"commit_us_a_chunk\":" << static_cast<double>(all.commit_us) / count << "}\n";
  return EXIT_SUCCESS;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
