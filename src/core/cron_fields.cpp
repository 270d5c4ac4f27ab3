#include "core/cron_fields.h"

#include <bit>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

namespace adfill {

namespace {

constexpr std::string_view month_names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view weekday_names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct FieldRule {
  std::string_view name;
  int least;
  int most;
  std::span<const std::string_view> names;  // of the values from `least` on
};

constexpr FieldRule minute_rule{"minute", 0, 59, {}};
constexpr FieldRule hour_rule{"hour", 0, 23, {}};
constexpr FieldRule day_rule{"day of month", 1, 31, {}};
constexpr FieldRule month_rule{"month", 1, 12, month_names};
constexpr FieldRule weekday_rule{"day of week", 0, 7, weekday_names};

using Read = std::expected<void, std::string>;

Read wrong(const FieldRule& rule, std::string_view part) {
  return std::unexpected("the " + std::string(rule.name) + " field can't be \"" + std::string(part) +
                         "\": it takes * or numbers from " + std::to_string(rule.least) + " to " +
                         std::to_string(rule.most) + ", as lists, ranges and steps");
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digit_first = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (error != std::errc() || end != text.data() + text.size() || !digit_first) return std::nullopt;
  return number;
}

std::optional<int> read_value(const FieldRule& rule, std::string_view text) {
  for (std::size_t index = 0; index < rule.names.size(); ++index) {
    if (rule.names[index] == text) return rule.least + static_cast<int>(index);
  }
  const auto number = read_number(text);
  return number && *number >= rule.least && *number <= rule.most ? number : std::nullopt;
}

constexpr std::uint64_t bit(int value) {
  return std::uint64_t{1} << value;
}

// One part of a list: *, a value, a range, each with or without a step.
Read read_part(const FieldRule& rule, std::string_view part, std::uint64_t& values) {
  const auto slash = part.find('/');
  const auto range = part.substr(0, slash);
  std::optional<int> step = 1;
  if (slash != std::string_view::npos) step = read_number(part.substr(slash + 1));
  if (!step || *step < 1) return wrong(rule, part);
  std::optional<int> first = rule.least;
  // Sunday's second number would make a step over all weekdays take it twice.
  std::optional<int> last = rule.names.data() == weekday_names ? rule.most - 1 : rule.most;
  if (range != "*") {
    const auto dash = range.find('-');
    first = read_value(rule, range.substr(0, dash));
    if (dash != std::string_view::npos) {
      last = read_value(rule, range.substr(dash + 1));
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  // SUN as a range's end is the week's end.
  if (first && last && *last == 0 && *first > 0 && rule.names.data() == weekday_names) last = 7;
  if (!first || !last || *first > *last) return wrong(rule, part);
  for (int value = *first; value <= *last; value += *step) values |= bit(value);
  return {};
}

Read read_plain(const FieldRule& rule, std::string_view field, std::uint64_t& values) {
  for (const auto part : split(field, ',')) {
    if (auto read = read_part(rule, part, values); !read) return read;
  }
  return {};
}

Read read_days(std::string_view field, CronFields& fields) {
  if (field == "?") field = "*";
  for (const auto part : split(field, ',')) {
    if (part == "L") {
      fields.last_day = true;
    } else if (auto read = read_part(day_rule, part, fields.days); !read) {
      return read;
    }
  }
  fields.days_restricted = std::popcount(fields.days) < day_rule.most;
  return {};
}

Read read_weekday_part(std::string_view part, CronFields& fields) {
  if (const auto hash = part.find('#'); hash != std::string_view::npos) {
    const auto weekday = read_value(weekday_rule, part.substr(0, hash));
    const auto nth = read_number(part.substr(hash + 1));
    if (!weekday || !nth || *nth < 1 || *nth > 5) return wrong(weekday_rule, part);
    fields.nth_weekdays.at(static_cast<std::size_t>(*weekday % 7)) |= bit(*nth);
    return {};
  }
  if (part.size() > 1 && part.ends_with('L')) {
    const auto weekday = read_value(weekday_rule, part.substr(0, part.size() - 1));
    if (!weekday) return wrong(weekday_rule, part);
    fields.last_weekdays |= bit(*weekday % 7);
    return {};
  }
  return read_part(weekday_rule, part, fields.weekdays);
}

Read read_weekdays(std::string_view field, CronFields& fields) {
  if (field == "?") field = "*";
  for (const auto part : split(field, ',')) {
    if (auto read = read_weekday_part(part, fields); !read) return read;
  }
  if ((fields.weekdays & bit(7)) != 0) fields.weekdays = (fields.weekdays & ~bit(7)) | bit(0);
  fields.weekdays_restricted = std::popcount(fields.weekdays) < 7;
  return {};
}

}  // namespace

std::expected<CronFields, std::string> read_cron_fields(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 5) {
    return std::unexpected(
        "a schedule has five fields, minute, hour, day of month, month and day of week, such as \"0 4 * * *\"");
  }
  CronFields fields;
  for (auto read : {read_plain(minute_rule, parts[0], fields.minutes), read_plain(hour_rule, parts[1], fields.hours),
                    read_days(parts[2], fields), read_plain(month_rule, parts[3], fields.months),
                    read_weekdays(parts[4], fields)}) {
    if (!read) return std::unexpected(std::move(read.error()));
  }
  return fields;
}

}  // namespace adfill
