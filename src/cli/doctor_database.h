// What adfill doctor says about the database. Changes nothing.
#pragma once

#include "finding.h"
#include "net/clock.h"
#include "settings.h"
#include "store/store.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct DatabaseFindings {
  std::vector<Finding> findings{};
  std::optional<QueueRecord> queue{};
};

[[nodiscard]] DatabaseFindings check_database(const Settings& settings, Clock& clock);
// Room on the disk that holds the folder.
[[nodiscard]] Finding check_disk(const std::string& name, const std::string& folder);

}  // namespace adfill
