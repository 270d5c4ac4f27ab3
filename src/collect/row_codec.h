// Rows as bytes for the spool: whole numbers as they are in memory, texts with their length before them. Read back by
// the same process only.
#pragma once

#include "core/rows.h"

#include <string>
#include <string_view>

namespace adfill {

void append_row(std::string& bytes, const AdRow& row);
void append_row(std::string& bytes, const DemographicRow& row);

// Take one row off the front of `bytes`. Throw Bug on bytes that append_row did not make.
[[nodiscard]] AdRow take_ad_row(std::string_view& bytes, Day day);
[[nodiscard]] DemographicRow take_demographic_row(std::string_view& bytes, Day day);

}  // namespace adfill
