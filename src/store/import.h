// Moving in from the replaced system: accounts, jobs with their chunks, and figures are copied from its database into
// adfill's, in pages of whole days. Each page is a transaction, and what is there already is left alone: an import that
// was interrupted is run again, and one that was finished may be. Imported days carry numbers below all that adfill
// draws, so that any later collection wins, and no job takes them for its own.
#pragma once

#include "store/import_side.h"
#include "store/replaced_database.h"
#include "store/store.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace adfill {

// Says why and what to do.
class ImportRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What an account needs that the store doesn't know.
struct PreparedAccount {
  std::string account_id;  // the platform's own spelling
  // As the platform tells them, where it was asked; empty: as the old table has them.
  std::string account_name{};
  std::string currency{};
  std::string time_zone{};
  std::string sealed_credentials{};
  bool can_collect = true;       // false: adfill has no connector for this source; its figures move in all the same
  std::string no_credentials{};  // not empty: why those that are sealed are not enough
  std::vector<std::string> scopes{};
  std::vector<NewSchedule> schedules{};
  std::optional<Instant> credentials_expire_at{};
};

struct ImportProgress {
  std::string what;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

struct ImportRules {
  // Where the old table doesn't say.
  std::string currency = "KRW";
  std::string time_zone = "Asia/Seoul";
  NewUuid new_uuid;
  Instant now{};
  // `is_new`: it is not in the target yet.
  std::function<PreparedAccount(const NewIntegration& integration, const ReplacedIntegration& old, bool is_new)>
      prepare;
  std::function<void(const ImportProgress&)> progress;
};

struct ImportCount {
  std::string what;           // the old table
  std::int64_t found = 0;     // rows of it
  std::int64_t copied = 0;    // or, of a dry run, to be copied unless they are there
  std::int64_t there = 0;     // already, or something newer is
  std::int64_t left_out = 0;  // `notes` say why
};

struct ImportReport {
  std::vector<ImportCount> counts{};
  std::vector<std::string> notes{};
};

// Where to; none of the two for a dry run.
struct ImportTarget {
  Store* store = nullptr;
  ImportSide* side = nullptr;
};

// Throws ImportRefused unless the replaced system's tables are there.
void check_replaced(ReplacedDatabase& from);

// Throws ImportRefused where it may not, StoreUnavailable where a database is out of reach.
[[nodiscard]] ImportReport import_replaced(ReplacedDatabase& from, const ImportTarget& to, const ImportRules& rules);

}  // namespace adfill
