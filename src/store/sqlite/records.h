// Rows of the reading statements as records; the columns stand in the statements' order.
#pragma once

#include "store/records.h"
#include "store/sqlite/sqlite_connection.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The statement's next row. Requires: step() was true.
[[nodiscard]] IntegrationRecord read_integration_row(Statement& row);
[[nodiscard]] JobRecord read_job_row(Statement& row);
[[nodiscard]] ChunkRecord read_chunk_row(Statement& row);
[[nodiscard]] std::optional<JobRecord> read_job_record(SqliteConnection& db, JobId id);

// Sight as statements take it: a JSON array of ids; nullopt: everything.
[[nodiscard]] std::optional<std::string> sight_text(const Sight& sight);
// Ids as statements take them: a JSON array.
[[nodiscard]] std::string listed_text(const std::vector<IntegrationId>& integrations);
// Texts as statements take them, whatever is in them.
[[nodiscard]] std::string json_texts(const std::vector<std::string>& texts);
[[nodiscard]] std::optional<std::string> json_texts(const std::optional<std::vector<std::string>>& texts);
// Reads what sight_text() wrote.
[[nodiscard]] std::vector<AdvertiserId> parse_sight(std::string_view text);

}  // namespace adfill
