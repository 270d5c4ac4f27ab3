#include "store/postgres/figures.h"

#include "store/postgres/figure_rows.h"

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

template <class Row>
struct Merge {
  std::vector<const Row*> fresh{};
  std::vector<ChangedRow<Row>> changed{};
  std::vector<std::int64_t> back{};
  std::map<Day, std::vector<std::int64_t>> vanished{};
  std::int64_t unchanged = 0;
};

// Compares the stored row, whose id, day and key were read, with the snapshot's.
template <class Row>
void compare(Rows& stored, std::int64_t id, const Row& row, const std::string& currency, Merge<Row>& merge) {
  bool same = Kind<Row>::same_names(stored, row);
  same = (stored.next_text() == currency) && same;
  Metrics metrics;
  metrics.impressions = stored.next_integer();
  metrics.clicks = stored.next_integer();
  metrics.cost = stored.next<Micros>();
  metrics.conversions = stored.next<Micros>();
  metrics.conversion_value = stored.next<Micros>();
  same = metrics == row.metrics && same;
  same = (stored.next_integer_or_null() == row.reach) && same;
  const bool same_details = stored.next_integer() == hash_of(row.details);
  const bool absent = stored.next<bool>();
  if (!same || !same_details) {
    merge.changed.push_back({id, &row, !same_details});
  } else if (absent) {
    merge.back.push_back(id);
  } else {
    ++merge.unchanged;
  }
}

ArrayText days_of(const std::vector<const DaySnapshot*>& days) {
  ArrayText text;
  for (const DaySnapshot* day : days) text.add(day->day);
  return text;
}

// Walks both in the order of day and key.
template <class Row>
Merge<Row> plan_merge(Connection& db, const Place& place, const std::vector<const DaySnapshot*>& days,
                      const std::vector<const Row*>& sorted) {
  Merge<Row> merge;
  Rows stored = db.query(Kind<Row>::read_days, ":advertiser", place.advertiser, ":source", place.source, ":account",
                         place.account, ":days", days_of(days));
  auto next = sorted.begin();
  const auto place_of = [](const Row& row) { return std::pair(row.day, Kind<Row>::key(row)); };
  while (stored.step()) {
    const std::int64_t id = stored.next_integer();
    const Day day = stored.next<Day>();
    const auto there = std::pair(day, Kind<Row>::next_key(stored));
    while (next != sorted.end() && place_of(**next) < there) merge.fresh.push_back(*next++);
    if (next != sorted.end() && place_of(**next) == there) {
      compare(stored, id, **next++, place.currency, merge);
    } else {
      merge.vanished[day].push_back(id);
    }
  }
  merge.fresh.insert(merge.fresh.end(), next, sorted.end());
  return merge;
}

// Rows as they are now, before this commit changes or removes them.
struct Aside {
  Transaction& transaction;
  const HeldChunk& held;

  void keep(std::string_view keep_aside, const ArrayText& ids, const ArrayText& asked, std::string_view change) const {
    transaction.db.run(keep_aside, ":advertiser", held.advertiser, ":integration", held.integration, ":ids", ids,
                       ":asked", asked, ":token", held.token, ":change", change, ":now", transaction.now);
  }
};

template <class Row>
void update_rows(Connection& db, const Place& place, const std::map<Day, Asked>& asked_by_day,
                 const std::vector<ChangedRow<Row>>& rows, const Aside& aside) {
  in_batches(rows, [&](std::span<const ChangedRow<Row>> batch) {
    ArrayText ids, asked, details_ids, details;
    for (const auto& changed : batch) {
      ids.add(changed.id);
      asked.add(asked_by_day.at(changed.row->day));
      if (!changed.details) continue;
      details_ids.add(changed.id);
      details.add(changed.row->details);
    }
    aside.keep(Kind<Row>::keep_aside, ids, asked, "changed");
    Kind<Row>::update(db, place, batch);
    if (details_ids.empty()) return;
    db.run(Kind<Row>::update_details, ":advertiser", place.advertiser, ":ids", details_ids, ":details", details);
  });
}

// The account's own total of the day is there and says that the snapshot is all of it. Its absence proves nothing.
bool proves_removal(const DaySnapshot& snapshot, const std::string& currency) {
  const Difference difference =
      classify_difference(snapshot.totals_read, snapshot.platform, snapshot.rows_read, false, currency_unit(currency));
  return difference == Difference::none || difference == Difference::rounding;
}

template <class Row>
void deal_with_vanished(Transaction& transaction, const Place& place, const DaySnapshot& day,
                        const std::vector<std::int64_t>& vanished, const Aside& aside, MergedDays& merged) {
  const ArrayText ids = array_of(vanished);
  const auto count = static_cast<std::int64_t>(vanished.size());
  if (!proves_removal(day, place.currency)) {
    transaction.db.run(Kind<Row>::mark_absent, ":advertiser", place.advertiser, ":ids", ids, ":now", transaction.now);
    merged.absent_by_day.emplace_back(day.day, count);
    return;
  }
  aside.keep(Kind<Row>::keep_aside, ids, array_of(std::vector(vanished.size(), day.asked)), "removed");
  transaction.db.run(Kind<Row>::remove, ":advertiser", place.advertiser, ":ids", ids);
  merged.removed += count;
}

// The second half of the check: what the database holds is what was read.
template <class Row>
std::string find_stored_difference(Connection& db, const Place& place, const std::vector<const DaySnapshot*>& days) {
  Rows sums = db.query(Kind<Row>::sum_days, ":advertiser", place.advertiser, ":source", place.source, ":account",
                       place.account, ":days", days_of(days));
  for (const DaySnapshot* day : days) {
    must(sums.step() && sums.next<Day>() == day->day, "summing gives a row a day, in order");
    const std::int64_t rows = sums.next_integer();
    Totals totals;
    totals.impressions = sums.next_integer();
    totals.clicks = sums.next_integer();
    totals.cost = sums.next<Micros>();
    if (rows == day->rows_read && totals == day->totals_read) continue;
    return "day " + day->day.to_string() + ": read " + describe(day->rows_read, day->totals_read) +
           ", but stored are " + describe(rows, totals);
  }
  return {};
}

template <class Row>
MergedDays merge_rows(Transaction& transaction, const HeldChunk& held, const std::vector<const DaySnapshot*>& days) {
  MergedDays merged;
  std::vector<const Row*> rows;
  std::map<Day, Asked> asked_by_day;
  for (const DaySnapshot* day : days) {
    const auto sorted = sorted_rows<Row>(*day);
    merged.problem = find_difference(*day, sorted);
    if (!merged.problem.empty()) return merged;
    rows.insert(rows.end(), sorted.begin(), sorted.end());
    asked_by_day[day->day] = day->asked;
  }
  Connection& db = transaction.db;
  const Place place(held);
  const Aside aside{transaction, held};
  const Merge<Row> merge = plan_merge(db, place, days, rows);
  in_batches(merge.fresh, [&](std::span<const Row* const> batch) { Kind<Row>::insert(db, place, batch); });
  update_rows(db, place, asked_by_day, merge.changed, aside);
  if (!merge.back.empty()) db.run(Kind<Row>::is_back, ":advertiser", place.advertiser, ":ids", array_of(merge.back));
  for (const DaySnapshot* day : days) {
    const auto vanished = merge.vanished.find(day->day);
    if (vanished == merge.vanished.end()) continue;
    deal_with_vanished<Row>(transaction, place, *day, vanished->second, aside, merged);
  }
  merged.written = static_cast<std::int64_t>(merge.fresh.size() + merge.changed.size() + merge.back.size());
  merged.unchanged = merge.unchanged;
  merged.problem = find_stored_difference<Row>(db, place, days);
  return merged;
}

}  // namespace

MergedDays merge_days(Transaction& transaction, const HeldChunk& held, const std::vector<const DaySnapshot*>& days) {
  const bool ads = held.type == CollectionType::ads;
  for (const DaySnapshot* day : days) {
    must(std::holds_alternative<std::vector<AdRow>>(day->rows) == ads, "a chunk is committed with rows of its type");
  }
  if (days.empty()) return {};
  return ads ? merge_rows<AdRow>(transaction, held, days) : merge_rows<DemographicRow>(transaction, held, days);
}

}  // namespace adfill::postgres
