// The `filtering` parameter: which ads an answer is about.
#pragma once

#include "simulator/meta/graph_error.h"
#include "simulator/world.h"

#include <expected>
#include <set>
#include <string>
#include <vector>

namespace adfill::meta {

class AdFilter {
 public:
  // Reads [{"field":"ad.effective_status","operator":"IN","value":[…]}, …]. Known: ids and effective_status of ad,
  // adset and campaign and ad.delivery_info, with IN, NOT_IN, EQUAL, NOT_EQUAL; ad.updated_time with GREATER_THAN. 100
  // for others.
  [[nodiscard]] static std::expected<AdFilter, GraphError> read(const std::string& text);

  void add_statuses(std::set<std::string> statuses);
  // Some condition is about the ads' status: only without one are deleted and archived ads left out by themselves.
  [[nodiscard]] bool names_status() const;
  [[nodiscard]] bool asks_for(const std::string& status) const;
  [[nodiscard]] bool matches(const Account& account, const Ad& ad) const;
  [[nodiscard]] bool empty() const { return conditions_.empty(); }

 private:
  enum class About { ad_id, ad_set_id, campaign_id, status, delivery_info, updated_time, other_status };
  struct Condition {
    About about;
    std::set<std::string> values;
    bool in = true;
  };
  std::vector<Condition> conditions_;
};

[[nodiscard]] bool is_live(const Ad& ad);
// Unix seconds.
[[nodiscard]] std::int64_t created_at(const Ad& ad);
[[nodiscard]] std::int64_t updated_at(const Ad& ad);

}  // namespace adfill::meta
