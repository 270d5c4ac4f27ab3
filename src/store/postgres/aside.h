// Rows as they are now, kept aside before a commit changes or removes them, each with its day's change. Of days that
// were not there before nothing is kept.
#pragma once

#include "core/text_patch.h"
#include "sql/postgres.h"
#include "store/postgres/figure_rows.h"
#include "store/postgres/figures.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace adfill::postgres {

// What of a day's rows moves.
struct Moved {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t removed = 0;
};

class Aside {
 public:
  // Writes the receipts that the days had before, where something moves. Requires: they were told by write_receipts().
  Aside(Transaction& transaction, const DaysToMerge& chunk, const std::map<Day, Moved>& moved);

  template <class Row>
  void changed(std::span<const ChangedRow<Row>> rows) const;
  template <class Row>
  void removed(Day day, const std::vector<std::int64_t>& ids) const;
  template <class Row>
  void added(std::span<const FreshRow<Row>> rows) const;

 private:
  // nullptr: nothing is kept of the day.
  [[nodiscard]] const std::int64_t* change_of(Day day) const {
    const auto found = changes_.find(day);
    return found == changes_.end() ? nullptr : &found->second;
  }

  Transaction& transaction_;
  AdvertiserId advertiser_;
  std::map<Day, std::int64_t> changes_{};  // ids
};

template <class Row>
void Aside::changed(std::span<const ChangedRow<Row>> rows) const {
  Array of_details;
  for (const auto& row : rows) {
    if (row.details && change_of(row.row->day) != nullptr) of_details.add(row.id);
  }
  std::map<std::int64_t, std::string> before;
  if (!of_details.empty()) {
    Rows found = transaction_.db.query(Kind<Row>::read_details, ":advertiser", advertiser_, ":ids", of_details);
    while (found.step()) {
      const std::int64_t id = found.next_integer();
      before[id] = found.next_text();
    }
  }
  Array ids, change_ids, names, details;
  for (const auto& row : rows) {
    const auto* change = change_of(row.row->day);
    if (change == nullptr) continue;
    ids.add(row.id);
    change_ids.add(*change);
    names.add(row.names);
    if (row.details) {
      details.add(make_patch(row.row->details, before[row.id]));
    } else {
      details.add(std::nullopt);
    }
  }
  if (ids.empty()) return;
  transaction_.db.send(Kind<Row>::keep_aside, ":advertiser", advertiser_, ":ids", ids, ":change_ids", change_ids,
                       ":names", names, ":details", details, ":change", "changed");
}

template <class Row>
void Aside::removed(Day day, const std::vector<std::int64_t>& ids) const {
  const auto* change = change_of(day);
  if (change == nullptr) return;
  transaction_.db.send(Kind<Row>::keep_aside, ":advertiser", advertiser_, ":ids", array_of(ids), ":change_ids",
                       array_of(std::vector(ids.size(), *change)), ":names", array_of(std::vector(ids.size(), 1)),
                       ":details", array_of(std::vector(ids.size(), std::nullopt)), ":change", "removed");
}

template <class Row>
void Aside::added(std::span<const FreshRow<Row>> rows) const {
  Array change_ids, keys;
  for (const auto& fresh : rows) {
    const auto* change = change_of(fresh.row->day);
    if (change == nullptr) continue;
    change_ids.add(*change);
    keys.add(Kind<Row>::key_text(*fresh.row));
  }
  if (keys.empty()) return;
  transaction_.db.send(sql::postgres::keep_added, ":change_ids", change_ids, ":keys", keys);
}

}  // namespace adfill::postgres
