// What the statements of overview tell, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "store/overview.h"
#include "store/suspicions.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

// From list_attempts.
template <class Columns>
[[nodiscard]] std::vector<AttemptRecord> read_attempts(Columns row) {
  std::vector<AttemptRecord> records;
  while (row.step()) {
    AttemptRecord& record = records.emplace_back();
    record.token = row.template next<ChunkToken>();
    record.chunk = row.template next<ChunkId>();
    record.started_at = row.template next<Instant>();
    record.ended_at = row.template next<std::optional<Instant>>();
    record.outcome = row.template next<std::string>();
    record.failure_kind = row.template next<std::string>();
    record.failure_code = row.template next<std::string>();
    record.message = row.template next<std::string>();
    record.trace_id = row.template next<std::string>();
    record.slices_given_up = row.template next<int>();
  }
  return records;
}

// From list_given_up.
template <class Columns>
void read_given_up(Columns row, std::vector<AttemptRecord>& attempts) {
  std::map<ChunkToken, AttemptRecord*> places;
  for (auto& attempt : attempts) places.emplace(attempt.token, &attempt);
  while (row.step()) {
    GivenUpSlice& slice = places.at(row.template next<ChunkToken>())->given_up.emplace_back();
    slice.at = row.template next<Instant>();
    slice.range.since = row.template next<Day>();
    slice.range.until = row.template next<Day>();
    slice.part = row.template next<std::string>();
    slice.next_days = row.template next<int>();
    slice.next_part = row.template next<std::string>();
    slice.took = std::chrono::milliseconds(row.template next<std::int64_t>());
    slice.message = row.template next<std::string>();
    slice.trace_id = row.template next<std::string>();
  }
}

using Places = std::map<std::pair<IntegrationId, CollectionType>, TypeFreshness*>;

// The accounts with nothing told of them yet, and where it is to be told.
[[nodiscard]] inline Places make_places(std::vector<FreshnessRecord>& records) {
  Places places;
  for (auto& record : records) {
    for (const auto type : {CollectionType::ads, CollectionType::demographics}) {
      record.types.emplace_back().type = type;
    }
    for (auto& type : record.types) places[{record.integration.id, type.type}] = &type;
  }
  return places;
}

template <class Columns>
[[nodiscard]] TypeFreshness& place_of(const Places& places, Columns& row) {
  const auto integration = row.template next<IntegrationId>();
  const auto type = row.template next<CollectionType>();
  return *places.at({integration, type});
}

// From list_freshness.
template <class Columns>
void read_freshness(Columns row, const Places& places) {
  while (row.step()) {
    auto& type = place_of(places, row);
    type.days = row.template next<int>();
    type.mismatches = row.template next<int>();
    type.first = row.template next<Day>();
    type.newest = row.template next<Day>();
    type.as_of = row.template next<Instant>();
  }
}

// From list_recent_days.
template <class Columns>
void read_recent_days(Columns day, const Places& places) {
  while (day.step()) {
    RecentDay& recent = place_of(places, day).recent.emplace_back();
    recent.day = day.template next<Day>();
    const bool unexplained = day.template next<bool>();
    const bool inside_window = day.template next<bool>();
    recent.state = unexplained ? DayState::mismatch : inside_window ? DayState::moving : DayState::fresh;
  }
}

// After the recent days were read.
inline void mark_suspect_days(const std::vector<SuspectDay>& days, const Places& places) {
  for (const auto& day : days) {
    TypeFreshness& type = *places.at({day.integration, day.type});
    ++type.suspect;
    const auto recent = std::ranges::find(type.recent, day.day, &RecentDay::day);
    if (recent != type.recent.end()) recent->suspect = true;
  }
}

// From count_integrations and count_open_jobs.
template <class Status, class Columns>
[[nodiscard]] std::map<Status, std::int64_t> read_counts(Columns row) {
  std::map<Status, std::int64_t> counts;
  while (row.step()) {
    const auto status = row.template next<Status>();
    counts[status] = row.next_integer();
  }
  return counts;
}

// From sum_collected.
template <class Columns>
[[nodiscard]] std::vector<CollectedPiece> read_pieces(Columns row) {
  std::vector<CollectedPiece> pieces;
  while (row.step()) {
    CollectedPiece& collected = pieces.emplace_back();
    collected.begins = Instant(std::chrono::seconds(row.next_integer()));
    collected.chunks = row.next_integer();
    collected.rows = row.next_integer();
  }
  return pieces;
}

}  // namespace adfill
