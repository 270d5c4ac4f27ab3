// Cursors of lists: opaque to callers, and of one list only.
#pragma once

#include "core/day.h"
#include "core/id.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

enum class ListOf { jobs, integrations, schedules, tokens, alerts, alert_channels };

[[nodiscard]] std::string make_cursor(ListOf list, Uuid last);
// nullopt for what make_cursor did not make for that list.
[[nodiscard]] std::optional<Uuid> read_cursor(ListOf list, std::string_view cursor);

// The audit log's entries are numbered.
[[nodiscard]] std::string make_audit_cursor(std::int64_t last);
[[nodiscard]] std::optional<std::int64_t> read_audit_cursor(std::string_view cursor);

// Creatives are listed by the ids of their ads.
[[nodiscard]] std::string make_creative_cursor(std::string_view last_ad);
[[nodiscard]] std::optional<std::string> read_creative_cursor(std::string_view cursor);

// Receipts are listed by their days.
[[nodiscard]] std::string make_day_cursor(Day last);
[[nodiscard]] std::optional<Day> read_day_cursor(std::string_view cursor);

}  // namespace adfill
