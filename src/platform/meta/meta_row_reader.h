// One row of Meta's insights, field by field, as views into its page.
#pragma once

#include "core/rows.h"
#include "platform/canonical_json.h"
#include "platform/meta/meta_actions.h"
#include "platform/meta/meta_rows.h"

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// What the row said. Views live as long as the page and its parser.
struct MetaRow {
  Day day;
  std::string_view campaign_id, campaign_name;
  std::string_view adset_id, adset_name;
  std::string_view ad_id, ad_name;
  std::string_view age, gender;
  Metrics metrics;
  std::optional<std::int64_t> reach{};
};

// Keeps its memory from row to row.
class MetaRowReader {
 public:
  explicit MetaRowReader(const MetaSlice& slice) : slice_(slice) {}

  // False when the row can't be taken; problem() then says why.
  [[nodiscard]] bool read(simdjson::ondemand::object object);
  [[nodiscard]] const MetaRow& row() const { return row_; }
  // All that is not in row() and does not follow from it. Once a row.
  [[nodiscard]] std::string take_details() { return details_.take(); }
  // What was wrong, with field, ad and day as far as they were read. refuse() adds a reason of the caller's.
  [[nodiscard]] std::string problem() const;
  void refuse(std::string_view field, std::string why);

 private:
  void read_field(std::string_view name, simdjson::ondemand::value& value);
  void read_text(std::string_view name, simdjson::ondemand::value& value, std::string_view& target);
  void read_count(std::string_view name, simdjson::ondemand::value& value, std::int64_t& target);
  void read_cost(simdjson::ondemand::value& value);
  void read_reach(simdjson::ondemand::value& value);
  void read_actions(std::string_view name, simdjson::ondemand::value& value, MetaActionList& actions);
  void keep(std::string_view name, simdjson::ondemand::value& value);
  void check_day();
  void count_purchases();

  MetaSlice slice_;
  MetaRow row_;
  std::string_view date_start_, date_stop_;
  std::string_view account_id_, currency_;
  std::uint64_t seen_ = 0;  // a bit a known field: a field that comes twice is refused
  bool broken_ = false;     // the rest of the row can't be read
  MetaActionList actions_;
  MetaActionList action_values_;
  CanonicalJson details_{"action_type"};
  std::string field_;
  std::string why_;  // empty: nothing wrong so far
};

}  // namespace adfill
