// Named parameters as PostgreSQL takes them.
#pragma once

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct NumberedSql {
  std::string text;  // with $1, $2 … instead of named parameters
  int parameters = 0;
};

[[nodiscard]] inline NumberedSql numbered(std::string_view statement) {
  static const std::regex parameter(":([a-z_]+)");
  std::vector<std::string> names;
  NumberedSql numbered;
  const std::string sql(statement);
  auto at = sql.cbegin();
  for (std::sregex_iterator match(sql.begin(), sql.end(), parameter), end; match != end; ++match) {
    numbered.text.append(at, (*match)[0].first);
    at = (*match)[0].second;
    auto name = std::ranges::find(names, (*match)[1].str());
    if (name == names.end()) name = names.insert(names.end(), (*match)[1].str());
    numbered.text += "$" + std::to_string(name - names.begin() + 1);
  }
  numbered.text.append(at, sql.cend());
  numbered.parameters = static_cast<int>(names.size());
  return numbered;
}

}  // namespace adfill
