#include "simulator/meta/insights_dates.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace adfill::meta {
namespace {

namespace json = boost::json;

constexpr int months_kept = 37;
constexpr int largest_increment = 90;

// std::expected of libstdc++ 12 has no and_then: errors are handed on line by line.
template <class T>
using Answer = std::expected<T, GraphError>;

std::optional<Day> day_of(const json::object& range, std::string_view name) {
  const auto* value = range.if_contains(json::string_view(name.data(), name.size()));
  if (!value || !value->is_string()) return std::nullopt;
  return Day::parse(std::string_view(value->get_string().data(), value->get_string().size()));
}

Answer<DayRange> range_of(const json::value& value, std::string_view parameter) {
  if (!value.is_object())
    return std::unexpected(invalid_parameter(std::string(parameter) + " must be an object with since and until"));
  const auto since = day_of(value.get_object(), "since");
  const auto until = day_of(value.get_object(), "until");
  if (!since || !until) {
    return std::unexpected(
        invalid_parameter("Must be a date representation in the format YYYY-MM-DD: " + std::string(parameter)));
  }
  if (*since > *until) return std::unexpected(invalid_parameter("time_range[since] must be before time_range[until]"));
  return DayRange{*since, *until};
}

Answer<json::value> parse_days(const std::string& text, std::string_view parameter) {
  // Meta's own samples have single quotes in places.
  auto quoted = text;
  if (!quoted.contains('"')) std::ranges::replace(quoted, '\'', '"');
  boost::system::error_code error;
  auto value = json::parse(quoted, error);
  if (error) return std::unexpected(invalid_parameter("param " + std::string(parameter) + " must be JSON"));
  return value;
}

Day month_begin(Day day) {
  auto text = day.to_string();
  text.replace(8, 2, "01");
  return *Day::parse(text);
}

Answer<DayRange> preset_range(const std::string& preset, Day today) {
  const Day yesterday = today.plus(-1);
  const Day month = month_begin(today);
  if (preset == "today") return DayRange{today, today};
  if (preset == "yesterday") return DayRange{yesterday, yesterday};
  if (preset == "this_month") return DayRange{month, today};
  if (preset == "last_month") return DayRange{month.plus_months(-1), month.plus(-1)};
  // One day later than the limit: the preset itself must never be out of range.
  if (preset == "maximum" || preset == "data_maximum") return DayRange{earliest_day(today).plus(1), today};
  for (const int days : {3, 7, 14, 28, 30, 90}) {
    if (preset == "last_" + std::to_string(days) + "d") return DayRange{today.plus(-days), yesterday};
  }
  return std::unexpected(invalid_parameter("param date_preset must be one of the listed presets: " + preset));
}

// 1 to 90, 0 for all_days, -1 for monthly.
Answer<int> read_increment(const GraphRequest& request) {
  const auto* text = request.find("time_increment");
  if (!text || *text == "all_days") return 0;
  if (*text == "monthly") return -1;
  int days = 0;
  const auto end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, days);
  if (read.ec != std::errc() || read.ptr != end || days < 1 || days > largest_increment) {
    return std::unexpected(
        invalid_parameter("param time_increment must be all_days, monthly or a number from 1 to 90"));
  }
  return days;
}

std::vector<DayRange> cut(DayRange range, int increment, Day today) {
  if (increment == 0) return {range};
  std::vector<DayRange> slices;
  for (Day since = range.since; since <= std::min(range.until, today);) {
    const Day next = increment > 0 ? since.plus(increment) : month_begin(since).plus_months(1);
    slices.push_back({since, std::min(range.until, next.plus(-1))});
    since = next;
  }
  return slices;
}

Answer<std::vector<DayRange>> read_ranges(const std::string& text) {
  const auto value = parse_days(text, "time_ranges");
  if (!value) return std::unexpected(value.error());
  if (!value->is_array() || value->get_array().empty()) {
    return std::unexpected(invalid_parameter("param time_ranges must be an array of ranges"));
  }
  std::vector<DayRange> ranges;
  for (const auto& item : value->get_array()) {
    const auto range = range_of(item, "time_ranges");
    if (!range) return std::unexpected(range.error());
    ranges.push_back(*range);
  }
  return ranges;
}

Answer<DayRange> read_range(const GraphRequest& request, Day today) {
  if (const auto* text = request.find("time_range")) {
    const auto value = parse_days(*text, "time_range");
    if (!value) return std::unexpected(value.error());
    return range_of(*value, "time_range");
  }
  const auto* preset = request.find("date_preset");
  return preset_range(preset ? *preset : "last_30d", today);
}

Answer<AskedDays> within_history(AskedDays days, Day today) {
  if (days.whole.since >= earliest_day(today)) return days;
  auto error = invalid_parameter("");
  error.code = 3018;
  error.message = "(#3018) The start date of the time range cannot be beyond 37 months from the current date";
  return std::unexpected(error);
}

}  // namespace

Day earliest_day(Day today) {
  return today.plus_months(-months_kept);
}

std::expected<AskedDays, GraphError> read_days(const GraphRequest& request, Day today) {
  AskedDays days;
  if (const auto* text = request.find("time_ranges")) {
    auto ranges = read_ranges(*text);
    if (!ranges) return std::unexpected(ranges.error());
    days.whole = ranges->front();
    for (const auto& range : *ranges) {
      days.whole = {std::min(days.whole.since, range.since), std::max(days.whole.until, range.until)};
    }
    days.slices = std::move(*ranges);
    return within_history(std::move(days), today);
  }
  const auto range = read_range(request, today);
  if (!range) return std::unexpected(range.error());
  const auto increment = read_increment(request);
  if (!increment) return std::unexpected(increment.error());
  days.whole = *range;
  days.slices = cut(*range, *increment, today);
  return within_history(std::move(days), today);
}

}  // namespace adfill::meta
