// A place in a listing as the opaque text that pages are asked for with.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill::meta {

using Cursor = std::array<std::int64_t, 3>;  // insights: slice, object, group; other listings: index, 0, 0

[[nodiscard]] std::string write_cursor(const Cursor& cursor);
// nullopt for a text that write_cursor never gave.
[[nodiscard]] std::optional<Cursor> read_cursor(std::string_view text);

}  // namespace adfill::meta
