// Strict reading of query parameters: unknown names, repeated names and wrong values are refused by name, all at once.
#pragma once

#include "api/cursor.h"
#include "api/problem.h"
#include "core/collection.h"
#include "core/day.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

class QueryReader {
 public:
  explicit QueryReader(std::string_view raw_query);

  // The raw value; nullopt when the parameter is absent or empty.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<Day> day(std::string_view name);
  [[nodiscard]] bool flag(std::string_view name);  // "true" or "false"; false when absent
  [[nodiscard]] std::optional<Uuid> uuid(std::string_view name);
  // One of the words of an enum of core; `allowed` is what the error lists.
  template <class Enum>
  [[nodiscard]] std::optional<Enum> word(std::string_view name, std::string_view allowed) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto value = parse<Enum>(*given);
    if (!value) refuse(name, "must be one of " + std::string(allowed));
    return value;
  }
  // What a person typed into `search`: UTF-8 without control characters, at most 100 characters.
  [[nodiscard]] std::optional<std::string> search();
  [[nodiscard]] int limit();  // 1 to 200, 50 when absent
  [[nodiscard]] std::optional<Uuid> cursor(ListOf list);

  void refuse(std::string_view name, std::string message);
  // All that is wrong, parameters that nobody read included; nullopt when all is well. Call it last.
  [[nodiscard]] std::optional<Problem> problem();

 private:
  Query query_;
  std::set<std::string, std::less<>> known_;
  std::vector<FieldError> errors_;
};

}  // namespace adfill
