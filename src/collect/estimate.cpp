#include "collect/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace adfill {

namespace {

// Backfill chunks of an account that are worked on at once: the window of released chunks.
constexpr std::size_t lanes = 2;

double rows_on(Day day, const std::vector<AccountProbe::DayRows>& samples) {
  const auto after =
      std::ranges::lower_bound(samples, day, {}, [](const AccountProbe::DayRows& sample) { return sample.day; });
  if (after == samples.begin()) return static_cast<double>(samples.front().rows);
  if (after == samples.end()) return static_cast<double>(samples.back().rows);
  const auto before = std::prev(after);
  const double share = static_cast<double>(day.number() - before->day.number()) /
                       static_cast<double>(after->day.number() - before->day.number());
  return static_cast<double>(before->rows) + share * static_cast<double>(after->rows - before->rows);
}

struct Work {
  std::vector<TypeEstimate> types{};
  PlannedCalls calls{};
  Duration time{};  // of two lanes that take the chunks in order
};

Work work_of(const Connector& connector, const std::vector<PlannedJob>& jobs, const AccountProbe& probe,
             Duration least_gap) {
  Work work;
  std::array<Duration, lanes> busy_until{};
  for (const auto& job : jobs) {
    TypeEstimate type{.type = job.type, .chunks = static_cast<int>(job.chunks.size())};
    double rows_of_type = 0;
    double calls_of_type = 0;
    for (const auto chunk : job.chunks) {
      const bool has_days = job.type != CollectionType::creatives;
      const auto& samples = job.type == CollectionType::ads ? probe.ads : probe.demographics;
      const double rows = has_days ? rows_in(probe.active_days, samples, chunk) : static_cast<double>(probe.creatives);
      const auto calls = connector.planned_calls(job.type, chunk, std::llround(rows), probe, least_gap);
      rows_of_type += rows;
      calls_of_type += calls.all();
      work.calls += calls;
      *std::ranges::min_element(busy_until) += calls.time;
    }
    type.rows = std::llround(rows_of_type);
    type.calls = std::llround(calls_of_type);
    work.types.push_back(type);
  }
  work.time = *std::ranges::max_element(busy_until);
  return work;
}

PlannedCalls operator*(const PlannedCalls& calls, double share) {
  PlannedCalls part = calls;
  part.reports *= share;
  part.reads *= share;
  part.lists *= share;
  return part;
}

// How much of the work the quota lets through without holding anything up.
double share_at_once(const Connector& connector, const VerifiedAccount& account, const Work& free) {
  double least = 0;
  double most = 1;
  for (int halving = 0; halving < 20; ++halving) {
    const double share = (least + most) / 2;
    const auto time = static_cast<double>(free.time.count()) * share;
    const bool held = static_cast<double>(connector.quota_time(account, free.calls * share).count()) > time;
    (held ? most : least) = share;
  }
  return least;
}

// The first `share` of the work as in one, the rest as in the other.
Work blend(const Work& first, const Work& rest, double share) {
  Work work = rest;
  work.calls = first.calls * share;
  work.calls += rest.calls * (1 - share);
  work.time = Duration(static_cast<Duration::rep>(static_cast<double>(first.time.count()) * share +
                                                  static_cast<double>(rest.time.count()) * (1 - share)));
  for (std::size_t index = 0; index < work.types.size(); ++index) {
    const auto mixed = static_cast<double>(first.types[index].calls) * share +
                       static_cast<double>(rest.types[index].calls) * (1 - share);
    work.types[index].calls = std::llround(mixed);
  }
  return work;
}

}  // namespace

double rows_in(const std::vector<Day>& active_days, const std::vector<AccountProbe::DayRows>& samples, DayRange range) {
  if (samples.empty()) return 0;
  double rows = 0;
  for (auto day = std::ranges::lower_bound(active_days, range.since); day != active_days.end() && *day <= range.until;
       ++day) {
    rows += rows_on(*day, samples);
  }
  return rows;
}

Estimate estimate(const Connector& connector, const VerifiedAccount& account, const std::vector<PlannedJob>& jobs,
                  const AccountProbe& probe) {
  const auto free = work_of(connector, jobs, probe, Duration::zero());
  auto work = free;
  if (connector.quota_time(account, free.calls) > free.time) {
    // Behind the first ones, which the quota lets through, calls stand further apart: a report has more time between
    // two polls, and takes fewer of them.
    const double at_once = share_at_once(connector, account, free);
    const auto held_time = connector.quota_time(account, free.calls) - free.time;
    const double held_calls = std::max(1.0, (1 - at_once) * free.calls.all());
    const auto gap = Duration(static_cast<Duration::rep>(static_cast<double>(held_time.count()) / held_calls));
    work = blend(free, work_of(connector, jobs, probe, gap), at_once);
  }
  Estimate made{.account = account, .tier = probe.tier, .types = work.types, .rough = probe.rough};
  for (const auto& type : made.types) {
    made.rows += type.rows;
    made.calls += type.calls;
  }
  made.time = std::max(work.time, connector.quota_time(account, work.calls));
  return made;
}

}  // namespace adfill
