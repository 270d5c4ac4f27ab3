// Figures as the text of an export, a row a day and ad (or campaign, gender, age), day by day.
#pragma once

#include "core/day.h"
#include "store/records.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// json: one object {"rows":[...]}; ndjson: an object a line.
enum class ExportFormat { csv, json, ndjson };
[[nodiscard]] std::optional<ExportFormat> parse_export_format(std::string_view word);
[[nodiscard]] std::string_view to_string(ExportFormat format);

class ExportText {
 public:
  ExportText(ExportFormat format, PerformanceGroup group) : format_(format), group_(group) {}

  // What stands before the first row, for a day's rows, and behind the last.
  [[nodiscard]] std::string head() const;
  [[nodiscard]] std::string rows(Day day, const std::vector<PerformanceRecord>& rows);
  [[nodiscard]] std::string foot() const;

 private:
  ExportFormat format_;
  PerformanceGroup group_;
  bool first_ = true;
};

}  // namespace adfill
