// Reads the five fields of a cron expression. Its own file, since reading and falling due have nothing in common.
#pragma once

#include "core/cron.h"

#include <expected>
#include <string>
#include <string_view>

namespace adfill {

// `text` in single spaces and upper case, macros written out. Or what is wrong with it.
[[nodiscard]] std::expected<CronFields, std::string> read_cron_fields(std::string_view text);

}  // namespace adfill
