#include "store/postgres/figures.h"

#include "store/day_hash.h"
#include "store/postgres/aside.h"
#include "store/postgres/figure_rows.h"
#include "store/stored_rows.h"

#include <algorithm>
#include <map>
#include <span>

namespace adfill::postgres {

namespace {

// Past some thousands of rows a statement gains nothing more, and its texts begin to weigh.
constexpr std::size_t rows_a_statement = 4'000;

template <class Value, class Work>
void in_batches(const std::vector<Value>& values, const Work& work) {
  const std::span<const Value> all(values);
  for (std::size_t at = 0; at < all.size(); at += rows_a_statement) {
    work(all.subspan(at, std::min(rows_a_statement, all.size() - at)));
  }
}

std::string describe(std::int64_t rows, const Totals& totals) {
  return std::to_string(rows) + " rows, " + std::to_string(totals.impressions) + " impressions, " +
         std::to_string(totals.clicks) + " clicks, cost " + to_decimal(totals.cost);
}

// The day's rows in the order of their keys.
template <class Row>
std::vector<const Row*> sorted_rows(const DaySnapshot& day) {
  std::vector<const Row*> sorted;
  for (const Row& row : std::get<std::vector<Row>>(day.rows)) sorted.push_back(&row);
  std::ranges::sort(sorted,
                    [](const Row* left, const Row* right) { return Kind<Row>::key(*left) < Kind<Row>::key(*right); });
  return sorted;
}

// The first half of the check: what is given is what was read.
template <class Row>
std::string find_difference(const DaySnapshot& snapshot, const std::vector<const Row*>& sorted) {
  const std::string day = "day " + snapshot.day.to_string() + ": ";
  Totals totals;
  for (const Row* row : sorted) {
    must(row->day == snapshot.day, "a day's snapshot has rows of that day only");
    if (!totals.add(totals_of(row->metrics))) return day + "the sums are larger than adfill can hold exactly";
  }
  const auto twice = std::ranges::adjacent_find(
      sorted, [](const Row* left, const Row* right) { return Kind<Row>::key(*left) == Kind<Row>::key(*right); });
  if (twice != sorted.end()) {
    return day + "the platform reported '" + std::string(std::get<0>(Kind<Row>::key(**twice))) + "' twice";
  }
  const auto count = static_cast<std::int64_t>(sorted.size());
  if (count == snapshot.rows_read && totals == snapshot.totals_read) return {};
  return day + "read " + describe(snapshot.rows_read, snapshot.totals_read) + ", but to be stored are " +
         describe(count, totals);
}

struct Vanished {
  std::vector<std::int64_t> ids{};
  DayHash hash{};  // as they will be if they stay
};

// What is to be done with one chunk's rows.
template <class Row>
struct Merge {
  std::int64_t fresh = 0;
  std::vector<ChangedRow<Row>> changed{};
  std::vector<std::int64_t> back{};
  std::map<Day, Vanished> vanished{};
  std::int64_t unchanged = 0;
};

// Compares the stored row, whose id, day and key were read, with the snapshot's.
template <class Row>
void compare(Rows& stored, std::int64_t id, const Row& row, const std::string& currency, Merge<Row>& merge) {
  bool same_names = Kind<Row>::same_names(stored, row);
  same_names = (stored.next_text() == currency) && same_names;
  Metrics metrics;
  metrics.impressions = stored.next_integer();
  metrics.clicks = stored.next_integer();
  metrics.cost = stored.next<Micros>();
  metrics.conversions = stored.next<Micros>();
  metrics.conversion_value = stored.next<Micros>();
  bool same = metrics == row.metrics && same_names;
  same = (stored.next_integer_or_null() == row.reach) && same;
  const bool same_details = stored.next_integer() == hash_of(row.details);
  const bool absent = stored.next<bool>();
  if (!same || !same_details) {
    merge.changed.push_back({id, &row, !same_names, !same_details});
  } else if (absent) {
    merge.back.push_back(id);
  } else {
    ++merge.unchanged;
  }
}

// The chunks that are merged together: their accounts, and their days with the places of the accounts.
struct Together {
  std::vector<const DaysToMerge*> chunks{};
  Places places{};
  Array days{};
  Array places_of_days{};

  void add(const DaysToMerge& chunk) {
    chunks.push_back(&chunk);
    places.add(Place(*chunk.held));
    for (const DaySnapshot* day : chunk.days) {
      days.add(day->day);
      places_of_days.add(chunks.size());
    }
  }
  [[nodiscard]] Rows ask(Connection& db, std::string_view statement) const {
    return db.query(statement, ":places", places_of_days, ":days", days, ":advertisers", places.advertisers, ":sources",
                    places.sources, ":accounts", places.accounts);
  }
};

template <class Row>
struct Plan {
  std::vector<FreshRow<Row>> fresh{};
  std::vector<Merge<Row>> merges{};  // a chunk each
};

// Walks both in the order of chunk, day and key.
template <class Row>
Plan<Row> plan_merge(Connection& db, const Together& together, const std::vector<FreshRow<Row>>& sorted) {
  Plan<Row> plan;
  plan.merges.resize(together.chunks.size());
  Rows stored = together.ask(db, Kind<Row>::read_days);
  auto next = sorted.begin();
  const auto place_of = [](const FreshRow<Row>& given) {
    return std::tuple(given.place, given.row->day, Kind<Row>::key(*given.row));
  };
  while (stored.step()) {
    const int place = static_cast<int>(stored.next_integer());
    const std::int64_t id = stored.next_integer();
    const Day day = stored.next<Day>();
    const auto key = Kind<Row>::next_key(stored);
    const auto there = std::tuple(place, day, key);
    while (next != sorted.end() && place_of(*next) < there) plan.fresh.push_back(*next++);
    const auto at = static_cast<std::size_t>(place) - 1;
    if (next != sorted.end() && place_of(*next) == there) {
      compare(stored, id, *(next++)->row, together.chunks.at(at)->held->currency, plan.merges.at(at));
    } else {
      Vanished& vanished = plan.merges.at(at).vanished[day];
      vanished.ids.push_back(id);
      StoredRow<Row> row;
      Kind<Row>::set_key(row.row, key);
      read_after_key(stored, row);
      vanished.hash.add(row_hash(row.row, row.currency, stored.next_integer(), true));
    }
  }
  plan.fresh.insert(plan.fresh.end(), next, sorted.end());
  for (const auto& fresh : plan.fresh) ++plan.merges.at(static_cast<std::size_t>(fresh.place) - 1).fresh;
  return plan;
}

template <class Row>
void update_rows(Connection& db, const Place& place, const std::vector<ChangedRow<Row>>& rows, const Aside& aside) {
  in_batches(rows, [&](std::span<const ChangedRow<Row>> batch) {
    Array details_ids, details;
    for (const auto& changed : batch) {
      if (!changed.details) continue;
      details_ids.add(changed.id);
      details.add(changed.row->details);
    }
    aside.changed<Row>(batch);
    Kind<Row>::update(db, place, batch);
    if (details_ids.empty()) return;
    db.send(Kind<Row>::update_details, ":advertiser", place.advertiser, ":ids", details_ids, ":details", details);
  });
}

// The account's own total of the day is there and says that the snapshot is all of it. Its absence proves nothing.
bool proves_removal(const DaySnapshot& snapshot, const std::string& currency) {
  const Difference difference =
      classify_difference(snapshot.totals_read, snapshot.platform, snapshot.rows_read, false, currency_unit(currency));
  return difference == Difference::none || difference == Difference::rounding;
}

bool is_removed(const DaysToMerge& chunk, const DaySnapshot& day) {
  return chunk.vanishing == Vanishing::removed || proves_removal(day, chunk.held->currency);
}

template <class Row>
void deal_with_vanished(Transaction& transaction, const Place& place, const DaySnapshot& day, const Vanished& vanished,
                        bool removed, const Aside& aside, MergedDays& merged) {
  const Array ids = array_of(vanished.ids);
  const auto count = static_cast<std::int64_t>(vanished.ids.size());
  if (!removed) {
    transaction.db.send(Kind<Row>::mark_absent, ":advertiser", place.advertiser, ":ids", ids, ":now",
                        transaction.now());
    DayHash hash = hash_of_rows(day, place.currency);
    hash.add(static_cast<std::uint64_t>(vanished.hash.value()));
    merged.absent_by_day.push_back({day.day, count, hash});
    return;
  }
  aside.removed<Row>(day.day, vanished.ids);
  transaction.db.send(Kind<Row>::remove, ":advertiser", place.advertiser, ":ids", ids);
  merged.removed += count;
}

// The second half of the check: what the database holds is what was read.
template <class Row>
void find_stored_differences(Connection& db, const Together& together, const std::vector<MergedDays*>& merged) {
  Rows sums = together.ask(db, Kind<Row>::sum_days);
  for (std::size_t at = 0; at < together.chunks.size(); ++at) {
    for (const DaySnapshot* day : together.chunks[at]->days) {
      must(sums.step() && sums.next_integer() == static_cast<std::int64_t>(at) + 1 && sums.next<Day>() == day->day,
           "summing gives a row a day, in order");
      const std::int64_t rows = sums.next_integer();
      Totals totals;
      totals.impressions = sums.next_integer();
      totals.clicks = sums.next_integer();
      totals.cost = sums.next<Micros>();
      if ((rows == day->rows_read && totals == day->totals_read) || !merged[at]->problem.empty()) continue;
      merged[at]->problem = "day " + day->day.to_string() + ": read " + describe(day->rows_read, day->totals_read) +
                            ", but stored are " + describe(rows, totals);
    }
  }
}

// Day by day; days of which nothing moves are left out.
template <class Row>
std::map<Day, Moved> count_moved(const DaysToMerge& chunk, const Merge<Row>& merge,
                                 std::span<const FreshRow<Row>> fresh) {
  std::map<Day, Moved> moved;
  for (const auto& row : fresh) ++moved[row.row->day].added;
  for (const auto& row : merge.changed) ++moved[row.row->day].changed;
  for (const DaySnapshot* day : chunk.days) {
    const auto vanished = merge.vanished.find(day->day);
    if (vanished == merge.vanished.end() || !is_removed(chunk, *day)) continue;
    moved[day->day].removed += static_cast<std::int64_t>(vanished->second.ids.size());
  }
  return moved;
}

// All but the inserting of one chunk's fresh rows.
template <class Row>
void merge_rest(Transaction& transaction, const DaysToMerge& chunk, const Merge<Row>& merge,
                std::span<const FreshRow<Row>> fresh, MergedDays& merged) {
  Connection& db = transaction.db;
  const Place place(*chunk.held);
  const Aside aside(transaction, chunk, count_moved(chunk, merge, fresh));
  aside.added<Row>(fresh);
  update_rows(db, place, merge.changed, aside);
  if (!merge.back.empty()) db.send(Kind<Row>::is_back, ":advertiser", place.advertiser, ":ids", array_of(merge.back));
  for (const DaySnapshot* day : chunk.days) {
    const auto vanished = merge.vanished.find(day->day);
    if (vanished == merge.vanished.end()) continue;
    deal_with_vanished<Row>(transaction, place, *day, vanished->second, is_removed(chunk, *day), aside, merged);
  }
  merged.written = static_cast<std::int64_t>(fresh.size() + merge.changed.size() + merge.back.size());
  merged.unchanged = merge.unchanged;
}

// `merged`: those of the chunks that are merged together. Where one is not exact, nothing more is done: nothing may
// stay.
template <class Row>
void merge_rows(Transaction& transaction, const Together& together, const std::vector<MergedDays*>& merged) {
  std::vector<FreshRow<Row>> rows;
  for (std::size_t at = 0; at < together.chunks.size(); ++at) {
    for (const DaySnapshot* day : together.chunks[at]->days) {
      const auto sorted = sorted_rows<Row>(*day);
      merged[at]->problem = find_difference(*day, sorted);
      if (!merged[at]->problem.empty()) return;
      for (const Row* row : sorted) rows.push_back({static_cast<int>(at) + 1, row});
    }
  }
  const Plan<Row> plan = plan_merge<Row>(transaction.db, together, rows);
  in_batches(plan.fresh,
             [&](std::span<const FreshRow<Row>> batch) { Kind<Row>::insert(transaction.db, together.places, batch); });
  // Fresh rows stand in the order of their chunks.
  const std::span<const FreshRow<Row>> fresh(plan.fresh);
  std::size_t begin = 0;
  for (std::size_t at = 0; at < together.chunks.size(); ++at) {
    const auto count = static_cast<std::size_t>(plan.merges[at].fresh);
    merge_rest(transaction, *together.chunks[at], plan.merges[at], fresh.subspan(begin, count), *merged[at]);
    begin += count;
  }
  find_stored_differences<Row>(transaction.db, together, merged);
}

}  // namespace

std::vector<MergedDays> merge_days(Transaction& transaction, const std::vector<DaysToMerge>& chunks) {
  std::vector<MergedDays> merged(chunks.size());
  Together ads, demographics;
  std::vector<MergedDays*> merged_ads, merged_demographics;
  for (std::size_t at = 0; at < chunks.size(); ++at) {
    const bool is_ads = chunks[at].held->type == CollectionType::ads;
    for (const DaySnapshot* day : chunks[at].days) {
      must(std::holds_alternative<std::vector<AdRow>>(day->rows) == is_ads,
           "a chunk is committed with rows of its type");
    }
    if (chunks[at].days.empty()) continue;
    (is_ads ? ads : demographics).add(chunks[at]);
    (is_ads ? merged_ads : merged_demographics).push_back(&merged[at]);
  }
  if (!ads.chunks.empty()) merge_rows<AdRow>(transaction, ads, merged_ads);
  if (!demographics.chunks.empty()) merge_rows<DemographicRow>(transaction, demographics, merged_demographics);
  return merged;
}

}  // namespace adfill::postgres
