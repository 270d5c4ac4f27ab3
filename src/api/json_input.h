// Strict reading of request bodies: every field has a type and a length, an unknown field is refused by its name, and
// all that is wrong is told at once.
#pragma once

#include "api/problem.h"
#include "core/day.h"

#include <boost/json/object.hpp>

#include <cstddef>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The body as a JSON object. 400 for what is not JSON in UTF-8, or nested deeper than anything of ours; 422 for JSON of
// another type. An empty body is an empty object if `may_be_empty`.
[[nodiscard]] std::expected<boost::json::object, Problem> parse_body(std::string_view body, bool may_be_empty = false);

[[nodiscard]] bool has_control_characters(std::string_view text);
// Number of code points. Requires: valid UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);
struct WrongText {
  std::string message;
  std::string code;
};
// Why it can't be a name or a key (control characters, blank, spaces around it, too long); nullopt when it can.
[[nodiscard]] std::optional<WrongText> wrong_text(std::string_view text, std::size_t longest);

enum class Presence { required, optional };

// Reads the fields of one object; what is wrong goes to `errors`, and the field reads as absent. The object and the
// errors outlive the reader.
class FieldReader {
 public:
  // `prefix` goes before field names in errors ("initial.").
  FieldReader(const boost::json::object& object, std::string prefix, std::vector<FieldError>& errors);

  [[nodiscard]] std::optional<std::string> text(std::string_view name, Presence presence, std::size_t longest);
  [[nodiscard]] std::optional<std::string> id(std::string_view name, Presence presence);  // a UUID, as it was written
  [[nodiscard]] std::optional<Day> day(std::string_view name, Presence presence);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name, Presence presence);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name, Presence presence,
                                                              std::size_t longest);
  // null counts as absent.
  [[nodiscard]] const boost::json::object* object(std::string_view name, Presence presence);

  // Whether it is there and null.
  [[nodiscard]] bool null(std::string_view name);

  // A fault of a field that was read well.
  void refuse(std::string_view name, std::string message, std::string code = {});
  // Refuses every field that was not read. Call it last.
  void refuse_others();

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name, Presence presence);

  const boost::json::object& object_;
  std::string prefix_;
  std::vector<FieldError>& errors_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace adfill
