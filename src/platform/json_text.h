// Scalars of a simdjson document as text, exactly as they came: a number never passes through a float. Views point into
// the answer's body or into the parser and live as long as both. Nothing here throws.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// A field's name, with its escapes resolved.
[[nodiscard]] std::optional<std::string_view> key_text(simdjson::ondemand::field& field);
[[nodiscard]] bool is_string(simdjson::ondemand::value& value);
// A string, with its escapes resolved; nullopt for everything else. Read each string once: simdjson unescapes into a
// buffer that has room for that.
[[nodiscard]] std::optional<std::string_view> string_text(simdjson::ondemand::value& value);
// A string, or a bare number as it was written; nullopt for everything else.
[[nodiscard]] std::optional<std::string_view> scalar_text(simdjson::ondemand::value& value);
[[nodiscard]] std::optional<std::string> scalar_text(simdjson::dom::element value);
// The same of a field; nullopt when there is none of that name either.
[[nodiscard]] std::optional<std::string> field_text(simdjson::dom::object object, std::string_view name);
// A bare number, true, false or null as it was written, checked against the grammar; nullopt for everything else.
[[nodiscard]] std::optional<std::string_view> literal_text(simdjson::ondemand::value& value);

// A string without escapes, in its quotation marks, or what literal_text gives: text that is canonical as it stands.
[[nodiscard]] std::optional<std::string_view> plain_token(simdjson::ondemand::value& value);
// A name that is canonical as it stands.
[[nodiscard]] bool is_plain_name(std::string_view name);

// A copy for the store: U+0000, which PostgreSQL can't hold in a text, becomes U+FFFD.
[[nodiscard]] std::string storable(std::string_view text);
// With its ASCII letters in lower case.
[[nodiscard]] std::string lower_case(std::string text);

}  // namespace adfill
