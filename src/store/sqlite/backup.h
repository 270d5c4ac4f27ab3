// Copies a SQLite database while it is in use.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace adfill {

struct BackupResult {
  std::int64_t bytes = 0;
};

// `to` is then one whole file (mode 0600), from one moment, checked page by page, on the disk. It appears under its
// name only then; one that is there already is refused. Others go on reading and writing `from` meanwhile.
// `progress(done, total)` counts pages. Throws StoreUnavailable.
BackupResult back_up_sqlite(const std::string& from, const std::string& to,
                            const std::function<void(int done, int total)>& progress);

}  // namespace adfill
