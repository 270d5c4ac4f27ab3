// The rows of a day as they were: what is stored now, and every change since taken back, the newest first. And figures
// summed from such days by a group, as performance() sums those of now.
#pragma once

#include "core/row_hash.h"
#include "store/history.h"
#include "store/records.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

template <class Row>
class PastDay {
 public:
  explicit PastDay(Day day) : day_(day) {}

  void add(Row row, std::string currency, std::int64_t details_hash);
  // False when the details that the change patches are not those it was made for.
  [[nodiscard]] bool take_back(const RowChange& change);

  struct Kept {
    Row row;
    std::string currency;
    std::int64_t details_hash = 0;
  };
  [[nodiscard]] Day day() const { return day_; }
  [[nodiscard]] const std::map<std::string, Kept>& rows() const { return rows_; }

 private:
  Day day_;
  std::map<std::string, Kept> rows_;  // by key
};

extern template class PastDay<AdRow>;
extern template class PastDay<DemographicRow>;

// Days come in order.
class PastGroups {
 public:
  PastGroups(PerformanceGroup group, Source source) : group_(group), source_(source) {}

  template <class Row>
  void add(const PastDay<Row>& day);
  // By key and currency.
  [[nodiscard]] std::vector<PerformanceRecord> records() const;

 private:
  PerformanceGroup group_;
  Source source_;
  struct Group {
    PerformanceRecord record;
    Day named_by{};  // the day that its name is of
  };
  std::map<std::pair<std::string, std::string>, Group> groups_;
};

}  // namespace adfill
