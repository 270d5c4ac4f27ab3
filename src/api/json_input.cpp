#include "api/json_input.h"

#include "core/id.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr std::size_t deepest = 8;        // our deepest body has three levels
constexpr std::size_t longest_list = 50;  // more than any list of ours can sensibly hold
constexpr std::size_t longest_echo = 60;  // how much of a field's name is repeated in an error

std::string_view type_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "of another type";
}

std::string must_be(std::string_view wanted, const json::value& value) {
  return "must be " + std::string(wanted) + ", not " + std::string(type_name(value));
}

// Cut between code points, so that the answer stays valid UTF-8.
std::string shortened(std::string_view text) {
  if (text.size() <= longest_echo) return std::string(text);
  std::size_t end = longest_echo;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

std::expected<json::object, Problem> parse_body(std::string_view body, bool may_be_empty) {
  if (body.empty() && may_be_empty) return json::object();
  json::parse_options options;
  options.max_depth = deepest;
  json::error_code error;
  json::value value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) {
    return std::unexpected(
        Problem(400, "malformed_json", "The body is not a JSON object in UTF-8: " + error.message() + "."));
  }
  if (!value.is_object()) {
    return std::unexpected(Problem(422, "invalid", "The body " + must_be("an object", value) + "."));
  }
  return std::move(value.as_object());
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<WrongText> wrong_text(std::string_view text, std::size_t longest) {
  if (has_control_characters(text)) return WrongText{"must not contain control characters", "odd_characters"};
  if (text.find_first_not_of(' ') == std::string_view::npos) return WrongText{"must not be empty", "missing"};
  if (text.front() == ' ' || text.back() == ' ')
    return WrongText{"must not begin or end with a space", "odd_characters"};
  if (count_characters(text) > longest)
    return WrongText{"must have at most " + std::to_string(longest) + " characters", "too_long"};
  return std::nullopt;
}

FieldReader::FieldReader(const json::object& object, std::string prefix, std::vector<FieldError>& errors)
    : object_(object), prefix_(std::move(prefix)), errors_(errors) {}

const json::value* FieldReader::find(std::string_view name, Presence presence) {
  known_.emplace(name);
  const auto* value = object_.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr && presence == Presence::required) refuse(name, "is missing", "missing");
  return value;
}

std::optional<std::string> FieldReader::text(std::string_view name, Presence presence, std::size_t longest) {
  const auto* value = find(name, presence);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    refuse(name, must_be("a string", *value));
    return std::nullopt;
  }
  const auto& read = value->get_string();
  std::string text(read.data(), read.size());
  if (auto wrong = wrong_text(text, longest)) {
    refuse(name, std::move(wrong->message), std::move(wrong->code));
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> FieldReader::id(std::string_view name, Presence presence) {
  constexpr std::size_t longest = 100;
  auto id = text(name, presence, longest);
  if (id && !Uuid::parse(*id)) refuse(name, "must be an id (a UUID)");
  return id;
}

std::optional<Day> FieldReader::day(std::string_view name, Presence presence) {
  const auto* value = find(name, presence);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    refuse(name, must_be("a string like 2025-03-01", *value));
    return std::nullopt;
  }
  const auto& read = value->get_string();
  const auto day = Day::parse(std::string_view(read.data(), read.size()));
  if (!day) refuse(name, "must be a day that exists, written YYYY-MM-DD", "no_day");
  return day;
}

std::optional<bool> FieldReader::boolean(std::string_view name, Presence presence) {
  const auto* value = find(name, presence);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    refuse(name, must_be("true or false", *value));
    return std::nullopt;
  }
  return value->get_bool();
}

std::optional<std::vector<std::string>> FieldReader::texts(std::string_view name, Presence presence,
                                                           std::size_t longest) {
  const auto* value = find(name, presence);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) {
    refuse(name, must_be("an array of strings", *value));
    return std::nullopt;
  }
  if (value->get_array().size() > longest_list) {
    refuse(name, "must have at most " + std::to_string(longest_list) + " entries");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const auto& entry : value->get_array()) {
    if (!entry.is_string()) {
      refuse(name, "must hold strings only");
      return std::nullopt;
    }
    std::string text(entry.get_string().data(), entry.get_string().size());
    if (auto wrong = wrong_text(text, longest)) {
      refuse(name, "has an entry that " + wrong->message, std::move(wrong->code));
      return std::nullopt;
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

const json::object* FieldReader::object(std::string_view name, Presence presence) {
  const auto* value = find(name, presence);
  if (value == nullptr || (presence == Presence::optional && value->is_null())) return nullptr;
  if (!value->is_object()) {
    refuse(name, must_be("an object", *value));
    return nullptr;
  }
  return &value->get_object();
}

bool FieldReader::null(std::string_view name) {
  const auto* value = find(name, Presence::optional);
  return value != nullptr && value->is_null();
}

void FieldReader::refuse(std::string_view name, std::string message, std::string code) {
  errors_.push_back({prefix_ + std::string(name), std::move(message), std::move(code)});
}

void FieldReader::refuse_others() {
  std::string allowed;
  for (const auto& name : known_) allowed += (allowed.empty() ? "" : ", ") + name;
  for (const auto& field : object_) {
    const std::string_view name(field.key().data(), field.key().size());
    if (known_.contains(name)) continue;
    refuse(shortened(name), "is not a field here; known are " + allowed);
    if (errors_.size() > longest_list) return;
  }
}

}  // namespace adfill
