#include "collect/estimate.h"

#include "collect/daily_looks.h"

#include <algorithm>
#include <cmath>

namespace adfill {

namespace {

// Backfill chunks of an account that are worked on at once: the window of released chunks.
constexpr int lanes = 2;

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

std::vector<DayRange> asked_of(DayRange chunk, const std::set<Day>& pinned) {
  std::vector<Day> days;
  for (Day day = chunk.since; day <= chunk.until; day = day.plus(1)) {
    if (!pinned.contains(day)) days.push_back(day);
  }
  return runs_of(days);
}

Estimate estimate(const Connector& connector, const VerifiedAccount& account, const std::vector<PlannedJob>& jobs,
                  const AccountProbe& probe, const KnownDays& known) {
  std::vector<PlannedChunk> chunks;
  std::vector<std::size_t> ends;  // behind each job's last one
  for (const auto& job : jobs) {
    const auto& samples = job.type == CollectionType::ads ? probe.ads : probe.demographics;
    const bool has_days = job.type != CollectionType::creatives;
    const auto kept = known.pinned.find(job.type);
    for (const auto range : job.chunks) {
      const bool whole = !has_days || kept == known.pinned.end();
      for (const auto run : whole ? std::vector<DayRange>{range} : asked_of(range, kept->second)) {
        const auto rows = has_days ? std::llround(rows_in(probe.active_days, samples, run)) : probe.creatives;
        chunks.push_back({.type = job.type, .range = run, .rows = rows, .known = known.types.contains(job.type)});
      }
    }
    ends.push_back(chunks.size());
  }
  const auto rehearsal = connector.rehearse(account, chunks, probe, lanes);
  Estimate made{.account = account, .tier = probe.tier, .time = rehearsal.time, .rough = probe.rough};
  std::size_t next = 0;
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    TypeEstimate type{.type = jobs[index].type, .chunks = static_cast<int>(jobs[index].chunks.size())};
    double calls = 0;
    for (; next < ends[index]; ++next) {
      type.rows += chunks[next].rows;
      calls += rehearsal.calls[next];
    }
    type.calls = std::llround(calls);
    made.types.push_back(type);
    made.rows += type.rows;
    made.calls += type.calls;
  }
  return made;
}

}  // namespace adfill
