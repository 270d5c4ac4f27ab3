// The rows of an insights question, one after the other, from any place: nothing is stored, so a report of a million
// rows takes no memory and each of its pages costs only itself.
#pragma once

#include "simulator/figures.h"
#include "simulator/meta/cursor.h"
#include "simulator/meta/insights_query.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace adfill::meta {

struct Row {
  DayRange days;
  int object = 0;  // of its level: the index of an ad, ad set or campaign
  int group = 0;   // of the breakdown
  Figures figures;
};

class RowWalk {
 public:
  // `account` and `query` outlive it. `yesterday` in the account's zone: the last day with figures.
  RowWalk(const Account& account, const InsightsQuery& query, Day yesterday, Cursor start);
  // The next row with anything in it; nullopt at the end.
  [[nodiscard]] std::optional<Row> next();
  // Where a walk has to start to give what next() would give now.
  [[nodiscard]] const Cursor& place() const { return at_; }

 private:
  void choose_ads();
  void load();
  void add_day(Day day, std::size_t begin, std::size_t end);

  const Account& account_;
  const InsightsQuery& query_;
  Day yesterday_;
  Cursor at_;
  View view_;
  // The objects of the level with the ads that count for each: ads_[begin_of_[i] .. begin_of_[i + 1]).
  std::vector<int> objects_{};
  std::vector<std::size_t> begin_of_{};
  std::vector<int> ads_{};
  ByGroup loaded_{};  // figures of the object at at_, by group
  bool is_loaded_ = false;
  int group_count_;
};

// Rows of the whole answer, counted up to `most` + 1.
[[nodiscard]] std::int64_t count_rows(const Account& account, const InsightsQuery& query, Day yesterday,
                                      std::int64_t most);

}  // namespace adfill::meta
