// Asynchronous insights: report runs from their creation to the page that is read. A run keeps its question, never
// rows.
#pragma once

#include "core/instant.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/insights_query.h"

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace adfill::meta {

struct Report {
  std::string id;
  InsightsQuery query;
  Instant created;
  Duration time;                        // how long it takes
  std::optional<GraphError> failure{};  // it ends as Job Failed, with this as the reason
  Instant stuck_until{};                // it stays at 0 % so long
};

class Reports {
 public:
  explicit Reports(std::uint64_t seed) : seed_(seed) {}

  // A new run with an id of its own; its time is `report_ms` give or take a quarter. The oldest go when there are too
  // many.
  Report& start(InsightsQuery query, Instant now, int report_ms);
  // nullptr for an unknown id, and after 30 days.
  [[nodiscard]] Report* find(const std::string& id, Instant now);

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
  std::map<std::string, Report, std::less<>> reports_;
  std::deque<std::string> order_;
};

[[nodiscard]] bool is_complete(const Report& report, Instant now);
// The run as GET /{report_run_id} shows it; `fields` empty: all. Versions before 25 don't tell why a run failed.
[[nodiscard]] std::expected<std::string, GraphError> write_report(const Report& report,
                                                                  const std::vector<FieldName>& fields, int version,
                                                                  Instant now);

}  // namespace adfill::meta
