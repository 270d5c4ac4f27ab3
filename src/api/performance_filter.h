// Reading what /v1/performance is asked for, and writing its answer as CSV.
#pragma once

#include "api/problem.h"
#include "store/records.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

enum class FigureFormat { json, csv };

struct PerformanceRequest {
  PerformanceFilter filter{};
  FigureFormat format = FigureFormat::json;
  std::optional<Instant> as_of{};  // as they were told at that moment; then `filter` has an integration
};

// `filter.sight` is the caller's to set.
[[nodiscard]] std::expected<PerformanceRequest, Problem> read_performance_request(std::string_view raw_query);

// RFC 4180: the header line, and a line a row; the columns of the JSON answer, in its order. Both end with CRLF.
[[nodiscard]] std::string csv_header(PerformanceGroup group);
[[nodiscard]] std::string csv_line(const PerformanceRecord& row, PerformanceGroup group);
// A text as RFC 4180 wants it: quoted where it holds a comma, a quote or a line break. An apostrophe goes before what a
// spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return): names are others' words. It
// also goes before what has such an apostrophe of its own, so that a program which takes one off again has the text.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace adfill
