#include "api/cursor.h"

#include <charconv>

namespace adfill {

namespace {

// A letter for the list, so that a cursor of one is never taken for a place in another; the version lets it change.
std::string_view prefix_of(ListOf list) {
  switch (list) {
    case ListOf::jobs:
      return "j1-";
    case ListOf::integrations:
      return "i1-";
    case ListOf::tokens:
      return "t1-";
    case ListOf::schedules:
      return "s1-";
    case ListOf::alerts:
      return "l1-";
    case ListOf::alert_channels:
      return "c1-";
  }
  return "";
}

constexpr std::size_t hex_digits = 32;
constexpr std::string_view audit_prefix = "a1-";
constexpr std::string_view creative_prefix = "r1-";
constexpr std::string_view day_prefix = "d1-";

}  // namespace

std::string make_cursor(ListOf list, Uuid last) {
  std::string cursor(prefix_of(list));
  for (const char c : last.to_string()) {
    if (c != '-') cursor += c;
  }
  return cursor;
}

std::optional<Uuid> read_cursor(ListOf list, std::string_view cursor) {
  const auto prefix = prefix_of(list);
  if (!cursor.starts_with(prefix)) return std::nullopt;
  cursor.remove_prefix(prefix.size());
  if (cursor.size() != hex_digits) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += cursor[i];
  }
  return Uuid::parse(text);
}

std::string make_audit_cursor(std::int64_t last) {
  return std::string(audit_prefix) + std::to_string(last);
}

std::optional<std::int64_t> read_audit_cursor(std::string_view cursor) {
  if (!cursor.starts_with(audit_prefix)) return std::nullopt;
  cursor.remove_prefix(audit_prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
  if (error != std::errc() || end != cursor.data() + cursor.size() || number < 1) return std::nullopt;
  return number;
}

std::string make_creative_cursor(std::string_view last_ad) {
  return std::string(creative_prefix).append(last_ad);
}

std::optional<std::string> read_creative_cursor(std::string_view cursor) {
  if (!cursor.starts_with(creative_prefix)) return std::nullopt;
  return std::string(cursor.substr(creative_prefix.size()));
}

std::string make_day_cursor(Day last) {
  return std::string(day_prefix) + last.to_string();
}

std::optional<Day> read_day_cursor(std::string_view cursor) {
  if (!cursor.starts_with(day_prefix)) return std::nullopt;
  return Day::parse(cursor.substr(day_prefix.size()));
}

}  // namespace adfill
