#include "api/query_input.h"

#include "api/json_input.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <utility>

namespace adfill {

namespace {

constexpr int default_limit = 50;
constexpr int highest_limit = 200;
constexpr std::size_t longest_echo = 60;
constexpr std::size_t longest_search = 100;

// A parameter's name as it may stand in an answer: ours are plain ASCII, so anything else is only pointed at.
std::string shown(const std::string& name) {
  for (const char c : name) {
    if (c < 0x20 || c > 0x7e) return "(a name with other characters)";
  }
  return name.size() <= longest_echo ? name : name.substr(0, longest_echo) + "…";
}

bool is_utf8(std::string_view text) {
  boost::json::error_code error;
  boost::json::parse(boost::json::serialize(boost::json::string(text.data(), text.size())), error);
  return !error;
}

}  // namespace

QueryReader::QueryReader(std::string_view raw_query) : query_(parse_query(raw_query)) {}

std::optional<std::string> QueryReader::text(std::string_view name) {
  const bool first_read = known_.emplace(name).second;
  std::optional<std::string> found;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    if (found && first_read) {
      refuse(name, "is given twice");
      return std::nullopt;
    }
    found = value;
  }
  if (found && found->empty()) return std::nullopt;
  return found;
}

std::optional<Day> QueryReader::day(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = Day::parse(*given);
  if (!value) refuse(name, "must be a day that exists, written YYYY-MM-DD");
  return value;
}

bool QueryReader::flag(std::string_view name) {
  const auto given = text(name);
  if (!given || *given == "false") return false;
  if (*given == "true") return true;
  refuse(name, "must be true or false");
  return false;
}

std::optional<Uuid> QueryReader::uuid(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = Uuid::parse(*given);
  if (!value) refuse(name, "must be an id (a UUID)");
  return value;
}

std::optional<std::string> QueryReader::search() {
  auto given = text("search");
  if (!given || given->find_first_not_of(' ') == std::string::npos) return std::nullopt;
  if (!is_utf8(*given)) {
    refuse("search", "must be UTF-8");
  } else if (has_control_characters(*given)) {
    refuse("search", "must not contain control characters");
  } else if (count_characters(*given) > longest_search) {
    refuse("search", "must have at most " + std::to_string(longest_search) + " characters");
  }
  return given;
}

int QueryReader::limit() {
  const auto given = text("limit");
  if (!given) return default_limit;
  int value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  if (error == std::errc() && end == given->data() + given->size() && value >= 1 && value <= highest_limit)
    return value;
  refuse("limit", "must be a whole number from 1 to " + std::to_string(highest_limit));
  return default_limit;
}

std::optional<Uuid> QueryReader::cursor(ListOf list) {
  const auto given = text("cursor");
  if (!given) return std::nullopt;
  const auto value = read_cursor(list, *given);
  if (!value) refuse("cursor", "must be the next_cursor of an answer of this list");
  return value;
}

void QueryReader::refuse(std::string_view name, std::string message) {
  errors_.push_back({std::string(name), std::move(message)});
}

std::optional<Problem> QueryReader::problem() {
  std::string allowed;
  for (const auto& name : known_) allowed += (allowed.empty() ? "" : ", ") + name;
  for (const auto& [key, value] : query_) {
    if (key.empty() || known_.contains(key)) continue;
    refuse(shown(key),
           allowed.empty() ? "is not known: this call takes no parameters" : "is not known; known are " + allowed);
    break;
  }
  if (errors_.empty()) return std::nullopt;
  return invalid_fields(std::move(errors_));
}

}  // namespace adfill
