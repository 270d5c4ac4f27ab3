#include "store/sqlite/figures.h"

#include "core/text_patch.h"
#include "sql/sqlite.h"
#include "store/day_hash.h"
#include "store/stored_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

constexpr int row_columns_begin = 6;  // after advertiser, source, account, date, currency

void bind_metrics(Statement& statement, int position, const Metrics& metrics, const std::optional<std::int64_t>& reach,
                  std::int64_t hash) {
  statement.bind(position, metrics.impressions);
  statement.bind(position + 1, metrics.clicks);
  statement.bind(position + 2, metrics.cost);
  statement.bind(position + 3, metrics.conversions);
  statement.bind(position + 4, metrics.conversion_value);
  statement.bind(position + 5, reach);
  statement.bind(position + 6, hash);
}

// What differs between the two kinds of figures: their statements, their key, their names.
template <class Row>
struct Kind;

template <>
struct Kind<AdRow> {
  static constexpr auto read_day = sqlite::read_ads_of_day;
  static constexpr auto insert = sqlite::insert_ad;
  static constexpr auto insert_details = sqlite::insert_ad_details;
  static constexpr auto update = sqlite::update_ad;
  static constexpr auto update_details = sqlite::update_ad_details;
  static constexpr auto is_back = sqlite::ad_is_back;
  static constexpr auto mark_absent = sqlite::mark_ad_absent;
  static constexpr auto keep_aside = sqlite::keep_ad_aside;
  static constexpr auto read_details = sqlite::read_ad_details;
  static constexpr auto remove = sqlite::remove_ad;
  static constexpr auto sum_day = sqlite::sum_ads_of_day;
  static constexpr int id_position = 20;

  static std::string key_text(const AdRow& row) { return row.campaign_ad_id; }
  static auto key(const AdRow& row) { return std::tuple<std::string_view>(row.campaign_ad_id); }
  static auto next_key(Statement& stored) { return std::tuple<std::string_view>(stored.next_text()); }
  static void set_key(AdRow& row, const std::tuple<std::string_view>& key) { row.campaign_ad_id = std::get<0>(key); }
  static bool same_names(Statement& stored, const AdRow& row) {
    bool same = stored.next_text() == row.campaign_id;
    same = (stored.next_text() == row.campaign_name) && same;
    same = (stored.next_text() == row.ad_group_id) && same;
    same = (stored.next_text() == row.ad_group_name) && same;
    same = (stored.next_text() == row.ad_id) && same;
    return (stored.next_text() == row.ad_name) && same;
  }
  static void bind(Statement& statement, const AdRow& row, std::int64_t hash) {
    int position = row_columns_begin;
    for (const std::string* text : {&row.campaign_ad_id, &row.campaign_id, &row.campaign_name, &row.ad_group_id,
                                    &row.ad_group_name, &row.ad_id, &row.ad_name}) {
      statement.bind_kept(position++, *text);
    }
    bind_metrics(statement, position, row.metrics, row.reach, hash);
  }
};

template <>
struct Kind<DemographicRow> {
  static constexpr auto read_day = sqlite::read_demographics_of_day;
  static constexpr auto insert = sqlite::insert_demographic;
  static constexpr auto insert_details = sqlite::insert_demographic_details;
  static constexpr auto update = sqlite::update_demographic;
  static constexpr auto update_details = sqlite::update_demographic_details;
  static constexpr auto is_back = sqlite::demographic_is_back;
  static constexpr auto mark_absent = sqlite::mark_demographic_absent;
  static constexpr auto keep_aside = sqlite::keep_demographic_aside;
  static constexpr auto read_details = sqlite::read_demographic_details;
  static constexpr auto remove = sqlite::remove_demographic;
  static constexpr auto sum_day = sqlite::sum_demographics_of_day;
  static constexpr int id_position = 16;

  static std::string key_text(const DemographicRow& row) { return row.breakdown + "/" + row.gender + "/" + row.age; }
  static auto key(const DemographicRow& row) {
    return std::tuple<std::string_view, std::string_view, std::string_view>(row.breakdown, row.gender, row.age);
  }
  static auto next_key(Statement& stored) {
    const auto breakdown = stored.next_text();
    const auto gender = stored.next_text();
    return std::tuple(breakdown, gender, stored.next_text());
  }
  static void set_key(DemographicRow& row,
                      const std::tuple<std::string_view, std::string_view, std::string_view>& key) {
    std::tie(row.breakdown, row.gender, row.age) = key;
  }
  static bool same_names(Statement& /*stored*/, const DemographicRow& /*row*/) { return true; }
  static void bind(Statement& statement, const DemographicRow& row, std::int64_t hash) {
    statement.bind_kept(row_columns_begin, row.breakdown);
    statement.bind_kept(row_columns_begin + 1, row.gender);
    statement.bind_kept(row_columns_begin + 2, row.age);
    bind_metrics(statement, row_columns_begin + 3, row.metrics, row.reach, hash);
  }
};

// Where the day's rows lie, as text: bound once, not copied a row.
struct Place {
  std::string advertiser;
  std::string source;
  std::string account;
  std::string date;
  std::string currency;

  Place(const HeldChunk& held, Day day)
      : advertiser(held.advertiser.to_string()),
        source(to_string(held.source)),
        account(held.account_id),
        date(day.to_string()),
        currency(held.currency) {}

  void bind(Statement& statement) const {
    int position = 1;
    for (const std::string* text : {&advertiser, &source, &account, &date, &currency})
      statement.bind_kept(position++, *text);
  }
};

std::string describe(std::int64_t rows, const Totals& totals) {
  return std::to_string(rows) + " rows, " + std::to_string(totals.impressions) + " impressions, " +
         std::to_string(totals.clicks) + " clicks, cost " + to_decimal(totals.cost);
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
  struct Changed {
    std::int64_t id;
    const Row* row;
    bool names;  // or the currency
    bool details;
  };
  std::vector<const Row*> fresh{};
  std::vector<Changed> changed{};
  std::vector<std::int64_t> back{};
  std::vector<std::int64_t> vanished{};
  DayHash vanished_hash{};  // as they will be if they stay
  std::int64_t unchanged = 0;
};

// Compares the stored row, whose id and key were read, with the snapshot's.
template <class Row>
void compare(Statement& stored, std::int64_t id, const Row& row, const std::string& currency, Merge<Row>& merge) {
  bool same_names = Kind<Row>::same_names(stored, row);
  same_names = (stored.next_text() == currency) && same_names;
  Metrics metrics;
  metrics.impressions = stored.next_integer();
  metrics.clicks = stored.next_integer();
  metrics.cost = Micros{stored.next_integer()};
  metrics.conversions = Micros{stored.next_integer()};
  metrics.conversion_value = Micros{stored.next_integer()};
  bool same = metrics == row.metrics && same_names;
  same = (stored.next_integer_or_null() == row.reach) && same;
  const bool same_details = stored.next_integer() == hash_of(row.details);
  const bool absent = stored.next_integer() != 0;
  if (!same || !same_details) {
    merge.changed.push_back({id, &row, !same_names, !same_details});
  } else if (absent) {
    merge.back.push_back(id);
  } else {
    ++merge.unchanged;
  }
}

// Walks both in the order of the key. Nothing is written before the last row was read.
template <class Row>
Merge<Row> plan_merge(SqliteConnection& db, const Place& place, const std::vector<const Row*>& sorted) {
  Merge<Row> merge;
  auto stored = db.query(Kind<Row>::read_day, ":advertiser", place.advertiser, ":source", place.source, ":account",
                         place.account, ":date", place.date);
  auto next = sorted.begin();
  while (stored.step()) {
    const std::int64_t id = stored.next_integer();
    const auto key = Kind<Row>::next_key(stored);
    while (next != sorted.end() && Kind<Row>::key(**next) < key) merge.fresh.push_back(*next++);
    if (next != sorted.end() && Kind<Row>::key(**next) == key) {
      compare(stored, id, **next++, place.currency, merge);
    } else {
      merge.vanished.push_back(id);
      StoredRow<Row> row;
      Kind<Row>::set_key(row.row, key);
      read_after_key(stored, row);
      merge.vanished_hash.add(row_hash(row.row, row.currency, stored.next_integer(), true));
    }
  }
  merge.fresh.insert(merge.fresh.end(), next, sorted.end());
  return merge;
}

template <class Row>
void insert_rows(SqliteConnection& db, const Place& place, const std::vector<const Row*>& rows) {
  if (rows.empty()) return;
  auto insert = db.statement(Kind<Row>::insert);
  auto insert_details = db.statement(Kind<Row>::insert_details);
  place.bind(insert);
  for (const Row* row : rows) {
    Kind<Row>::bind(insert, *row, hash_of(row->details));
    insert.run();
    insert_details.bind(1, db.last_insert_id());
    insert_details.bind_kept(2, row->details);
    insert_details.run();
  }
}

// Where rows are kept aside as they were. nullopt: the day was not there before, and nothing is.
struct Aside {
  SqliteConnection& db;
  std::optional<std::int64_t> change;

  template <class Row>
  void changed(const typename Merge<Row>::Changed& row) const {
    if (!change) return;
    std::optional<std::string> patch;
    if (row.details) {
      const auto before = db.value<std::string>(Kind<Row>::read_details, ":id", row.id);
      patch = make_patch(row.row->details, before.value_or(""));
    }
    db.run(Kind<Row>::keep_aside, ":id", row.id, ":change_id", *change, ":change", "changed", ":names", row.names,
           ":details", patch);
  }
  template <class Row>
  void removed(std::int64_t id) const {
    if (!change) return;
    db.run(Kind<Row>::keep_aside, ":id", id, ":change_id", *change, ":change", "removed", ":names", true, ":details",
           std::nullopt);
  }
  template <class Row>
  void added(const std::vector<const Row*>& rows) const {
    if (!change) return;
    for (const Row* row : rows) db.run(sqlite::keep_added, ":change_id", *change, ":key", Kind<Row>::key_text(*row));
  }
};

// The receipt as it is before this snapshot's, with what moves now.
template <class Row>
Aside begin_change(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot,
                   const Merge<Row>& merge, bool removes) {
  Aside aside{transaction.db, std::nullopt};
  const std::size_t removed = removes ? merge.vanished.size() : 0;
  if (merge.fresh.empty() && merge.changed.empty() && removed == 0) return aside;
  const Totals& totals = snapshot.totals_read;
  const int kept = transaction.db.run(
      sqlite::insert_day_change, ":integration", held.integration, ":type", held.type, ":date", snapshot.day,  //
      ":attempt", held.token, ":asked", snapshot.asked, ":now", transaction.now, ":rows", snapshot.rows_read,
      ":impressions", totals.impressions, ":clicks", totals.clicks, ":cost", totals.cost,  //
      ":added", merge.fresh.size(), ":changed", merge.changed.size(), ":removed", removed);
  if (kept > 0) aside.change = transaction.db.last_insert_id();
  return aside;
}

template <class Row>
void update_rows(SqliteConnection& db, const Place& place, const std::vector<typename Merge<Row>::Changed>& rows,
                 const Aside& aside) {
  if (rows.empty()) return;
  auto update = db.statement(Kind<Row>::update);
  auto update_details = db.statement(Kind<Row>::update_details);
  for (const auto& changed : rows) {
    aside.changed<Row>(changed);
    const auto& [id, row, names, details] = changed;
    update.bind_kept(5, place.currency);
    Kind<Row>::bind(update, *row, hash_of(row->details));
    update.bind(Kind<Row>::id_position, id);
    update.run();
    if (!details) continue;
    update_details.bind(1, id);
    update_details.bind_kept(2, row->details);
    update_details.run();
  }
}

// The account's own total of the day is there and says that the snapshot is all of it. Its absence proves nothing.
bool proves_removal(const DaySnapshot& snapshot, const std::string& currency) {
  const Difference difference =
      classify_difference(snapshot.totals_read, snapshot.platform, snapshot.rows_read, false, currency_unit(currency));
  return difference == Difference::none || difference == Difference::rounding;
}

// The second half of the check: what the database holds is what was read.
template <class Row>
std::string find_stored_difference(SqliteConnection& db, const Place& place, const DaySnapshot& snapshot) {
  auto row = db.query(Kind<Row>::sum_day, ":advertiser", place.advertiser, ":source", place.source, ":account",
                      place.account, ":date", place.date);
  must(row.step(), "summing gives a row");
  const std::int64_t rows = row.next_integer();
  Totals totals;
  totals.impressions = row.next_integer();
  totals.clicks = row.next_integer();
  totals.cost = Micros{row.next_integer()};
  if (rows == snapshot.rows_read && totals == snapshot.totals_read) return {};
  return "day " + place.date + ": read " + describe(snapshot.rows_read, snapshot.totals_read) + ", but stored are " +
         describe(rows, totals);
}

template <class Row>
MergedDay merge_rows(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot,
                     const std::vector<Row>& rows, Vanishing vanishing) {
  MergedDay merged;
  std::vector<const Row*> sorted;
  sorted.reserve(rows.size());
  for (const Row& row : rows) sorted.push_back(&row);
  std::ranges::sort(sorted,
                    [](const Row* left, const Row* right) { return Kind<Row>::key(*left) < Kind<Row>::key(*right); });
  merged.problem = find_difference(snapshot, sorted);
  if (!merged.problem.empty()) return merged;

  SqliteConnection& db = transaction.db;
  const Place place(held, snapshot.day);
  const Merge<Row> merge = plan_merge(db, place, sorted);
  const bool proven = vanishing == Vanishing::removed || proves_removal(snapshot, place.currency);
  const Aside aside = begin_change(transaction, held, snapshot, merge, proven);
  insert_rows(db, place, merge.fresh);
  aside.added(merge.fresh);
  update_rows<Row>(db, place, merge.changed, aside);
  for (const std::int64_t id : merge.back) db.run(Kind<Row>::is_back, ":id", id);
  for (const std::int64_t id : merge.vanished) {
    if (proven) {
      aside.removed<Row>(id);
      db.run(Kind<Row>::remove, ":id", id);
    } else {
      db.run(Kind<Row>::mark_absent, ":id", id, ":now", transaction.now);
    }
  }
  const auto vanished = static_cast<std::int64_t>(merge.vanished.size());
  merged.written = static_cast<std::int64_t>(merge.fresh.size() + merge.changed.size() + merge.back.size());
  merged.unchanged = merge.unchanged;
  merged.removed = proven ? vanished : 0;
  merged.absent = proven ? 0 : vanished;
  merged.hash = hash_of_rows(snapshot, place.currency);
  if (!proven) merged.hash.add(static_cast<std::uint64_t>(merge.vanished_hash.value()));
  merged.problem = find_stored_difference<Row>(db, place, snapshot);
  return merged;
}

}  // namespace

MergedDay merge_day(Transaction& transaction, const HeldChunk& held, const DaySnapshot& snapshot, Vanishing vanishing) {
  const bool ads = std::holds_alternative<std::vector<AdRow>>(snapshot.rows);
  must(held.type == (ads ? CollectionType::ads : CollectionType::demographics),
       "a chunk is committed with rows of its type");
  return std::visit([&](const auto& rows) { return merge_rows(transaction, held, snapshot, rows, vanishing); },
                    snapshot.rows);
}

}  // namespace adfill
