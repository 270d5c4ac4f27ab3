#include "export_rows.h"

#include "api/json_output.h"
#include "api/performance_filter.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace adfill {

namespace json = boost::json;

std::optional<ExportFormat> parse_export_format(std::string_view word) {
  for (const auto format : {ExportFormat::csv, ExportFormat::json, ExportFormat::ndjson}) {
    if (word == to_string(format)) return format;
  }
  return std::nullopt;
}

std::string_view to_string(ExportFormat format) {
  switch (format) {
    case ExportFormat::csv:
      return "csv";
    case ExportFormat::json:
      return "json";
    case ExportFormat::ndjson:
      break;
  }
  return "ndjson";
}

std::string ExportText::head() const {
  if (format_ == ExportFormat::csv) return "date," + csv_header(group_);
  return format_ == ExportFormat::json ? "{\"rows\":[" : "";
}

std::string ExportText::rows(Day day, const std::vector<PerformanceRecord>& rows) {
  std::string text;
  for (const auto& row : rows) {
    if (format_ == ExportFormat::csv) {
      text += day.to_string() + ',' + csv_line(row, group_);
      continue;
    }
    json::object object;
    object["date"] = day.to_string();
    for (auto& [key, value] : to_json(row, group_)) object[key] = std::move(value);
    if (format_ == ExportFormat::json) text += std::exchange(first_, false) ? "\n" : ",\n";
    text += json::serialize(object);
    if (format_ == ExportFormat::ndjson) text += '\n';
  }
  return text;
}

std::string ExportText::foot() const {
  return format_ == ExportFormat::json ? "\n]}\n" : "";
}

}  // namespace adfill
