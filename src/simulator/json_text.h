// JSON written by appending to a string: the answers' rows are made by the hundred thousand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace adfill {

// `text` in quotes, escaped.
void append_json(std::string& out, std::string_view text);
// The number's digits, with or without quotes.
void append_number(std::string& out, std::int64_t number);
void append_quoted_number(std::string& out, std::int64_t number);
// `"name":`, with a comma before unless an object or a list has just begun.
void append_key(std::string& out, std::string_view name);
// `"name":"text"`, escaped.
void append_member(std::string& out, std::string_view name, std::string_view text);
void append_member(std::string& out, std::string_view name, std::int64_t number);

[[nodiscard]] std::string json_of(std::string_view text);

}  // namespace adfill
